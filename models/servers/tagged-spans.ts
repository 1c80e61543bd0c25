import type { Span } from "../capabilities/backend.ts"
import type { Offsets } from "./token-offsets.ts"

/** A token's place, its most probable tag (`B-NAME`, `I-NAME`, `NAME`, `O`) and that tag's probability. */
export interface TaggedToken {
  readonly offsets: Offsets | undefined
  readonly tag: string
  readonly score: number
}

const TAG = /^([BIESLU])-(.+)$/

/**
 * Neighbouring tokens of one label as one span with their mean score: what transformers calls the `simple` strategy. `B-` begins
 * another span, `E-`, `L-`, `S-` and `U-` end theirs. In order, without overlaps.
 */
export const taggedSpans = (tokens: ReadonlyArray<TaggedToken>): ReadonlyArray<Span> => {
  const spans: Array<Span> = []
  let open: { start: number; end: number; label: string; scores: Array<number> } | undefined
  const close = () => {
    if (open === undefined) return
    const { end, label, scores, start } = open
    spans.push({ start, end, label, score: scores.reduce((sum, score) => sum + score, 0) / scores.length })
    open = undefined
  }
  for (const { offsets, score, tag } of tokens) {
    if (offsets === undefined) continue
    if (tag === "O") {
      close()
      continue
    }
    const [, prefix = "I", label = tag] = TAG.exec(tag) ?? []
    if (open?.label !== label || prefix === "B" || prefix === "S" || prefix === "U") close()
    if (open === undefined) open = { ...offsets, label, scores: [score] }
    else {
      // Tokens that share a character (bytes of one) must not make the span shorter.
      open.end = Math.max(open.end, offsets.end)
      open.scores.push(score)
    }
    if ("ELSU".includes(prefix)) close()
  }
  close()
  return spans
}
