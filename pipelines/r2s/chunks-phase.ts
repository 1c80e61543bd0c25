import { tmpdir } from "node:os"
import { Effect, Stream } from "effect"
import { z } from "zod"
import { TableReader } from "../../datasets/table-reader.ts"
import { type Entry, row } from "../../schemas/table.ts"
import type { Finding } from "../../stages/filters/filter.ts"
import { Rejected } from "../../stages/stage.ts"
import { type Failure, type Phase, phase, type Services } from "../pipeline.ts"
import { chunkDocument } from "./chunks/chunk-document.ts"
import { type Decisions, decide } from "./chunks/decide.ts"
import { documentLanguage } from "./chunks/document-language.ts"
import { unfitness } from "./chunks/fit-document.ts"
import { instructionSuspects } from "./chunks/instruction-suspects.ts"
import { withoutLines } from "./chunks/without-lines.ts"
import type { R2sConfig } from "./config.ts"
import { Extracted } from "./extracted-table.ts"
import { Documents, Split } from "./tables.ts"

/** What the plan decided of a document. One that goes leaves its text where it is: in the table `extracted`. */
const Item = z.discriminatedUnion("fate", [
  z.strictObject({
    fate: z.literal("stays"),
    doc_id: z.string(),
    split: Split,
    /** Cleaned: without boilerplate. */
    document: Extracted.schema
  }),
  z.strictObject({
    fate: z.literal("goes"),
    code: z.string(),
    reason: z.string(),
    evidence: z.record(z.string(), z.json())
  })
])
type Item = z.infer<typeof Item>

/**
 * From extracted documents to clean, de-duplicated, split and chunked ones (sections 2.2 to 2.4 and 3.4). The plan sees all documents
 * and decides what only the whole can: boilerplate, names, duplicates, splits. A document is turned down for the first of: too
 * short, too thin (both of itself alone, and such a document must not stay in the place of a better one), a duplicate, and last its
 * language, for which a model may have to be asked. No calls of chat models; at most one of the local model `language` a document.
 */
export const chunksPhase = (config: R2sConfig, seed: string, supported: (tag: string) => boolean): Phase =>
  phase({
    name: "chunks",
    item: Item,
    plan: Stream.unwrap(
      Effect.gen(function* () {
        const reader = yield* TableReader
        const decisions = yield* decide(config, seed, tmpdir())
        const keyOf = decisions.ids.keys()
        return reader.rows(Extracted).pipe(
          Stream.zipWithIndex,
          Stream.map(([document, index]) => ({ key: keyOf(index), item: itemOf(config, decisions, document, index) }))
        )
      })
    ),
    synthesize: (item) => (item.fate === "goes" ? Effect.fail(turnedDown(item)) : chunked(config, supported, item))
  })

const itemOf = (
  config: R2sConfig,
  decisions: Decisions,
  extracted: z.output<typeof Extracted.schema>,
  index: number
): Item => {
  const document = { ...extracted, ...withoutLines(extracted, decisions.boilerplate) }
  const doc_id = decisions.ids.idOf(index)
  const split = decisions.splits.get(index)
  if (split !== undefined) return { fate: "stays", doc_id, split, document: { ...document, map: [...document.map] } }
  const finding = duplicateFinding(decisions, index) ?? unfitness(document.text, config)
  if (finding === null) throw new Error(`chunks: document ${index}, ${doc_id}, was neither kept nor turned down`)
  const { file, record } = document
  return { fate: "goes", ...finding, evidence: { doc_id, file, record, ...finding.evidence } }
}

const duplicateFinding = ({ duplicates, ids }: Decisions, index: number): Finding | null => {
  const duplicate = duplicates.get(index)
  if (duplicate === undefined) return null
  const { kind, like, similarity, survivor } = duplicate
  const partner = ids.idOf(survivor)
  const says = kind === "exact" ? "the same" : "nearly the same"
  const measured = kind === "exact" || similarity === null ? "" : ` (Jaccard ${similarity.toFixed(2)})`
  return {
    code: "DUPLICATE_DOCUMENT",
    reason: `${partner} says ${says}${measured} and comes before it. Nothing need be done; a higher dedupe.document keeps more near duplicates.`,
    evidence: { kind, partner, like: ids.idOf(like), similarity }
  }
}

const turnedDown = ({ code, evidence, reason }: Finding): Rejected =>
  new Rejected({ stage: "chunks", code, reasons: [reason], evidence })

const chunked = Effect.fn("chunks")(function* (
  config: R2sConfig,
  supported: (tag: string) => boolean,
  { doc_id, document, split }: Extract<Item, { readonly fate: "stays" }>
): Effect.fn.Return<ReadonlyArray<Entry>, Rejected | Failure, Services> {
  const { domain, file, licence, map, record, source_uri, text, title } = document
  const { finding, tag } = yield* documentLanguage(document, supported)
  if (finding !== null) {
    return yield* turnedDown({ ...finding, evidence: { doc_id, file, record, ...finding.evidence } })
  }
  const { chunks, chunksSplit } = chunkDocument(text, { lang: tag, options: config })
  return [
    row(Documents, {
      doc_id,
      title,
      lang: tag,
      domain,
      source_uri,
      licence,
      split,
      text,
      chunks: [...chunks],
      chunks_split: chunksSplit,
      instruction_suspects: instructionSuspects(text),
      file,
      record,
      map
    })
  ]
})
