import type { Span } from "../capabilities/backend.ts"
import type { Position } from "./text-positions.ts"

/** What a model said of one token. */
export interface TokenLabel extends Position {
  /** As the model names it: `O`, `B-NAME`, `I-NAME`, or `NAME` where it does not mark beginnings. */
  readonly label: string
  readonly score: number
  /** It continues the word of the token before, and is labelled as that word is. */
  readonly continues: boolean
}

/**
 * Labels of tokens as stretches of text, in order, without overlaps. A stretch goes on while tokens are inside the same label
 * (`I-`, and `L-` or `E-` of the schemes that mark ends); `B-`, `S-` and `U-` begin a new one; a word is never cut inside. A
 * stretch's score is the mean of its tokens'.
 */
export const mergedSpans = (tokens: ReadonlyArray<TokenLabel>): ReadonlyArray<Span> => {
  const open: Array<{ start: number; end: number; label: string; scores: Array<number> }> = []
  let inside = false
  for (const token of tokens) {
    if (token.start === token.end) continue
    const last = open.at(-1)
    if (token.continues) {
      if (inside && last !== undefined) last.end = Math.max(last.end, token.end)
      continue
    }
    const { begins, name } = partsOf(token.label)
    if (name === undefined) {
      inside = false
      continue
    }
    if (inside && !begins && last?.label === name) {
      last.end = Math.max(last.end, token.end)
      last.scores.push(token.score)
    } else {
      const start = Math.max(token.start, last?.end ?? 0)
      if (start < token.end) open.push({ start, end: token.end, label: name, scores: [token.score] })
    }
    inside = true
  }
  return open.map(({ scores, ...span }) => ({
    ...span,
    score: scores.reduce((sum, score) => sum + score, 0) / scores.length
  }))
}

const partsOf = (label: string): { readonly begins: boolean; readonly name: string | undefined } => {
  const scheme = /^([BIESLU])-(.+)$/s.exec(label)
  if (label === "O" || label === "") return { begins: false, name: undefined }
  if (scheme === null) return { begins: false, name: label }
  return { begins: "BSU".includes(scheme[1] as string), name: scheme[2] }
}
