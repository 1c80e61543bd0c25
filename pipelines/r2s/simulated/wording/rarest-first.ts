/** The different ones of several words, the one first that a text has least often, of equals the longest. */
export const rarestFirst = (words: ReadonlyArray<string>, text: string): ReadonlyArray<string> => {
  const times = new Map([...new Set(words)].map((word) => [word, text.split(word).length - 1]))
  return [...times.keys()].sort(
    (left, right) => (times.get(left) ?? 0) - (times.get(right) ?? 0) || right.length - left.length
  )
}
