import { Effect, Stream } from "effect"
import { z } from "zod"
import { TableReader } from "../../datasets/table-reader.ts"
import { Backstage, CurrentItem } from "../../models/call-context.ts"
import { type Entry, row } from "../../schemas/table.ts"
import type { Finding } from "../../stages/filters/filter.ts"
import { Rejected } from "../../stages/stage.ts"
import { type Failure, ItemFailed, type Phase, phase, type Services } from "../pipeline.ts"
import { missedQuotas } from "./checks/missed-quotas.ts"
import { structuralFindings } from "./checks/structure.ts"
import { chunkOf } from "./chunks/chunk-of.ts"
import type { R2sConfig } from "./config.ts"
import { coverageOfDialogue, thresholdFor } from "./coverage/coverage.ts"
import type { Chunk, Draft } from "./draft.ts"
import { generateDialogue } from "./generate/generate-dialogue.ts"
import { groundDialogue } from "./grounding/ground-dialogue.ts"
import { judgeDialogue } from "./judge/judge-dialogue.ts"
import { packOf } from "./languages/packs.ts"
import { backstageOf, type R2sBackstage } from "./simulated/backstage.ts"
import { Candidates, Documents, Split } from "./tables.ts"
import { messagesOf } from "./training/chat-rows.ts"

/** One chunk, with all of its document that its dialogue needs: an item stands on its own. */
export const ChunkItem = z.strictObject({
  chunk: z.strictObject({
    doc_id: z.string(),
    chunk_index: z.int(),
    title: z.string().nullable(),
    lang: z.string(),
    body: z.string(),
    char_start: z.int(),
    sentences: z.array(z.strictObject({ sid: z.int(), start: z.int(), end: z.int(), text: z.string() }))
  }),
  domain: z.string().nullable(),
  licence: z.string(),
  split: Split
})
export type ChunkItem = z.infer<typeof ChunkItem>

/** The key of a chunk's item: "harrow-weir#0". */
export const chunkKey = ({ chunk_index, doc_id }: Pick<Chunk, "chunk_index" | "doc_id">): string =>
  `${doc_id}#${chunk_index}`

/** From each chunk a dialogue, in the order of documents and chunks. */
export const dialoguesPhase = (config: R2sConfig, seed: string): Phase =>
  phase({
    name: "dialogues",
    item: ChunkItem,
    plan: Stream.unwrap(
      TableReader.useSync((reader) =>
        reader.rows(Documents).pipe(
          Stream.flatMap((document) =>
            Stream.fromIterable(
              document.chunks.map(({ chunk_index }) => {
                const { sentences, ...chunk } = chunkOf(document, chunk_index)
                const { domain, licence, split } = document
                return {
                  key: chunkKey(chunk),
                  item: { chunk: { ...chunk, sentences: [...sentences] }, domain, licence, split }
                }
              })
            )
          )
        )
      )
    ),
    synthesize: (item, key) => makeDialogue(config, seed, item, key)
  })

/**
 * One dialogue: generate, then check from the cheapest to the dearest (sections 3.1 to 3.3), each stage only where the ones before
 * found nothing. Costs the calls of its mode and, with the judge, 1 more; rejected with the code of the first finding.
 */
const makeDialogue = Effect.fn("dialogue")(function* (
  config: R2sConfig,
  seed: string,
  { chunk, domain, licence, split }: ChunkItem,
  key: string
): Effect.fn.Return<ReadonlyArray<Entry>, Rejected | Failure, Services> {
  const language = config.dialogueLanguage ?? chunk.lang
  const pack = packOf(language)
  if (pack === null) {
    return yield* new ItemFailed({
      stage: "generate",
      code: "E_LANG_UNSUPPORTED",
      message: `There is no language file for "${language}": this dataset was planned by a version that had one.`
    })
  }
  const crossLingual = packOf(chunk.lang)?.tag !== pack.tag
  const { seed: itemSeed } = yield* CurrentItem

  const draft = yield* generateDialogue(config, { chunk, pack, seed: itemSeed })
  yield* rejectOn("structure", yield* structuralFindings(draft, { chunk, pack, config }), draft)
  const backstage = judgeBackstage(config, chunk, draft, itemSeed)
  const { findings, grounded } = yield* groundDialogue(draft, { chunk, config, crossLingual }).pipe(
    Effect.provideService(Backstage, backstage)
  )
  if (grounded === null) return yield* rejection("grounding", findings, draft)
  const { rounds, stats } = grounded
  const judged = config.judge.enabled
    ? yield* judgeDialogue(config, {
        chunk,
        characters: draft.characters,
        rounds: draft.rounds,
        backstage
      })
    : null
  yield* rejectOn("judge", judged?.findings ?? [], draft)
  const { coverage } = yield* coverageOfDialogue(chunk.body, rounds, thresholdFor(config, pack.tag))

  return [
    row(Candidates, {
      id: `${key}-${config.mode}-${seed}`,
      doc_id: chunk.doc_id,
      chunk_index: chunk.chunk_index,
      lang: chunk.lang,
      dialogue_lang: draft.dialogue_lang,
      cross_lingual: crossLingual,
      domain,
      mode: config.mode,
      characters: draft.characters,
      rounds: [...rounds],
      messages: messagesOf(rounds),
      passage: chunk.body,
      stats: { ...stats, coverage },
      judge: judged?.judgement ?? null,
      overrides: draft.overrides,
      missed_quotas: [...missedQuotas(draft, config)],
      planted: [...draft.planted],
      licence,
      split
    })
  ]
})

const judgeBackstage = (config: R2sConfig, chunk: Chunk, draft: Draft, seed: string): R2sBackstage =>
  backstageOf({
    part: "judge",
    chunk,
    mode: draft.mode,
    dialogueLanguage: draft.dialogue_lang,
    seed,
    rounds: draft.rounds,
    characters: draft.characters,
    targetRounds: draft.rounds.length,
    mistakes: config.mistakes
  })

/** Turned down with all that was found, and the whole dialogue beside it: nothing that was paid for is lost. */
const rejection = (
  stage: string,
  findings: readonly [Finding, ...ReadonlyArray<Finding>],
  draft: Draft
): Effect.Effect<never, Rejected> =>
  Effect.fail(
    new Rejected({
      stage,
      code: findings[0].code,
      reasons: findings.map(({ code, reason }) => `${code}: ${reason}`),
      evidence: { findings, dialogue: draft }
    })
  )

const rejectOn = (
  stage: string,
  [first, ...rest]: ReadonlyArray<Finding>,
  draft: Draft
): Effect.Effect<void, Rejected> => (first === undefined ? Effect.void : rejection(stage, [first, ...rest], draft))
