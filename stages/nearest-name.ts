/** `wanted` among `known`, or the known name that is nearest to it: for "did you mean". */
export const nearestName = (wanted: string, known: ReadonlyArray<string>): string | undefined => {
  const scored = known.map((name) => ({ name, distance: editDistance(wanted.toLowerCase(), name.toLowerCase()) }))
  scored.sort((left, right) => left.distance - right.distance)
  const best = scored[0]
  return best !== undefined && best.distance <= Math.max(2, wanted.length / 3) ? best.name : undefined
}

/** Levenshtein distance. */
const editDistance = (left: string, right: string): number => {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const next = [i]
    for (let j = 1; j <= right.length; j++) {
      const substitution = (row[j - 1] as number) + (left[i - 1] === right[j - 1] ? 0 : 1)
      next[j] = Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, substitution)
    }
    row = next
  }
  return row[right.length] as number
}
