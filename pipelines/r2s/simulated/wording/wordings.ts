import { en } from "./en.ts"
import type { Wording } from "./wording.ts"
import { zh } from "./zh.ts"

const WORDINGS: ReadonlyMap<string, Wording> = new Map([
  ["en", en],
  ["zh", zh]
])

/** How the simulated models speak a language, by its tag. A language file without a wording is a mistake of ours, and throws. */
export const wordingOf = (tag: string): Wording => {
  const wording = WORDINGS.get(tag)
  if (wording === undefined) {
    throw new Error(
      `The simulated models do not speak "${tag}": add pipelines/r2s/simulated/wording/${tag}.ts, or run with a real model.`
    )
  }
  return wording
}
