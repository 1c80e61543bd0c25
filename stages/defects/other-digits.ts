import type { Random } from "../random.ts"

const TRIES = 50

/** A text with one or two of its digits changed, so that `known` does not hold it; null where that cannot be had. A first digit stays above 0. */
export const withOtherDigits = (text: string, known: string, random: Random): string | null => {
  const places = [...text.matchAll(/\d/g)].map(({ index }) => index)
  if (places.length === 0) return null
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const changed = text.split("")
    for (const place of random.sample(places, places.length === 1 ? 1 : random.integer(1, 2))) {
      const lowest = place === places[0] ? 1 : 0
      changed[place] = String(random.integer(lowest, 9))
    }
    const other = changed.join("")
    if (other !== text && !known.includes(other)) return other
  }
  return null
}
