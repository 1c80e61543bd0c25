import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { surfaceOf } from "../../models/onnx/spans.ts"
import { textPositions } from "../../models/onnx/text-positions.ts"
import { loadTransformers } from "../../models/onnx/transformers.ts"
import { temporaryFolder } from "./onnx-lab.ts"
import { ENCODER, referenceTokens } from "./reference.ts"
import { TEXTS } from "./texts.ts"
import { byteLevel, unigram, writeTokenizer } from "./tiny-tokenizers.ts"

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" })

/** Ours are of whole graphemes: an accent is not cut from its letter, nor one person from a family. */
const wholeGraphemes = (text: string, { end, start }: { readonly start: number; readonly end: number }) => {
  const touched = [...GRAPHEMES.segment(text)].filter(
    ({ index, segment }) => index < end && index + segment.length > start
  )
  const last = touched.at(-1)
  return { start: touched[0]?.index ?? start, end: last === undefined ? end : last.index + last.segment.length }
}

describe("positions of tokens", () => {
  const tokenizers: ReadonlyArray<readonly [name: string, folder: (temporary: string) => string]> = [
    ["WordPiece", () => ENCODER],
    ["byte-level pairs", (folder) => writeTokenizer(folder, byteLevel())],
    ["a unigram model on normalised text", (folder) => writeTokenizer(folder, unigram())]
  ]
  for (const [name, folderOf] of tokenizers) {
    it.effect(`of ${name} are those of Hugging Face's own tokenizers`, () =>
      Effect.gen(function* () {
        const folder = folderOf(yield* temporaryFolder)
        const { AutoTokenizer } = yield* loadTransformers("spans", name)
        const tokenizer = yield* Effect.promise(() => AutoTokenizer.from_pretrained(folder, { local_files_only: true }))
        const reference = referenceTokens(folder, TEXTS)
        for (const [index, text] of TEXTS.entries()) {
          const tokens = tokenizer.tokenize(text)
          const expected = reference[index] ?? []
          assert.deepStrictEqual(
            tokens,
            expected.map(({ token }) => token)
          )
          const positions = textPositions(text, tokens, surfaceOf(tokenizer))
          for (const [at, position] of positions.entries()) {
            const { end, start, token } = expected[at] as (typeof expected)[number]
            // A token that is nothing but white space has no place of its own.
            if (/^[\s\u2581ĠĊĉ]*$/.test(token) || start === end) assert.strictEqual(position.start, position.end)
            else assert.deepStrictEqual({ token, ...position }, { token, ...wholeGraphemes(text, { start, end }) })
          }
        }
      })
    )
  }
})
