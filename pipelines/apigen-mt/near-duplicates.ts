import { grams } from "./overlap.ts"

/** Words in a run. */
const RUN = 3
/** Jaccard similarity from which two texts count as one. */
const ALIKE = 0.6

/**
 * Share of the texts that repeat an earlier one: Jaccard similarity of their word 3-grams at least 0.6. Exact, over an inverted
 * index; quadratic in what texts share, so meant for some thousand of them.
 */
export const nearDuplicateRate = (
  texts: ReadonlyArray<string>
): { readonly duplicates: number; readonly of: number } => {
  const holders = new Map<string, Array<number>>()
  const sizes: Array<number> = []
  let duplicates = 0
  texts.forEach((text, number) => {
    const own = grams(text, RUN)
    sizes.push(own.size)
    const shared = new Map<number, number>()
    for (const gram of own) {
      const known = holders.get(gram)
      if (known === undefined) holders.set(gram, [number])
      else {
        for (const other of known) shared.set(other, (shared.get(other) ?? 0) + 1)
        known.push(number)
      }
    }
    const isAlike = [...shared].some(([other, common]) => common / (own.size + (sizes[other] ?? 0) - common) >= ALIKE)
    if (isAlike) duplicates++
  })
  return { duplicates, of: texts.length }
}
