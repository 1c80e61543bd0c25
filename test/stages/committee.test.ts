import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import fc from "fast-check"
import { z } from "zod"
import { ModelError, modelError } from "../../models/model-error.ts"
import { roleNames } from "../../models/role-family.ts"
import { system, user } from "../../schemas/message.ts"
import { Verdict, type Vote } from "../../schemas/verdict.ts"
import { type CommitteeOptions, committee, reviewers } from "../../stages/committee.ts"
import { binary } from "../../stages/rubric.ts"
import { tally } from "../../stages/tally.ts"
import { chatScript, type Script } from "../support/chat-script.ts"

const rubric = [binary("correct", "It is right."), binary("lively", "It is not dull.", false)]
const messages = [system("You review."), user("The draft.")]
const scored = (correct: number, lively: number, total = correct + lively) =>
  JSON.stringify({
    reflection: "Looked at it.",
    scores: { correct, lively },
    total,
    correction: correct === 1 ? null : "Mend it."
  })

const judge = (scripts: Readonly<Record<string, Script>>, over: Partial<CommitteeOptions> = {}) => {
  const script = chatScript(scripts)
  return {
    requests: script.requests,
    run: committee({
      reviewers: reviewers(3),
      rubric,
      messages,
      sampling: { temperature: 0.2, maxTokens: 100 },
      quorum: 2,
      abstention: false,
      ...over
    }).pipe(Effect.provide(script.layer))
  }
}

const statuses = (votes: ReadonlyArray<Vote>) => votes.map(({ reviewer, status }) => `${reviewer} ${status}`)

describe("committee", () => {
  it.effect("takes the majority of each criterion, and of all that are required", () =>
    Effect.gen(function* () {
      const { run } = judge({
        "reviewer-1": [scored(1, 0)],
        "reviewer-2": [scored(0, 0)],
        "reviewer-3": [scored(1, 1)]
      })
      const { _tag, verdict } = yield* run
      assert.strictEqual(_tag, "Decided")
      assert.deepStrictEqual(verdict.majority, [
        { criterion: "correct", score: 1 },
        { criterion: "lively", score: 0 }
      ])
      assert.deepStrictEqual([verdict.overall, verdict.mean_total, verdict.quorum_met], [1, 1, true])
      assert.deepStrictEqual(verdict.votes[1], {
        reviewer: "reviewer-2",
        status: "voted",
        scores: [
          { criterion: "correct", score: 0 },
          { criterion: "lively", score: 0 }
        ],
        total: 0,
        reflection: "Looked at it.",
        correction: "Mend it.",
        reason: null
      })
      assert.deepStrictEqual(Verdict.parse(verdict), verdict)
    })
  )

  it.effect("puts one case to all, each with its own role, draw and instructions", () =>
    Effect.gen(function* () {
      const { requests, run } = judge(
        { reviewer: () => scored(1, 1) },
        {
          reviewers: [
            { name: "strict", role: "reviewer-1", draw: 0, instructions: "Be strict." },
            { name: "kind", role: "reviewer-2", draw: 1 }
          ]
        }
      )
      assert.deepStrictEqual(statuses((yield* run).verdict.votes), ["strict voted", "kind voted"])
      assert.deepStrictEqual(
        requests.map(({ draw, messages, role }) => ({ draw, messages, role })),
        [
          { draw: 0, role: "reviewer-1", messages: [system("You review."), system("Be strict."), user("The draft.")] },
          { draw: 1, role: "reviewer-2", messages }
        ]
      )
    })
  )

  it.effect("has a reply that cannot be read, or whose total is not the sum, put right once", () =>
    Effect.gen(function* () {
      const { requests, run } = judge({
        "reviewer-1": ["I like it.", scored(1, 1)],
        "reviewer-2": [scored(1, 1, 3), scored(1, 0)],
        "reviewer-3": [scored(0, 0)]
      })
      const { verdict } = yield* run
      assert.deepStrictEqual(
        verdict.votes.map(({ total }) => total),
        [2, 1, 0]
      )
      const shown = requests
        .map(({ messages }) => messages.at(-1)?.content ?? "")
        .filter((text) => text.includes("- /"))
      assert.deepStrictEqual(shown.length, 1)
      assert.include(shown[0] ?? "", "- /total: the total is 3 but the scores add up to 2")
    })
  )

  it.effect("counts a second unusable reply as missing, with the reason, and never as a 0", () =>
    Effect.gen(function* () {
      const { run } = judge({
        "reviewer-1": [scored(1, 1)],
        "reviewer-2": [scored(2, 0), scored(1, 1, 0)],
        "reviewer-3": [scored(1, 0)]
      })
      const { _tag, verdict } = yield* run
      assert.strictEqual(_tag, "Decided")
      assert.deepStrictEqual([verdict.overall, verdict.mean_total], [1, 1.5])
      assert.deepStrictEqual(verdict.votes[1], {
        reviewer: "reviewer-2",
        status: "missing",
        scores: [],
        total: null,
        reflection: null,
        correction: null,
        reason: "/total: the total is 0 but the scores add up to 2"
      })
    })
  )

  it.effect("counts an even split as 0", () =>
    Effect.gen(function* () {
      const { run } = judge({ "reviewer-1": [scored(1, 0)], "reviewer-2": ["?", "?"], "reviewer-3": [scored(0, 0)] })
      const { verdict } = yield* run
      assert.deepStrictEqual(verdict.majority[0], { criterion: "correct", score: 0 })
      assert.strictEqual(verdict.overall, 0)
    })
  )

  it.effect("without a quorum decides nothing, which is no rejection", () =>
    Effect.gen(function* () {
      const { run } = judge({ "reviewer-1": [scored(1, 1)], "reviewer-2": ["?", "?"], "reviewer-3": ["?", "?"] })
      const { _tag, verdict } = yield* run
      assert.strictEqual(_tag, "NoQuorum")
      assert.deepStrictEqual(
        [verdict.majority, verdict.overall, verdict.mean_total, verdict.quorum_met],
        [[], null, null, false]
      )
      assert.deepStrictEqual(statuses(verdict.votes), ["reviewer-1 voted", "reviewer-2 missing", "reviewer-3 missing"])
    })
  )

  it.effect("lets a reviewer abstain, who then counts on neither side", () => {
    const reply = (over: object) =>
      JSON.stringify({ reflection: "Hm.", abstention: null, scores: null, total: null, correction: null, ...over })
    const votes = { scores: { correct: 1, lively: 0 }, total: 1 }
    return Effect.gen(function* () {
      const { run } = judge(
        {
          "reviewer-1": [reply({ abstention: "I wrote it." })],
          "reviewer-2": [reply(votes)],
          "reviewer-3": [reply({}), reply(votes)]
        },
        { abstention: true }
      )
      const { _tag, verdict } = yield* run
      assert.strictEqual(_tag, "Decided")
      assert.deepStrictEqual(statuses(verdict.votes), ["reviewer-1 abstained", "reviewer-2 voted", "reviewer-3 voted"])
      assert.deepInclude(verdict.votes[0], { reason: "I wrote it.", reflection: "Hm.", total: null })
      assert.strictEqual(verdict.overall, 1)
    })
  })

  it.effect("gives a reply that was cut off twice the room, once", () =>
    Effect.gen(function* () {
      const cut = { content: '{"refl', finishReason: "length" } as const
      const { requests, run } = judge({
        "reviewer-1": [cut, scored(1, 1)],
        "reviewer-2": [cut, cut],
        "reviewer-3": [modelError("refused", "m", "no"), scored(1, 1)]
      })
      const { verdict } = yield* run
      assert.deepStrictEqual(statuses(verdict.votes), ["reviewer-1 voted", "reviewer-2 missing", "reviewer-3 voted"])
      assert.include(verdict.votes[1]?.reason ?? "", "limit of 200 tokens")
      assert.deepStrictEqual(
        requests.map(({ draw, role, sampling }) => `${role} ${draw} ${sampling.maxTokens}`).sort(),
        [
          "reviewer-1 0 100",
          "reviewer-1 1000 200",
          "reviewer-2 1 100",
          "reviewer-2 1001 200",
          "reviewer-3 1002 100",
          "reviewer-3 2 100"
        ]
      )
    })
  )

  it.effect("makes no vote of a model that is down: that ends the item", () =>
    Effect.gen(function* () {
      const { run } = judge({ reviewer: () => modelError("server", "m", "down") })
      const error = yield* Effect.flip(run)
      assert.instanceOf(error, ModelError)
      assert.strictEqual(error.kind, "server")
    })
  )

  it.effect("takes any number of reviewers, any scale and a check of its own", () =>
    Effect.gen(function* () {
      const { run } = judge(
        {
          reviewer: ({ draw }) =>
            JSON.stringify({ reflection: "", scores: { depth: draw + 1 }, total: draw + 1, correction: null })
        },
        {
          reviewers: reviewers(5),
          rubric: [{ name: "depth", description: "How deep.", minimum: 1, maximum: 5, pass: 4, required: true }],
          check: ({ total }) => (total === 5 ? [{ pointer: "/total", message: "five is too good" }] : [])
        }
      )
      const { verdict } = yield* run
      assert.strictEqual(verdict.votes[4]?.reason, "/total: five is too good")
      assert.deepStrictEqual([verdict.majority, verdict.mean_total], [[{ criterion: "depth", score: 0 }], 2.5])
    })
  )

  it.effect("refuses noise and quorums that cannot be met", () =>
    Effect.gen(function* () {
      for (const [over, message] of [
        [{ sampling: { temperature: 0.7, maxTokens: 9 } }, "a temperature of 0.7 is above 0.3"],
        [{ quorum: 4 }, "a quorum of 4 with 3 reviewers"],
        [{ quorum: 0 }, "a quorum of 0"],
        [{ rubric: [] }, "without criteria"]
      ] as const) {
        const exit = yield* Effect.exit(judge({}, over).run)
        assert.isTrue(Exit.isFailure(exit))
        assert.include(String(Exit.isFailure(exit) ? exit.cause : ""), message)
      }
    })
  )

  it.effect("describes its reply as a JSON Schema that holds nothing optional", () =>
    Effect.gen(function* () {
      for (const abstention of [false, true]) {
        const { requests, run } = judge({ reviewer: () => "?" }, { abstention })
        yield* run
        const shape = z.toJSONSchema(requests[0]?.response?.schema ?? z.never())
        assert.deepStrictEqual(shape.required, Object.keys(shape.properties ?? {}))
        assert.strictEqual(shape.additionalProperties, false)
        assert.strictEqual("abstention" in (shape.properties ?? {}), abstention)
      }
    })
  )
})

describe("tally", () => {
  const vote = (correct: number, status: Vote["status"] = "voted"): Vote => ({
    reviewer: "r",
    status,
    scores: status === "voted" ? [{ criterion: "correct", score: correct }] : [],
    total: status === "voted" ? correct : null,
    reflection: null,
    correction: null,
    reason: null
  })
  const one = [binary("correct", "It is right.")]

  it("passes exactly where more than half of the voters do, whatever the order and the silent", () =>
    fc.assert(
      fc.property(fc.nat({ max: 6 }), fc.nat({ max: 6 }), fc.nat({ max: 3 }), (yes, no, silent) => {
        const votes = [
          ...Array.from({ length: silent }, () => vote(0, "missing")),
          ...Array.from({ length: no }, () => vote(0)),
          ...Array.from({ length: yes }, () => vote(1))
        ]
        const { overall, votes: _, ...verdict } = tally(votes, one, 1)
        assert.strictEqual(overall, yes + no === 0 ? null : yes > no ? 1 : 0)
        const { overall: turned, votes: __, ...rest } = tally([...votes].reverse(), one, 1)
        assert.deepStrictEqual([turned, rest], [overall, verdict])
      })
    ))
})

describe("roleNames", () => {
  it("looks for a member before its family", () => {
    assert.deepStrictEqual(roleNames("reviewer-12"), ["reviewer-12", "reviewer"])
    assert.deepStrictEqual(roleNames("agent"), ["agent"])
    assert.deepStrictEqual(roleNames("user-x"), ["user-x"])
  })
})
