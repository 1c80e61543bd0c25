import { coverageOf } from "./coverage.ts"

/** Below so many English sentences the reference's script takes slices of fixed length instead. */
const FEWEST = 5
const SLICE = 30

/**
 * The arithmetic of the paper's script (section 5.2), its faults included, for comparing with published figures. Chinese: sentences end
 * at `。`, B only. English: split at a point and a space, A and B, the last answer sentence dropped, slices of 30 characters where the
 * document has fewer than five sentences.
 */
export const legacyCoverage = (
  document: string,
  rounds: ReadonlyArray<{ readonly a: string; readonly b: string }>,
  language: string,
  threshold: number
) =>
  language.toLowerCase().split("-")[0] === "zh"
    ? coverageOf(
        pieces(document, "。"),
        rounds.flatMap(({ b }) => pieces(b, "。")),
        threshold
      )
    : coverageOf(
        englishPieces(document),
        pieces(rounds.map(({ a, b }) => `${a} ${b}`).join(" "), ". ").slice(0, -1),
        threshold
      )

const pieces = (text: string, end: string): ReadonlyArray<string> =>
  text
    .split(end)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "")

const englishPieces = (document: string): ReadonlyArray<string> => {
  const split = pieces(document, ". ")
  if (split.length >= FEWEST) return split
  return Array.from({ length: Math.ceil(document.length / SLICE) }, (_, index) =>
    document.slice(index * SLICE, (index + 1) * SLICE)
  )
}
