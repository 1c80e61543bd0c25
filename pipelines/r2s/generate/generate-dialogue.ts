import { Effect } from "effect"
import type { CallFailure, ChatModel } from "../../../models/chat-model.ts"
import { Rejected, stage } from "../../../stages/stage.ts"
import type { R2sConfig } from "../config.ts"
import type { Draft } from "../draft.ts"
import { tellingOf } from "./free-sentences.ts"
import type { Source } from "./making.ts"
import { stepwise } from "./stepwise.ts"
import { whole } from "./whole.ts"

/**
 * A dialogue from a chunk, as models write it, before any check (section 2.6). Costs 1 call in `single_pass`, `base` and `cot`; in
 * `stepwise` 1 for the characters and at most 3 a round, 25 to 33 for the usual 8 to 12 rounds; 1 more for each reply that has to be put
 * right. A chunk of too few sentences is turned down with S_THIN_DOCUMENT before any call.
 */
export const generateDialogue = Effect.fnUntraced(
  function* (config: R2sConfig, source: Source): Effect.fn.Return<Draft, Rejected | CallFailure, ChatModel> {
    const telling = tellingOf(source.chunk).length
    if (telling < config.minSentences) {
      return yield* new Rejected({
        stage: "generate",
        code: "S_THIN_DOCUMENT",
        reasons: [`The chunk has ${telling} sentences that tell something; a dialogue needs ${config.minSentences}.`]
      })
    }
    return yield* config.mode === "stepwise" ? stepwise(config, source) : whole(config, source)
  },
  (effect) => stage("generate")(effect)
)
