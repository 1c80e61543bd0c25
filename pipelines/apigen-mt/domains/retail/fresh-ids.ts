import type { Random } from "../../../../stages/random.ts"

/** Draws identifiers that no earlier draw gave. */
export interface Fresh {
  /** `digits` digits, the first at least `lowestFirst`. */
  readonly digits: (kind: string, digits: number, lowestFirst: number) => string
}

export const freshIds = (draw: Random): Fresh => {
  const used = new Set<string>()
  return {
    digits: (kind, digits, lowestFirst) => {
      for (;;) {
        const value = String(draw.integer(lowestFirst * 10 ** (digits - 1), 10 ** digits - 1))
        const key = `${kind}/${value}`
        if (used.has(key)) continue
        used.add(key)
        return value
      }
    }
  }
}
