const SIZE = 2_000
const STRETCHES = 4
/** How far the beginning of a stretch is moved to the end of a word. */
const MOVE = 40

/**
 * At most about 2,000 characters of a text: all of a short one, else four stretches spread over it, so that a foreign title page or
 * an index at the end does not decide what the text is in. Stretches begin after a space where there is one near.
 */
export const sampleOf = (text: string): string => {
  if (text.length <= SIZE) return text
  const length = SIZE / STRETCHES
  const step = (text.length - length) / (STRETCHES - 1)
  return Array.from({ length: STRETCHES }, (_, index) => {
    const start = Math.floor(index * step)
    const stretch = text.slice(start, start + length)
    const space = index === 0 ? -1 : stretch.slice(0, MOVE).search(/\s/)
    return stretch.slice(space + 1)
  })
    .join("\n")
    .replace(/[\ud800-\udfff]/gu, "")
}
