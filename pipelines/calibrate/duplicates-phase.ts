import { tmpdir } from "node:os"
import { Effect, Stream } from "effect"
import { z } from "zod"
import type { Cluster } from "../../datasets/curate/clusters.ts"
import { exactDuplicates } from "../../datasets/curate/exact-duplicates.ts"
import { nearDuplicates } from "../../datasets/curate/near-duplicates.ts"
import type { Duck } from "../../datasets/duck.ts"
import { CurrentItem } from "../../models/call-context.ts"
import { type Entry, row } from "../../schemas/table.ts"
import type { Defect } from "../../stages/defects/defect.ts"
import { exactCopy } from "../../stages/defects/exact-copy.ts"
import { nearCopy } from "../../stages/defects/near-copy.ts"
import type { FilterSubject } from "../../stages/filters/filter.ts"
import { random } from "../../stages/random.ts"
import { comparedParts, comparedText } from "../curate/compared-text.ts"
import { type DialogueView, ItemFailed, type Phase, type PlanError, phase } from "../pipeline.ts"
import type { CalibrateConfig } from "./config.ts"
import type { OpenSource } from "./source.ts"
import { Plants, Trials } from "./tables.ts"

/** Defects of a row among others: it is there twice. */
export const copies: ReadonlyArray<Defect> = [exactCopy, nearCopy]

interface Spec {
  readonly dialogue: DialogueView
  readonly config: CalibrateConfig
  readonly source: Effect.Effect<OpenSource, PlanError, Duck>
}

interface Candidate {
  /** Ascending; copies come after all rows. */
  readonly id: number
  readonly subject: FilterSubject
}

const SetItem = z.strictObject({ defect: z.string().nullable() })

/**
 * The searches for exact and near duplicates of `curate`, over the rows as they are, and over the rows with a copy of each: one item a
 * set. A row is rejected where it would give way to another. No model calls.
 */
export const duplicatesPhase = (spec: Spec): Phase => {
  const wanted = copies.filter(({ name }) => spec.config.defects?.includes(name) ?? true)
  return phase({
    name: "duplicates",
    item: SetItem,
    plan: Stream.fromIterable(
      wanted.length === 0
        ? []
        : [null, ...wanted].map((defect) => ({
            key: `all/${defect?.name ?? "clean"}`,
            item: { defect: defect?.name ?? null }
          }))
    ),
    synthesize: Effect.fnUntraced(function* ({ defect: name }) {
      const defect = copies.find((one) => one.name === name) ?? null
      const { rows } = yield* spec.source.pipe(
        Effect.mapError(({ message }) => new ItemFailed({ stage: "source", code: "SOURCE", message }))
      )
      const { seed } = yield* CurrentItem
      const clean = [...rows].map(([position, stored], id) => ({
        id,
        position,
        subject: spec.dialogue.subject(stored)
      }))
      if (defect === null) {
        const removed = yield* search(spec.config, clean)
        return clean.flatMap(({ id, position }) => verdicts(position, null, removed, id))
      }
      const spoilt = clean.flatMap(({ id, position, subject }) => {
        const copy = defect.plant(subject, random(`${seed}/${position}`))
        return copy === null
          ? []
          : [
              {
                id: clean.length + id,
                position,
                subject: { ...subject, messages: copy.messages },
                planted: copy.planted
              }
            ]
      })
      const removed = yield* search(spec.config, [...clean, ...spoilt])
      return spoilt.flatMap(({ id, planted, position, subject }) => [
        row(Plants, {
          key: `${position}/${defect.name}`,
          row: position,
          subject: subject.id,
          defect: defect.name,
          family: defect.family,
          part: "row",
          ...planted
        }),
        ...verdicts(position, defect, removed, id)
      ])
    })
  })
}

type Removed = Readonly<Record<"exact-duplicates" | "near-duplicates", ReadonlySet<number>>>

const search = (config: CalibrateConfig, candidates: ReadonlyArray<Candidate>): Effect.Effect<Removed, ItemFailed> =>
  Effect.gen(function* () {
    const none = { "exact-duplicates": new Set<number>(), "near-duplicates": new Set<number>() }
    if (config.duplicates === false) return none
    const { over, shingle, threshold } = config.duplicates
    const exact = yield* exactDuplicates(
      Stream.fromIterable(candidates).pipe(
        Stream.map(({ id, subject }) => ({ id, parts: comparedParts(subject, over) }))
      )
    )
    const near = yield* nearDuplicates(
      Stream.fromIterable(candidates).pipe(
        Stream.map(({ id, subject }) => ({ id, text: comparedText(subject, over) }))
      ),
      { shingle, threshold },
      tmpdir()
    )
    return {
      "exact-duplicates": yield* losers(exact.clusters),
      "near-duplicates": yield* losers(near.clusters)
    }
  }).pipe(
    Effect.scoped,
    Effect.mapError(
      (error) => new ItemFailed({ stage: "duplicates", code: "DISK", message: `${error.message}. ${error.remedy}` })
    )
  )

/** All but the survivor of each cluster. */
const losers = (clusters: Stream.Stream<Cluster>): Effect.Effect<ReadonlySet<number>> =>
  Effect.map(
    Stream.runCollect(clusters),
    (found) => new Set(found.flatMap(({ members, survivor }) => members.filter((member) => member !== survivor)))
  )

const verdicts = (position: number, defect: Defect | null, removed: Removed, id: number): ReadonlyArray<Entry> =>
  Object.entries(removed).map(([judge, ids]) =>
    row(Trials, {
      key: `${position}/${defect?.name ?? "clean"}`,
      row: position,
      defect: defect?.name ?? null,
      family: defect?.family ?? null,
      judge,
      kind: "rule",
      verdict: ids.has(id) ? "reject" : "pass",
      codes: ids.has(id) ? [judge === "exact-duplicates" ? "EXACT_DUPLICATE" : "NEAR_DUPLICATE"] : [],
      reasons: [],
      score: null,
      model: null
    })
  )
