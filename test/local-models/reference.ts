import { execFileSync } from "node:child_process"
import { join } from "node:path"

const ROOT = join(import.meta.dirname, "..", "..")

/** Where fetch.sh puts the models. */
export const MODELS = join(ROOT, ".models")
export const ENCODER = join(MODELS, "all-minilm-l6-v2")

const ask = (question: object): unknown =>
  JSON.parse(
    execFileSync(join(ROOT, ".python", "bin", "python"), [join(import.meta.dirname, "reference.py")], {
      input: JSON.stringify(question),
      encoding: "utf8",
      maxBuffer: 1 << 28
    })
  )

/** Vectors of length 1 by the reference: by numpy on the published weights, or by onnxruntime on a file of `onnx/`. */
export const referenceEmbeddings = (by: string, texts: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<number>> =>
  (ask({ folder: ENCODER, by, texts }) as { embeddings: ReadonlyArray<ReadonlyArray<number>> }).embeddings

/** Tokens without special ones, and where they stand, in UTF-16 code units, without white space before and after. */
export const referenceTokens = (
  folder: string,
  texts: ReadonlyArray<string>
): ReadonlyArray<ReadonlyArray<{ readonly token: string; readonly start: number; readonly end: number }>> => {
  const { tokens } = ask({ folder, by: "tokens", texts }) as {
    tokens: ReadonlyArray<ReadonlyArray<readonly [string, number, number]>>
  }
  return tokens.map((row, index) => {
    const characters = [...(texts[index] as string)]
    return row.map(([token, from, to]) => {
      let [start, end] = [from, to]
      while (start < end && /\s/.test(characters[start] as string)) start++
      while (end > start && /\s/.test(characters[end - 1] as string)) end--
      const units = (until: number) => characters.slice(0, until).join("").length
      return { token, start: units(start), end: units(end) }
    })
  })
}
