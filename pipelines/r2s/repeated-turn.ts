import { normalise } from "../../stages/text/normalise.ts"
import { jaccard, words } from "../../stages/text/words.ts"

/** Share of different words that two turns of A may not reach (section 2.7): 0.8. */
const REPEATED = 0.8

/** The first of the earlier turns that a turn repeats (token Jaccard of at least 0.8; characters in Chinese), or null. */
export const repeatedTurn = (
  turn: string,
  earlier: ReadonlyArray<string>
): { readonly index: number; readonly similarity: number } | null => {
  const wanted = words(normalise(turn))
  for (const [index, other] of earlier.entries()) {
    const similarity = jaccard(wanted, words(normalise(other)))
    if (similarity >= REPEATED) return { index, similarity }
  }
  return null
}
