import { Effect, Stream } from "effect"
import { contamination } from "../../../datasets/curate/contamination.ts"
import type { Json } from "../../../schemas/json.ts"
import type { Selection } from "../selection.ts"

/** A reference of so many words may not stand within a message, one of so few more may not be a whole message: GPT-3's 8, and names. */
const CONTAINED = 8
const EQUAL = 3
/** Spans that are written down for a row. */
const SHOWN = 5

/** Rows that share text with an evaluation set, in what people or the assistant said. The spans and their sources are the evidence. */
export const contaminated = ({ alive, config, folder, remove }: Selection) =>
  Effect.gen(function* () {
    if (config.contamination === false) return
    const { field, ngram, references } = config.contamination
    const hits = contamination(
      alive.pipe(
        Stream.map(({ index, subject }) => ({
          id: index,
          texts: subject.messages.map(({ content, role }) =>
            role === "user" || role === "assistant" ? (content ?? "") : ""
          )
        }))
      ),
      references.map((folder) => (field === null ? { folder } : { folder, column: field })),
      { words: ngram, contained: Math.min(CONTAINED, ngram), equal: Math.min(EQUAL, ngram) },
      folder
    )
    const byRow = new Map<number, Array<{ readonly reason: string; readonly evidence: Json }>>()
    yield* Stream.runForEach(hits, (hit) =>
      Effect.sync(() => {
        const { end, file, id, kind, matched, message, row, start, words } = hit
        const known = byRow.get(id) ?? []
        byRow.set(id, known)
        if (known.length >= SHOWN) return
        known.push({
          reason: `Message ${message} has ${words} words that ${SAYS[kind]} ${file}, row ${row}: ${JSON.stringify(matched.slice(0, 200))}.`,
          evidence: { kind, message, start, end, matched, words, file, row, field: hit.field }
        })
      })
    )
    for (const [row, found] of byRow) {
      remove(row, {
        step: "contamination",
        code: "CONTAMINATED",
        reasons: found.map(({ reason }) => reason),
        partner: null,
        similarity: null,
        evidence: found.map(({ evidence }) => evidence)
      })
    }
  })

const SAYS = { equal: "are all of", contained: "are all of", overlap: "stand in" } as const
