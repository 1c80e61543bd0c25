/** The first number of a text with another in its place, of as many digits; null where there is none. */
export const otherNumber = (text: string): string | null => {
  const found = /\d+/.exec(text)
  if (found === null) return null
  // Seven on: no digit stays as it is, and no leading zero comes up where none was.
  const other = found[0].replace(/\d/g, (digit, at: number) =>
    String(at === 0 ? (Number(digit) % 9) + 1 : (Number(digit) + 7) % 10)
  )
  return `${text.slice(0, found.index)}${other}${text.slice(found.index + found[0].length)}`
}
