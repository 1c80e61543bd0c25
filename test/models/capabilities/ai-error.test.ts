import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { AiError, EmbeddingModel } from "effect/ai"
import { fromAiError, toAiError } from "../../../models/capabilities/ai-error.ts"
import { type CapabilityErrorKind, capabilityError } from "../../../models/capabilities/capability-error.ts"

const KINDS: ReadonlyArray<CapabilityErrorKind> = [
  "missing",
  "unsupported",
  "out_of_memory",
  "bad_output",
  "mismatch",
  "unreachable",
  "server",
  "timeout",
  "rate_limit",
  "bad_request",
  "auth",
  "store"
]

describe("a CapabilityError as effect/ai's error", () => {
  for (const kind of KINDS) {
    it(`${kind} comes back as the same error, and may be tried again by the same rule`, () => {
      const error = capabilityError(kind, "embedding", "bge-small", `what ${kind} means`)
      const foreign = toAiError(error)
      assert.isTrue(AiError.isAiError(foreign))
      // effect/ai holds that asking again may cure a bad output; a local model gives the same one.
      if (kind !== "bad_output") assert.strictEqual(foreign.isRetryable, error.retryable)
      assert.strictEqual(fromAiError(foreign, "embedding", "other"), error)
    })
  }

  it.effect("survives the way through effect/ai's own service", () =>
    Effect.gen(function* () {
      const error = capabilityError("missing", "embedding", "bge-small", "no such folder")
      const model = yield* EmbeddingModel.make({ embedMany: () => Effect.fail(toAiError(error)) })
      const failures = yield* Effect.all([Effect.flip(model.embedMany(["a"])), Effect.flip(model.embed("a"))])
      for (const failure of failures) assert.strictEqual(fromAiError(failure, "embedding", "bge-small"), error)
    })
  )
})

describe("an error that effect/ai raised itself", () => {
  const raised = (reason: AiError.AiErrorReason) =>
    fromAiError(AiError.make({ module: "DecisionModel", method: "decide", reason }), "decision", "kev-4b")

  it("names the model, and what was wrong", () => {
    const error = raised(new AiError.InvalidOutputError({ description: "probabilities that do not sum to 1" }))
    assert.deepInclude(error, { kind: "bad_output", retryable: false, capability: "decision", model: "kev-4b" })
    assert.include(error.message, "kev-4b: ")
    assert.include(error.message, "probabilities that do not sum to 1")
  })

  it("is of the nearest kind", () => {
    assert.strictEqual(raised(new AiError.InvalidUserInputError({ description: "an image" })).kind, "bad_request")
    assert.strictEqual(raised(new AiError.RateLimitError({})).kind, "rate_limit")
    assert.strictEqual(raised(new AiError.UnknownError({})).kind, "unsupported")
  })
})
