import type { Simulated } from "../../pipeline.ts"
import { readHistory } from "./agent-history.ts"
import { callReply, misstep } from "./agent-missteps.ts"
import { nextMove, type Script } from "./agent-script.ts"
import { isDialogueBackstage } from "./backstage.ts"

/**
 * A scripted agent that reads where the dialogue stands from its own messages and takes the next step. `slips`: look-ups that
 * fail and are put right. `mistakes`: the one that is planned for the attempt, told by the tag `planted: <code>`.
 */
export const scriptedAgent =
  (options: { readonly slips: boolean; readonly mistakes: boolean }): Simulated[string] =>
  ({ backstage, random, request }) => {
    if (!isDialogueBackstage(backstage)) return { content: "I'm sorry, I am unable to help. Is there anything else?" }
    const script: Script = { backstage, history: readHistory(request), random, slips: options.slips }
    const move = nextMove(script)
    const wrong = options.mistakes ? misstep(move, script) : null
    if (wrong !== null) return { ...wrong, reasoning: `planted: ${backstage.agentMistake ?? ""}` }
    return "call" in move ? callReply(move.call, script) : { content: move.say, finishReason: "stop" }
  }

/** Behaves like a decent agent on most days. */
export const simulatedAgent: Simulated[string] = scriptedAgent({ slips: true, mistakes: true })
