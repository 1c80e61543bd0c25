import { retailPolicy } from "../domains/retail/policy.ts"
import { retailExamples } from "../examples.ts"
import { personas } from "../personas.ts"
import { CRITIC_SYSTEM, CRITIC_USER } from "./critic.ts"
import { FEEDBACK_SYSTEM, FEEDBACK_USER } from "./feedback.ts"
import {
  ACTION_RULES,
  GENERATOR_SYSTEM,
  GENERATOR_USER,
  INSTRUCTION_RULES,
  OUTPUT_FORMAT,
  RETAIL_INSTRUCTION_RULES
} from "./generator.ts"
import { GREETING, HUMAN_PERSONA, HUMAN_SYSTEM } from "./human.ts"
import { FEEDBACK_ORDER, PERSONA_ORDER, TASK_ORDERS } from "./orders.ts"
import { REVIEWER_LENSES, REVIEWER_SYSTEM, REVIEWER_USER } from "./reviewer.ts"

/** Every text that a model is told, by name: the run's record holds their hashes, and an edit starts a new generation. */
export const prompts: Readonly<Record<string, string>> = {
  "generator.system": GENERATOR_SYSTEM,
  "generator.user": GENERATOR_USER,
  "generator.instruction-rules": INSTRUCTION_RULES,
  "generator.retail-rules": RETAIL_INSTRUCTION_RULES,
  "generator.action-rules": ACTION_RULES,
  "generator.output-format": OUTPUT_FORMAT,
  "generator.task-orders": Object.values(TASK_ORDERS).join("\n\n"),
  "generator.persona": PERSONA_ORDER,
  "generator.feedback": FEEDBACK_ORDER,
  "generator.personas": personas.join("\n"),
  "generator.retail-examples": JSON.stringify(retailExamples),
  "reviewer.system": REVIEWER_SYSTEM,
  "reviewer.user": REVIEWER_USER,
  "reviewer.lenses": REVIEWER_LENSES.join("\n"),
  "feedback.system": FEEDBACK_SYSTEM,
  "feedback.user": FEEDBACK_USER,
  "human.system": HUMAN_SYSTEM,
  "human.persona": HUMAN_PERSONA,
  "human.greeting": GREETING,
  "critic.system": CRITIC_SYSTEM,
  "critic.user": CRITIC_USER,
  "agent.retail-policy": retailPolicy
}
