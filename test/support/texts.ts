/** A seeded generator for texts, in [0, 1). Neighbouring seeds have nothing in common. */
export const numbers = (seed: number): (() => number) => {
  let state = Math.imul(seed + 1, 0x85ebca6b)
  const step = Math.imul(seed ^ 0x2c1b3c6d, 0x297a2d39) | 1
  return () => {
    state = (state + step) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000
  }
}

/** Words that are different from another seed's, but for one in ten thousand. */
export const sentence = (seed: number, words: number): string => {
  const next = numbers(seed)
  return Array.from({ length: words }, () => `w${Math.floor(next() * 10_000).toString(36)}`).join(" ")
}
