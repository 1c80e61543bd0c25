import { canonicalJson } from "../../schemas/json.ts"
import type { Message } from "../../schemas/message.ts"
import type { Action, Environment } from "../../stages/environment.ts"
import { grams, overlap } from "./overlap.ts"

/** Names that are no ordinary words: `think` and `calculate` may be said, `get_order_details` may not. */
export const toolNames = (environment: Environment): ReadonlyArray<string> =>
  [...environment.tools.keys()].filter((name) => name.includes("_"))

/** Share of word 8-grams of a text that make it a part of another. */
const COPIED = 0.6

/**
 * What the human's prompt must not hold (spec, done-means 14): tool names, calls of the ground truth, and expected outputs
 * or policy in what we wrote around the instruction. `frame` is the prompt without the instruction and the persona, which
 * may name what the person knows; `lines` is what the human was shown of the dialogue.
 */
export const humanPromptLeaks = (options: {
  readonly frame: string
  readonly instruction: string
  readonly actions: ReadonlyArray<Action>
  readonly outputs: ReadonlyArray<string>
  readonly policy: string
  readonly tools: ReadonlyArray<string>
}): ReadonlyArray<string> => {
  const { actions, frame, instruction, outputs, policy, tools } = options
  const whole = `${frame}\n${instruction}`
  return [
    ...tools.filter((name) => whole.includes(name)).map((name) => `the human's prompt names the tool ${name}`),
    ...actions
      .map((action) => canonicalJson(action.arguments))
      .filter((text) => text !== "{}" && whole.includes(text))
      .map((text) => `the human's prompt holds the arguments ${text}`),
    ...outputs
      .filter((output) => output.length > 3 && frame.includes(output))
      .map((output) => `the human's prompt holds the expected output ${output}`),
    ...(overlap(frame, grams(policy)) > 0 ? ["the human's prompt holds a passage of the policy"] : [])
  ]
}

/** What the agent's prompt must not hold: the instruction, as a whole or in passages of eight words in the policy or a message. */
export const agentPromptLeaks = (
  policy: string,
  messages: ReadonlyArray<Message>,
  instruction: string
): ReadonlyArray<string> => {
  const leaks: Array<string> = []
  const passages = grams(instruction)
  if (overlap(policy, passages) > 0) leaks.push("the agent's policy holds a passage of the instruction")
  messages.forEach((message, at) => {
    const text = message.content ?? ""
    if (message.role === "user" && (text.includes(instruction) || overlap(text, passages) > COPIED)) {
      leaks.push(`message ${at} repeats the instruction to the agent`)
    }
  })
  return leaks
}
