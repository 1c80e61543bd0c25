import { Effect } from "effect"
import { z } from "zod"
import { withProvenance } from "../../datasets/house-tables.ts"
import { type TableReadError, TableReader } from "../../datasets/table-reader.ts"
import { sqlText } from "../../schemas/duckdb-types.ts"
import { rowCodec } from "../../schemas/row-codec.ts"
import type { ItemName } from "../pipeline.ts"
import { type Candidate, Candidates, type Document, Documents, type Round } from "./tables.ts"

/**
 * What a person needs to check a dialogue by eye, one round after the other: what was said, the sentences of the document with the
 * passage marked in them, where they lie, and every verdict. Of a dialogue that was turned down: what was found in which round.
 */
export const story = (item: ItemName): Effect.Effect<ReadonlyArray<string>, TableReadError, TableReader> =>
  item.phase === "dialogues" || item.phase === "select"
    ? Effect.flatMap(keptStory(item), (lines) => (lines === null ? rejectedStory(item) : Effect.succeed(lines)))
    : Effect.succeed([])

const candidates = rowCodec(withProvenance(Candidates))
const documents = rowCodec(withProvenance(Documents))

const keptStory = Effect.fnUntraced(function* ({ key, phase }: ItemName) {
  const reader = yield* TableReader
  const condition = phase === "select" ? `c.id = ${sqlText(key)}` : `c.doc_id || '#' || c.chunk_index = ${sqlText(key)}`
  const [found] = yield* reader.query(
    `SELECT to_json(c) AS candidate, to_json(d) AS document
     FROM candidates c JOIN documents d USING (doc_id) WHERE ${condition}`
  )
  if (found === undefined) return null
  const { provenance: _, ...candidate } = candidates.decode(String(found.candidate))
  const { provenance: __, ...document } = documents.decode(String(found.document))
  return dialogueStory(candidate, document)
})

/** The lines of a dialogue that passed its own checks. */
export const dialogueStory = (candidate: Candidate, document: Document): ReadonlyArray<string> => {
  const { characters, dialogue_lang, id, judge, rounds, split, stats } = candidate
  const place = document.record === null ? document.file : `${document.file}, record ${document.record}`
  return [
    `Dialogue ${id} (${dialogue_lang}, ${split}) from ${place}`,
    `A: ${characters.a}; B: ${characters.b}`,
    `grounded ${percent(stats.grounded_rate)}, general knowledge ${percent(stats.commonsense_rate)}, document covered ${stats.coverage === null ? "not measured" : percent(stats.coverage)}`,
    ...(judge === null
      ? []
      : [
          `judge (${judge.model}): ${
            judge.rating === null
              ? METRICS.map((metric) => `${metric} ${judge[metric]?.toFixed(1) ?? "no score"}`).join(", ")
              : `rating ${judge.rating}`
          }`
        ]),
    ...rounds.flatMap((round) => ["", ...roundStory(round, document)])
  ]
}

const METRICS = [
  "informativeness",
  "understanding",
  "helpfulness",
  "loyalty",
  "flexibility",
  "consistency",
  "coherence",
  "emotion"
] as const

const roundStory = (round: Round, document: Document): ReadonlyArray<string> => {
  const { a, b, blind, chain, claims, grounding, id, support_score, thought } = round
  const logic = chain === null ? "" : `  ${chain.logic_type}, ${chain.progress}`
  return [
    `${id}${logic}  ${grounding}${support_score === null ? "" : ` ${support_score.toFixed(2)}`}`,
    `   A: ${a}`,
    `   B: ${b}`,
    ...(thought === null ? [] : passageStory(thought, document)),
    ...claims.map(
      ({ label, score, sids, text }) => `   ${label} (${score.toFixed(2)}): ${text}  [sentences ${sids.join(", ")}]`
    ),
    ...(blind === null ? [] : [blindStory(blind)])
  ]
}

const passageStory = (thought: NonNullable<Round["thought"]>, document: Document): ReadonlyArray<string> => {
  const { found, found_end: end, found_match, found_start: start, free_text, search } = thought
  if (free_text !== null) return [`   thought: ${free_text}`]
  if (found === null) return search === null ? [] : [`   nothing found on: ${search}`]
  if (start === null || end === null) return [`   ${found_match}: ${found}`]
  const original = originalPosition(document.map, start)
  return [
    `   passage (${found_match}), characters ${start} to ${end}${original === null ? "" : `, ${original} in the original`}:`,
    `     ${inSentence(document, start, end)}`,
    // What the model wrote, where it is not what stands there.
    ...(found_match === "exact" ? [] : [`     as written by the model: ${found}`])
  ]
}

/** The sentences that the passage lies in, the passage between marks. */
const inSentence = ({ chunks, text }: Document, start: number, end: number): string => {
  const touched = chunks.flatMap(({ sentences }) => sentences.filter((one) => one.start < end && one.end > start))
  const from = Math.min(start, ...touched.map((one) => one.start))
  const to = Math.max(end, ...touched.map((one) => one.end))
  return `${text.slice(from, start)}[[${text.slice(start, end)}]]${text.slice(end, to)}`.replaceAll(/\s+/g, " ")
}

const originalPosition = (map: Document["map"], position: number): number | null => {
  const entry = map.findLast(({ at }) => at <= position)
  return entry === undefined ? null : entry.from + position - entry.at
}

const blindStory = ({ answerable, overlap, span }: NonNullable<Round["blind"]>): string =>
  [
    `   blind model: answerable ${answerable === null ? "declined" : answerable.toFixed(2)}`,
    ...(overlap === null ? [] : [`overlap ${overlap.toFixed(2)}`]),
    ...(span === null ? [] : [`from: ${span}`])
  ].join(", ")

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`

/** What a rejection of phase `dialogues` keeps beside its code. Loose: it is shown as far as it can be read. */
const Evidence = z.object({
  findings: z.array(z.object({ code: z.string(), reason: z.string() })),
  dialogue: z.object({
    planted: z.array(z.string()),
    rounds: z.array(
      z.object({
        id: z.int(),
        a: z.string(),
        b: z.string(),
        logic_type: z.string().nullable(),
        found: z.string().nullable()
      })
    )
  })
})

const rejectedStory = Effect.fnUntraced(function* ({ key, phase }: ItemName) {
  const reader = yield* TableReader
  const [row] = yield* reader.query(
    `SELECT evidence FROM rejected WHERE phase = ${sqlText(phase)} AND key = ${sqlText(key)}`
  )
  const evidence = Evidence.safeParse(parsed(row?.evidence))
  if (!evidence.success) return []
  const { dialogue, findings } = evidence.data
  return [
    ...findings.map(({ code, reason }) => `${code}: ${reason}`),
    ...(dialogue.planted.length === 0 ? [] : [`planted by the simulated models: ${dialogue.planted.join(", ")}`]),
    ...dialogue.rounds.flatMap(({ a, b, found, id, logic_type }) => [
      "",
      `${id}  ${logic_type ?? ""}`,
      `   A: ${a}`,
      `   B: ${b}`,
      ...(found === null ? [] : [`   passage: ${found}`])
    ])
  ]
})

const parsed = (text: unknown): unknown => {
  try {
    return JSON.parse(String(text))
  } catch {
    return null
  }
}
