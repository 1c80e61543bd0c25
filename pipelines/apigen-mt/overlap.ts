const words = (text: string): ReadonlyArray<string> => text.toLowerCase().match(/[\p{L}\p{N}'#@.]+/gu) ?? []

/** Runs of `n` words. */
export const grams = (text: string, n = 8): ReadonlySet<string> => {
  const all = words(text)
  const found = new Set<string>()
  for (let at = 0; at + n <= all.length; at++) found.add(all.slice(at, at + n).join(" "))
  return found
}

/** Share of the word 8-grams of `text` that also stand in a source (its 8-grams), 0 to 1. 0 for a text of fewer than eight words. */
export const overlap = (text: string, source: ReadonlySet<string>): number => {
  const own = grams(text)
  if (own.size === 0) return 0
  let shared = 0
  for (const gram of own) if (source.has(gram)) shared++
  return shared / own.size
}
