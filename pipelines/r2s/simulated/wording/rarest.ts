/** The word that a text has least often, of several the longest, of these the first; null where there are none. */
export const rarest = (words: ReadonlyArray<string>, text: string): string | null => {
  const times = (word: string) => text.split(word).length - 1
  const [best] = [...words].sort((left, right) => times(left) - times(right) || right.length - left.length)
  return best ?? null
}
