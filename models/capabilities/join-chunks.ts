import type { LabelScore, SequenceScore, Span } from "./backend.ts"
import type { Chunk } from "./chunks.ts"

/** Mean of the pieces' vectors, of length 1 (zero where they cancel out). */
export const joinEmbeddings = (vectors: ReadonlyArray<ReadonlyArray<number>>): ReadonlyArray<number> => {
  const sum = new Array<number>(vectors[0]?.length ?? 0).fill(0)
  for (const vector of vectors) {
    for (const [index, value] of vector.entries()) sum[index] = (sum[index] ?? 0) + value
  }
  const length = Math.hypot(...sum)
  return length === 0 ? sum : sum.map((value) => value / length)
}

/**
 * Each label's highest score over the pieces, the highest first: a text is as toxic as its most toxic piece. Scores of a long text
 * therefore need not sum to 1.
 */
export const joinLabels = (pieces: ReadonlyArray<ReadonlyArray<LabelScore>>): ReadonlyArray<LabelScore> => {
  const highest = new Map<string, number>()
  for (const { label, score } of pieces.flat()) {
    highest.set(label, Math.max(score, highest.get(label) ?? Number.NEGATIVE_INFINITY))
  }
  return [...highest].map(([label, score]) => ({ label, score })).sort((left, right) => right.score - left.score)
}

/** The whole answer of the piece in which one label scores highest. */
export const bestPiece = (
  pieces: ReadonlyArray<ReadonlyArray<LabelScore>>,
  label: string
): ReadonlyArray<LabelScore> => {
  const scoreOf = (piece: ReadonlyArray<LabelScore>) =>
    piece.find((each) => each.label === label)?.score ?? Number.NEGATIVE_INFINITY
  return pieces.reduce((best, piece) => (scoreOf(piece) > scoreOf(best) ? piece : best), pieces[0] ?? [])
}

/**
 * Spans of the pieces at their places in the whole text, in order of their start, none overlapping: where two of one label do, they
 * are one with the higher score (a name on a border is seen whole by one piece and in part by the other); of two labels the higher
 * score stays, the longer of equal ones.
 */
export const joinSpans = (
  pieces: ReadonlyArray<ReadonlyArray<Span>>,
  chunks: ReadonlyArray<Chunk>
): ReadonlyArray<Span> => {
  const shifted = pieces.flatMap((spans, index) => {
    const offset = chunks[index]?.start ?? 0
    return spans.map((span) => ({ ...span, start: span.start + offset, end: span.end + offset }))
  })
  const joined: Array<Span> = []
  for (const span of shifted.sort((left, right) => left.start - right.start || right.end - left.end)) {
    const last = joined.at(-1)
    if (last === undefined || span.start >= last.end) joined.push(span)
    else if (span.label === last.label) {
      joined[joined.length - 1] = {
        ...last,
        end: Math.max(last.end, span.end),
        score: Math.max(last.score, span.score)
      }
    } else if (span.score > last.score || (span.score === last.score && lengthOf(span) > lengthOf(last))) {
      joined[joined.length - 1] = span
    }
  }
  return joined
}

const lengthOf = (span: Span): number => span.end - span.start

/** Sums. Pieces of a sequence do not overlap, so no token counts twice; the first token of each piece is not scored. */
export const joinSequences = (pieces: ReadonlyArray<SequenceScore>): SequenceScore => ({
  tokens: pieces.reduce((sum, { tokens }) => sum + tokens, 0),
  logProbability: pieces.reduce((sum, { logProbability }) => sum + logProbability, 0)
})
