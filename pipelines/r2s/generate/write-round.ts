import { Effect } from "effect"
import type { CallFailure, ChatModel } from "../../../models/chat-model.ts"
import { fill } from "../../../stages/prompt-template.ts"
import type { Rejected } from "../../../stages/stage.ts"
import { WRITE_SYSTEM, writeQuestion } from "../prompts/stepwise.ts"
import { repeatedTurn } from "../repeated-turn.ts"
import { type Answer, ask } from "./ask.ts"
import type { Decision, Making, Passage } from "./making.ts"
import { WriteReply } from "./reply-schemas.ts"
import { silentSpeakers } from "./silent-speakers.ts"

/**
 * Step 3 of a round: what A and B say. Where A repeats one of its earlier turns it is drawn again, at most `maxAttempts` times in all; the
 * last draw stays, and the check F_REPEAT has the last word. Costs 1 call, and 1 for each further draw.
 */
export const writeRound = Effect.fnUntraced(function* (
  { backstage, characters, chunk, config, pack, rounds }: Making,
  decision: Decision,
  passage: Passage
): Effect.fn.Return<
  Answer<{ readonly a: string; readonly b: string; readonly role_steps: string }>,
  Rejected | CallFailure,
  ChatModel
> {
  for (let redraw = 0; ; redraw++) {
    const answer = yield* ask({
      role: "writer",
      name: "write",
      system: fill(WRITE_SYSTEM, { language: pack.name }),
      user: writeQuestion(chunk.title, rounds, { characters, ...decision, ...passage }),
      schema: WriteReply,
      temperature: config.temperatures.write,
      maxTokens: config.maxTokens.write,
      attempts: config.maxAttempts,
      draw: redraw,
      backstage: {
        ...backstage,
        part: "write",
        decision,
        found: { search: passage.search ?? "", found: passage.found, found_sids: passage.found_sids },
        redraw
      },
      check: (said) => silentSpeakers(said, pack)
    })
    const repeats =
      repeatedTurn(
        answer.value.a,
        rounds.map(({ a }) => a)
      ) !== null
    if (!repeats || redraw + 1 >= config.maxAttempts) return answer
  }
})
