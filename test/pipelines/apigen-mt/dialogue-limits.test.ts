import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { ChatModel } from "../../../models/chat-model.ts"
import { modelError } from "../../../models/model-error.ts"
import type { SimulatedReply } from "../../../pipelines/pipeline.ts"
import { careful, dialogueModels, labBlueprints, labDialogue } from "../../support/dialogue-lab.ts"

const call = (name: string, given: unknown, id = "same"): SimulatedReply => ({
  toolCalls: [{ id, name, arguments: JSON.stringify(given) }],
  finishReason: "tool_calls"
})
const one = { ...careful, attempts: 1 }
const first = Effect.map(labBlueprints(1), ([blueprint]) => blueprint as NonNullable<typeof blueprint>)

/** Runs one attempt in which the agent, or the human, is played by `reply`. */
const end = (reply: (role: string, nth: number) => SimulatedReply | undefined, given: Record<string, unknown> = {}) =>
  Effect.gen(function* () {
    const blueprint = yield* first
    const outcome = yield* labDialogue(blueprint, { ...one, ...given }).pipe(
      Effect.provide(dialogueModels({ script: (request, nth) => reply(request.role, nth) }))
    )
    const [failed] = outcome.failed
    assert.strictEqual(failed?.reward, 0)
    return {
      outcome,
      failed,
      label: [outcome.outcome, outcome.code, failed?.termination, failed?.fault_owner, failed?.fault_type]
    }
  })

describe("limits end an episode with their label and no reward (done-means 16)", () => {
  it.effect("agent steps: MAX_STEPS", () =>
    Effect.gen(function* () {
      const { failed, label } = yield* end(
        (role) => (role === "agent" ? call("think", { thought: "hm" }) : undefined),
        { agentSteps: 7 }
      )
      assert.deepStrictEqual(label, ["rejected", "MAX_STEPS", "max_steps", "agent", "max_steps"])
      assert.strictEqual(failed?.n_agent_turns, 7)
    })
  )

  it.effect("human turns: MAX_TURNS", () =>
    Effect.gen(function* () {
      const { failed, label } = yield* end((role) => (role === "agent" ? { content: "Go on." } : undefined), {
        humanTurns: 3
      })
      assert.deepStrictEqual(label, ["rejected", "MAX_TURNS", "max_turns", "agent", "max_turns"])
      assert.strictEqual(failed?.n_user_turns, 3)
    })
  )

  it.effect("tool errors in a row: MAX_ERRORS", () =>
    Effect.gen(function* () {
      const { failed, label } = yield* end(
        (role) => (role === "agent" ? call("get_product_details", { product_id: "0" }) : undefined),
        {
          consecutiveToolErrors: 2
        }
      )
      assert.deepStrictEqual(label, ["rejected", "MAX_ERRORS", "max_errors", "agent", "max_errors"])
      assert.strictEqual(failed?.n_tool_errors, 3)
    })
  )

  it.effect("a human without a line: USER_FAILURE", () =>
    Effect.gen(function* () {
      const { failed, label } = yield* end((role) =>
        role === "user" ? { content: "It's #W0000001, really" } : undefined
      )
      assert.deepStrictEqual(label, ["rejected", "USER_FAILURE", "user_failure", "user", "user_hallucination"])
      assert.deepStrictEqual(
        failed?.user_candidates.map((turn) => [turn.chosen, turn.candidates.map((candidate) => candidate.dropped)]),
        [[null, ["FOREIGN_FACT", ...Array.from({ length: 7 }, () => "DUPLICATE")]]]
      )
    })
  )

  it.effect("a reply that cannot be used: PARSE_ERROR", () =>
    Effect.gen(function* () {
      const { label } = yield* end((role) =>
        role === "agent" ? { content: "I was just", finishReason: "length" } : undefined
      )
      assert.deepStrictEqual(label, ["rejected", "PARSE_ERROR", "parse_error", "agent", "parse_error"])
    })
  )

  it.effect("wall clock: TIMEOUT", () =>
    Effect.gen(function* () {
      const blueprint = yield* first
      const model = yield* ChatModel.pipe(Effect.provide(dialogueModels()))
      const slow = ChatModel.of({ complete: (request) => Effect.delay(model.complete(request), "10 seconds") })
      const fiber = yield* labDialogue(blueprint, { ...one, dialogueMinutes: 1 }).pipe(
        Effect.provideService(ChatModel, slow),
        Effect.forkChild
      )
      yield* TestClock.adjust("5 minutes")
      const outcome = yield* Fiber.join(fiber)
      assert.deepStrictEqual(
        [
          outcome.code,
          outcome.failed[0]?.termination,
          outcome.failed[0]?.fault_owner,
          outcome.failed[0]?.fault_type,
          outcome.failed[0]?.reward
        ],
        ["TIMEOUT", "timeout", "environment", "timeout", 0]
      )
    })
  )

  it.effect("a model that does not answer is tried again, and then fails the item; it is no failed attempt", () =>
    Effect.gen(function* () {
      const blueprint = yield* first
      const gone = modelError("server", "m", "gone")
      const once = yield* labDialogue(blueprint, one).pipe(
        Effect.provide(
          dialogueModels({
            script: (request, nth) => (request.role === "agent" && nth === 1 ? Effect.fail(gone) : undefined)
          })
        )
      )
      assert.deepStrictEqual([once.outcome, once.failed.length], ["accepted", 0])
      const error = yield* labDialogue(blueprint, one).pipe(
        Effect.provide(
          dialogueModels({ script: (request) => (request.role === "agent" ? Effect.fail(gone) : undefined) })
        ),
        Effect.flip
      )
      assert.strictEqual(error, gone)
    })
  )
})
