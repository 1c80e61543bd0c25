import { Effect, Layer } from "effect"
import { Backstage } from "../../models/call-context.ts"
import { ChatModel, type Completion } from "../../models/chat-model.ts"
import { simulated } from "../../pipelines/r2s/simulated/simulated.ts"
import { random } from "../../stages/random.ts"

/** The simulated models of R2S as a ChatModel, without engine and ledger. Draws are seeded by role and question. */
export const simulatedModels: Layer.Layer<ChatModel> = Layer.succeed(
  ChatModel,
  ChatModel.of({
    complete: (request) =>
      Effect.gen(function* () {
        const backstage = yield* Backstage
        const script = simulated[request.role]
        if (script === undefined) return yield* Effect.die(new Error(`no script for role ${request.role}`))
        const reply = script({
          request: { ...request, model: "simulated" } as never,
          backstage,
          random: random(JSON.stringify([request.role, request.draw, request.messages]))
        })
        const { content = null, reasoning } = reply
        return {
          message: { role: "assistant", content, ...(reasoning === undefined ? {} : { reasoning }) },
          finishReason: "stop",
          usage: { prompt: 1, completion: 1, cached: 0, reasoning: 0 },
          id: "0".repeat(64),
          model: "simulated",
          cached: false
        } as Completion
      })
  })
)
