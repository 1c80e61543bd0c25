import { Effect } from "effect"
import { z } from "zod"
import type { LabelScore, Pair } from "../capabilities/backend.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import { inOrder, wrongCount } from "./in-order.ts"
import { MOST_INPUTS, type Route } from "./shape.ts"

/** The one label of relevance and reward. */
export const scored = (score: number): ReadonlyArray<LabelScore> => [{ label: "score", score }]

/**
 * Pairs through a route that takes one query and many documents: one request for each different `first`, `concurrency` at a time.
 */
export const byQuery =
  (
    ask: (query: string, documents: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<number>, CapabilityError>,
    concurrency: number
  ) =>
  (pairs: ReadonlyArray<Pair>): Effect.Effect<ReadonlyArray<ReadonlyArray<LabelScore>>, CapabilityError> => {
    const positions = Map.groupBy(pairs.keys(), (position) => (pairs[position] as Pair).first)
    return Effect.forEach(
      positions,
      ([query, own]) =>
        Effect.map(
          ask(
            query,
            own.map((position) => (pairs[position] as Pair).second)
          ),
          (scores) => own.map((position, nth) => [position, scores[nth] as number] as const)
        ),
      { concurrency }
    ).pipe(
      Effect.map((groups) => {
        const scores = new Map(groups.flat())
        return pairs.map((_, position) => scored(scores.get(position) as number))
      })
    )
  }

const ROUTE = "/v1/rerank"

const RankList = z.object({
  results: z.array(z.object({ index: z.int().min(0), relevance_score: z.number() }))
})

/** Jina's shape of /v1/rerank, of llama.cpp's server: sorted by score, with the index of each document. */
export const rerank: Route<"ranking"> = ({ call, served, spec }) => ({
  inputs: MOST_INPUTS,
  run: byQuery(
    (query, documents) =>
      call.post(ROUTE, { model: served.id, query, documents }, RankList).pipe(
        Effect.flatMap(({ results }) => inOrder(call, ROUTE, results, documents.length)),
        Effect.map((ordered) => ordered.map((result) => result.relevance_score))
      ),
    spec.concurrency
  )
})

const BareRankList = z.array(
  z.object({ index: z.int().min(0).nullish(), document: z.string().nullish(), score: z.number() })
)

/** SGLang's /v1/rerank: a bare list, sorted by score. Older ones give the document and no index. */
export const bareRerank: Route<"ranking"> = ({ call, served, spec }) => ({
  inputs: MOST_INPUTS,
  run: byQuery(
    (query, documents) =>
      call.post(ROUTE, { model: served.id, query, documents }, BareRankList).pipe(
        Effect.flatMap((results) => {
          if (results.length !== documents.length) return wrongCount(call, ROUTE, results.length, documents.length)
          const open = new Map(documents.entries())
          const indexed = results.map(({ document, index, score }) => {
            const position = index ?? [...open].find(([, text]) => text === document)?.[0] ?? -1
            open.delete(position)
            return { index: position, score }
          })
          return inOrder(call, ROUTE, indexed, documents.length)
        }),
        Effect.map((ordered) => ordered.map(({ score }) => score))
      ),
    spec.concurrency
  )
})
