import { retailExamples } from "../../examples.ts"
import { RETAIL_INSTRUCTION_RULES } from "../../prompts/generator.ts"
import type { DomainKit } from "../domain-kit.ts"
import { retailDeadEnd } from "./dead-ends.ts"

export const retailKit: DomainKit = {
  instructionRules: RETAIL_INSTRUCTION_RULES,
  examples: retailExamples,
  deadEnd: retailDeadEnd
}
