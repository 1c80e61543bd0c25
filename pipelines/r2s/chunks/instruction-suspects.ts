import { injection } from "../../../models/lexical/injection.ts"

/** One wording of the lexical detector is enough: the weakest of them gives 0.7. */
const SUSPECT = 0.7

/**
 * Lines that look like instructions to a model, in English and Chinese ("ignore all previous instructions", `<|im_start|>`). They are
 * counted and nothing else: documents go into prompts as fenced data, and a text about injections may well speak of them. Linear.
 */
export const instructionSuspects = (text: string): number => {
  let count = 0
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue
    // Doubles: 1 - (1 - 0.7) is a hair below 0.7.
    if (injection(line).some(({ label, score }) => label === "injection" && score >= SUSPECT - 1e-9)) count++
  }
  return count
}
