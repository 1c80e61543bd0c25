import { Effect, Stream } from "effect"
import { type ReferenceText, referenceTexts } from "../../../datasets/curate/reference-texts.ts"
import { similarReferences } from "../../../datasets/curate/similar-references.ts"
import type { Vectors } from "../../../datasets/curate/vectors.ts"
import { embed } from "../../../stages/filters/ask.ts"
import type { Selection } from "../selection.ts"

/** Texts that are embedded at a time: enough to fill batches, few enough to hold. */
const TEXTS_AT_ONCE = 512

interface Said {
  readonly row: number
  readonly message: number
  readonly text: string
}

/**
 * Rows in which somebody asks what an evaluation set asks, in other words: a user's message whose vector is near that of a reference.
 * All vectors of the references are in memory, 4 bytes a number; rows pass by. Costs an embedding for each user's message and each
 * reference; what the model answered is kept, and not asked again.
 */
export const similarToReferences = ({ alive, config, isAlive, remove }: Selection) =>
  Effect.gen(function* () {
    if (config.contamination === false || config.contamination.similarity === null) return
    const { field, references, similarity } = config.contamination
    const texts: Array<ReferenceText> = []
    for (const folder of references) {
      const all = referenceTexts(field === null ? { folder } : { folder, column: field })
      yield* Stream.runForEach(all, (text) => Effect.sync(() => texts.push(text)))
    }
    const known = yield* vectorsOf(texts.map(({ text }) => text))
    if (known.ids.length === 0) return
    const said = alive.pipe(
      Stream.map(({ index, subject }) =>
        subject.messages.flatMap(
          ({ content, role }, message): ReadonlyArray<Said> =>
            role === "user" && content !== null && content !== "" ? [{ row: index, message, text: content }] : []
        )
      ),
      Stream.flattenIterable,
      Stream.grouped(TEXTS_AT_ONCE)
    )
    yield* Stream.runForEach(said, (some) =>
      Effect.gen(function* () {
        const vectors = yield* vectorsOf(some.map(({ text }) => text))
        if (vectors.ids.length === 0) return
        const found = yield* Stream.runCollect(similarReferences(vectors, known, similarity))
        for (const { id, reference, similarity: alike } of found) {
          const { message, row, text } = some[id] as Said
          const source = texts[reference] as ReferenceText
          // Of several messages the first is enough.
          if (!isAlive(row)) continue
          remove(row, {
            step: "contamination",
            code: "PARAPHRASED",
            reasons: [`Message ${message} is like ${source.file}, row ${source.row}: cosine ${alike.toFixed(3)}.`],
            partner: null,
            similarity: alike,
            evidence: [
              {
                kind: "similar",
                message,
                text,
                file: source.file,
                row: source.row,
                field: source.field,
                reference: source.text
              }
            ]
          })
        }
      })
    )
  })

/** By the place of each text. One without any known word has no direction, and is like nothing. */
const vectorsOf = (texts: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const ids: Array<number> = []
    const rows: Array<ReadonlyArray<number>> = []
    for (let from = 0; from < texts.length; from += TEXTS_AT_ONCE) {
      const { vectors } = yield* embed(texts.slice(from, from + TEXTS_AT_ONCE))
      for (const [at, vector] of vectors.entries()) {
        if (vector.every((value) => value === 0)) continue
        ids.push(from + at)
        rows.push(vector)
      }
    }
    const dimensions = rows[0]?.length ?? 1
    const values = new Float32Array(rows.length * dimensions)
    for (const [place, vector] of rows.entries()) values.set(vector, place * dimensions)
    return { ids, dimensions, values } satisfies Vectors
  })
