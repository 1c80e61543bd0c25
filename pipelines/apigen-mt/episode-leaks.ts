import type { DialogueMessage } from "../../schemas/dialogue.ts"
import { repliesOf } from "./calls.ts"
import type { Domain } from "./domains/domain.ts"
import type { Gold } from "./gold.ts"
import { agentPromptLeaks, humanPromptLeaks, toolNames } from "./leaks.ts"
import { humanFrame } from "./prompts/human.ts"

/** What one side of a dialogue was told that only the other may know: in the prompts, and in what the agent says to the human. */
export const episodeLeaks = (
  { environment, policy }: Domain,
  { task }: Gold,
  messages: ReadonlyArray<DialogueMessage>
): ReadonlyArray<string> => {
  const { actions, instruction, outputs } = task
  const tools = toolNames(environment)
  return [
    ...humanPromptLeaks({ frame: humanFrame, instruction, actions, outputs, policy, tools }),
    ...repliesOf(messages).flatMap(({ content, index }) =>
      tools
        .filter((name) => content?.includes(name))
        .map((name) => `reply ${index} names the tool ${name} to the human`)
    ),
    ...agentPromptLeaks(policy, messages, instruction)
  ]
}
