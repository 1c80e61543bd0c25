import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Backstage, CurrentCall } from "../../models/call-context.ts"
import type { ProviderRequest } from "../../models/provider.ts"
import { simulated } from "../../models/simulated.ts"
import { user } from "../../schemas/message.ts"
import { random } from "../../stages/random.ts"

const request: ProviderRequest = {
  model: "simulated",
  messages: [user("12345678")],
  sampling: { temperature: 0, maxTokens: 10 }
}
const calling = (role: string, address: string) => Effect.provideService(CurrentCall, { role, address })

describe("simulated", () => {
  it.effect("answers by role, seeded by the call's address, and sees the backstage", () =>
    Effect.gen(function* () {
      const provider = simulated(
        { agent: ({ backstage, random }) => ({ content: `${backstage} ${random.integer(0, 1_000_000)}` }) },
        random
      )
      const ask = (address: string) =>
        Effect.map(provider.complete(request).pipe(calling("agent", address)), ({ content }) => content)
      const answers = yield* Effect.all([ask("a"), ask("a"), ask("b")]).pipe(Effect.provideService(Backstage, "truth"))
      assert.match(answers[0] ?? "", /^truth \d+$/)
      assert.strictEqual(answers[0], answers[1])
      assert.notStrictEqual(answers[0], answers[2])
    })
  )

  it.effect("fills in model name, finish reason and an estimate of the usage", () =>
    Effect.gen(function* () {
      const toolCalls = [{ id: "c", name: "find", arguments: '{"a":1}' }]
      const provider = simulated({ agent: () => ({ toolCalls, reasoning: "abcd" }) }, random)
      assert.deepStrictEqual(yield* provider.complete(request).pipe(calling("agent", "a")), {
        content: null,
        reasoning: "abcd",
        toolCalls,
        finishReason: "tool_calls",
        usage: { prompt: 2, completion: 4, cached: 0, reasoning: 1 },
        usageEstimated: true,
        model: "simulated"
      })
    })
  )

  it.effect("lets members of a family share its script, and names the roles it has", () =>
    Effect.gen(function* () {
      const provider = simulated({ reviewer: () => ({ content: "ok" }) }, random)
      assert.strictEqual((yield* provider.complete(request).pipe(calling("reviewer-3", "a"))).content, "ok")
      const error = yield* Effect.flip(provider.complete(request).pipe(calling("constructor", "a")))
      assert.strictEqual(error.kind, "bad_request")
      assert.match(error.message, /no simulated model for the role "constructor"; it has reviewer/)
    })
  )
})
