import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import type { SimulatedReply } from "../../../pipelines/pipeline.ts"
import { applyPatch } from "../../../stages/patch.ts"
import type { State } from "../../../stages/state.ts"
import { faultless, labConfig, labItem, labModels, labWorld, type SeenCall } from "../../support/blueprint-lab.ts"

const config = labConfig(faultless)
const isReviewer = (call: SeenCall) => call.role.startsWith("reviewer")
const ballot = (scores: Record<string, number>, total?: number): SimulatedReply => ({
  content: JSON.stringify({
    reflection: "A test vote.",
    scores: { correctness: 1, completeness: 1, satisfaction: 1, creativity: 1, ...scores },
    total: total ?? 4 + Object.values(scores).reduce((sum, score) => sum + score - 1, 0),
    correction: null
  })
})

/** Runs item `n` of the retail lab against a script, and gives the calls with what came of it. */
const run = (
  n: number,
  script?: (call: SeenCall, nth: number) => SimulatedReply | undefined,
  given: Record<string, unknown> = {}
) => {
  const seen: Array<SeenCall> = []
  return labItem(labConfig({ ...faultless, ...given }), n).pipe(
    Effect.provide(labModels(seen, script)),
    Effect.map((result) => ({ ...result, seen }))
  )
}

describe("a blueprint", () => {
  it.effect("goes through generation, checks and review, and becomes a row with its evidence", () =>
    Effect.gen(function* () {
      const { attempts, blueprint, outcome, seen } = yield* run(0)
      assert.strictEqual(outcome, "accepted")
      assert.deepStrictEqual(
        seen.map(({ role, stage }) => [role, stage]),
        [
          ["blueprint", "generate"],
          ["reviewer-1", "review"],
          ["reviewer-2", "review"],
          ["reviewer-3", "review"]
        ]
      )
      assert.strictEqual(attempts.length, 1)
      assert.strictEqual(attempts[0]?.blueprint_id, blueprint?.blueprint_id)
      assert.strictEqual(blueprint?.rounds_used, 0)
      assert.strictEqual(blueprint?.verdict.votes.length, 3)
      assert.isAbove(blueprint?.n_writes ?? 0, 0)
      const before = labWorld().domain.environment.initial
      assert.strictEqual(blueprint?.db_hash_before, before.hash())
      assert.notStrictEqual(blueprint?.db_hash_after, blueprint?.db_hash_before)
    })
  )

  it.effect("stores a diff that turns the database before into the one after (done-means 9)", () =>
    Effect.gen(function* () {
      const { blueprint } = yield* run(0)
      const after: State = applyPatch(labWorld().domain.environment.initial, blueprint?.diff_patch ?? "")
      assert.strictEqual(after.hash(), blueprint?.db_hash_after)
    })
  )

  it.effect("is the same, row by row, for the same seed and the same replies (done-means 6)", () =>
    Effect.gen(function* () {
      const given = { mistakes: {} }
      for (const n of [0, 1, 2, 3, 4]) {
        const [first, second] = [yield* run(n, undefined, given), yield* run(n, undefined, given)]
        assert.strictEqual(JSON.stringify(first.entries), JSON.stringify(second.entries))
      }
    })
  )

  it.effect("shows reviewers neither the thought nor what is planted, and the generator no example as an order", () =>
    Effect.gen(function* () {
      const { attempts, seen } = yield* run(1)
      const thought = attempts[0]?.thought ?? "no thought"
      for (const call of seen.filter(isReviewer)) assert.notInclude(call.prompt, thought)
      assert.include(seen[0]?.prompt, "Do not copy their instruction")
    })
  )
})

describe("malformed generator output (done-means 7)", () => {
  const wrong: ReadonlyArray<readonly [string, string, string]> = [
    ["no answer block", "<thought>x</thought> Here you go.", " the reply has no <answer>...</answer> block"],
    [
      "bad JSON",
      '<thought>x</thought><answer>{"intent": </answer>',
      " the JSON is not closed: a bracket or a quote is missing"
    ],
    [
      "a wrong type",
      '<thought>x</thought><answer>{"intent": "i", "actions": "none", "outputs": [], "facts": {}}</answer>',
      "/actions Invalid input: expected array, received string"
    ],
    [
      "a part that is missing",
      '<thought>x</thought><answer>{"intent": "i", "actions": [], "outputs": []}</answer>',
      "/facts Invalid input: expected record, received undefined"
    ],
    [
      "an unknown tool",
      `<thought>x</thought><answer>${JSON.stringify({
        intent: Array.from({ length: 30 }, () => "word").join(" "),
        actions: [{ name: "teleport_order", arguments: {} }],
        outputs: [],
        facts: {}
      })}</answer>`,
      "/actions/0/name there is no tool teleport_order"
    ],
    [
      "no thought block",
      `<answer>${JSON.stringify({ intent: "too short", actions: [], outputs: [], facts: {} })}</answer>`,
      " the reply has no <thought>...</thought> block"
    ]
  ]
  for (const [what, content, expected] of wrong) {
    it.effect(`${what} is a format error with a pointer, and uses up one round`, () =>
      Effect.gen(function* () {
        const { attempts, blueprint, outcome } = yield* run(0, (call, nth) =>
          call.role === "blueprint" && nth === 0 ? { content } : undefined
        )
        assert.strictEqual(outcome, "accepted")
        assert.strictEqual(blueprint?.rounds_used, 1)
        assert.deepStrictEqual(
          attempts.map(({ code, failed_at, passed }) => `${passed} ${failed_at} ${code}`),
          ["false format FORMAT", "true null null"]
        )
        const errors = (attempts[0]?.format_errors ?? []).map(({ message, pointer }) => `${pointer} ${message}`)
        assert.include(errors, expected)
        assert.strictEqual(attempts[0]?.raw_output, content)
      })
    )
  }

  it.effect("a missing argument is named by its pointer", () =>
    Effect.gen(function* () {
      const clean = yield* run(0)
      const action = clean.blueprint?.actions[0]
      const [lost] = Object.keys(action?.arguments ?? {})
      const { attempts } = yield* run(0, (call, nth) => {
        if (call.role !== "blueprint" || nth > 0) return undefined
        const text = clean.attempts[0]?.raw_output ?? ""
        const value = JSON.stringify(action?.arguments[lost ?? ""])
        return { content: text.replace(`"${lost}":${value},`, "").replace(`,"${lost}":${value}`, "") }
      })
      assert.deepStrictEqual(attempts[0]?.format_errors, [
        { pointer: `/actions/0/arguments/${lost}`, message: "is required" }
      ])
    })
  )
})

describe("what the checks find (done-means 8)", () => {
  it.effect("reaches the feedback writer with step index and rule id, and the next prompt with the feedback", () =>
    Effect.gen(function* () {
      // A cancellation whose reason contradicts the facts.
      const n = yield* firstItemWith("cancel_pending_order")
      const clean = yield* run(n)
      const text = clean.attempts[0]?.raw_output ?? ""
      const spoilt = text.replace(
        /"reason":"(no longer needed|ordered by mistake)"/,
        (_, reason: string) => `"reason":"${reason === "no longer needed" ? "ordered by mistake" : "no longer needed"}"`
      )
      const { attempts, outcome, seen } = yield* run(n, (call, nth) => {
        if (call.role === "feedback") return { content: "Align the reason with the facts." }
        return call.role === "blueprint" && nth === 0 ? { content: spoilt } : undefined
      })
      assert.strictEqual(outcome, "accepted")
      assert.strictEqual(attempts[0]?.code, "POLICY")
      assert.strictEqual(attempts[0]?.policy_violations[0]?.rule_id, "PT-R9")
      assert.strictEqual(attempts[0]?.feedback, "Align the reason with the facts.")
      const told = seen.find((call) => call.role === "feedback")?.prompt ?? ""
      assert.match(told, /policy test PT-R9 at step \d/)
      const second = seen.filter((call) => call.role === "blueprint")[1]
      assert.include(second?.prompt, "<feedback>\nAlign the reason with the facts.\n</feedback>")
    })
  )

  it.effect("is the findings themselves where the feedback writer says nothing", () =>
    Effect.gen(function* () {
      const { attempts } = yield* run(0, (call, nth) => {
        if (call.role === "feedback") return { content: " " }
        return call.role === "blueprint" && nth === 0 ? { content: "nonsense" } : undefined
      })
      assert.strictEqual(
        attempts[0]?.feedback,
        "format error at the whole reply: the reply has no <answer>...</answer> block"
      )
    })
  )
})

/** RFC 6901: the place exists in the value, or its last step is the one that is missing. */
const pointsInto = (value: unknown, pointer: string): boolean => {
  if (pointer === "") return true
  if (!pointer.startsWith("/")) return false
  const steps = pointer.slice(1).split("/")
  const within = (inner: unknown, step: string) =>
    typeof inner === "object" && inner !== null
      ? (inner as Record<string, unknown>)[step.replaceAll("~1", "/").replaceAll("~0", "~")]
      : undefined
  const parent = steps.slice(0, -1).reduce(within, value)
  return typeof parent === "object" && parent !== null
}

describe("any generator output (done-means 7)", () => {
  /** A good answer in which one place, at any depth, holds something else or nothing. */
  const spoilt = (answer: unknown, path: ReadonlyArray<number>, other: unknown): unknown => {
    const [step, ...rest] = path
    if (step === undefined || typeof answer !== "object" || answer === null) return other
    const keys = Object.keys(answer)
    const key = keys[step % Math.max(keys.length, 1)]
    if (key === undefined) return other
    const inner = spoilt((answer as Record<string, unknown>)[key], rest, other)
    if (Array.isArray(answer)) return answer.map((one, index) => (String(index) === key ? inner : one))
    const left = Object.entries(answer).filter(([name]) => name !== key || inner !== undefined)
    return Object.fromEntries(left.map(([name, one]) => [name, name === key ? inner : one]))
  }
  const wrapped = (json: string) => `<thought>x</thought>\n<answer>\n${json}\n</answer>`

  it.effect(
    "is judged, uses up one round and never throws: it passes, or is turned down with findings that point into it",
    () =>
      Effect.gen(function* () {
        const clean = yield* run(0)
        const good: unknown = JSON.parse(
          /<answer>\n([\s\S]*)\n<\/answer>/.exec(clean.attempts[0]?.raw_output ?? "")?.[1] ?? ""
        )
        const codes = new Set<string>()
        const judged = Effect.fnUntraced(function* (content: string) {
          const { attempts, code, outcome } = yield* run(
            0,
            (call) => (call.role === "blueprint" ? { content } : undefined),
            { feedbackRounds: 0 }
          )
          assert.strictEqual(attempts.length, 1)
          codes.add(code ?? outcome)
          if (outcome === "accepted") return
          assert.include(["FORMAT", "EXECUTION", "POLICY", "REVIEW_MAJORITY"], code)
          assert.strictEqual(attempts[0]?.raw_output, content)
          if (code !== "FORMAT") return
          const errors = attempts[0]?.format_errors ?? []
          assert.isNotEmpty(errors)
          const json = /<answer>([\s\S]*?)<\/answer>/.exec(content)?.[1] ?? ""
          for (const { message, pointer } of errors) {
            assert.isNotEmpty(message)
            // A pointer with steps is one into JSON that could be read.
            if (pointer !== "") assert.isTrue(pointsInto(JSON.parse(json), pointer), `${pointer} in ${json}`)
          }
        })
        const path = fc.array(fc.nat(6), { maxLength: 4 })
        const content = fc.oneof(
          { weight: 1, arbitrary: fc.string({ maxLength: 200, unit: "binary" }) },
          { weight: 1, arbitrary: fc.json().map(wrapped) },
          { weight: 1, arbitrary: fc.nat(1000).map((at) => wrapped(JSON.stringify(good).slice(0, at))) },
          {
            weight: 4,
            arbitrary: fc
              .tuple(path, fc.option(fc.jsonValue(), { nil: undefined }))
              .map(([where, other]) => wrapped(JSON.stringify(spoilt(good, where, other) ?? null)))
          }
        )
        yield* Effect.promise(() =>
          fc.assert(
            fc.asyncProperty(content, (text) => Effect.runPromise(judged(text))),
            { numRuns: 150, seed: 7 }
          )
        )
        assert.isAbove(codes.size, 1, [...codes].join())
      }),
    60_000
  )
})

/** The first item whose clean blueprint uses the tool. */
const firstItemWith = (tool: string) =>
  Effect.gen(function* () {
    for (let n = 0; n < 30; n++) {
      const { blueprint } = yield* run(n)
      if (blueprint?.actions.some((action) => action.name === tool)) return n
    }
    throw new Error(`no item among the first 30 uses ${tool}`)
  })

describe("the committee (done-means 10)", () => {
  it.effect("turns a blueprint down by majority, naming the criterion", () =>
    Effect.gen(function* () {
      const { attempts, code, outcome, reasons, stage } = yield* run(
        0,
        (call) => (isReviewer(call) ? ballot(call.role === "reviewer-1" ? {} : { correctness: 0 }) : undefined),
        { feedbackRounds: 0 }
      )
      assert.deepStrictEqual(
        { outcome, stage, code },
        { outcome: "rejected", stage: "review", code: "REVIEW_MAJORITY" }
      )
      assert.deepStrictEqual(attempts[0]?.verdict?.majority[0], { criterion: "correctness", score: 0 })
      assert.include(reasons[1], "reviewer-2: correctness 0")
    })
  )

  it.effect("does not turn a blueprint down for creativity, but does for the mean total", () =>
    Effect.gen(function* () {
      const dull = yield* run(0, (call) => (isReviewer(call) ? ballot({ creativity: 0 }) : undefined))
      assert.strictEqual(dull.outcome, "accepted")
      assert.strictEqual(dull.blueprint?.verdict.mean_total, 3)
      const strict = yield* run(0, (call) => (isReviewer(call) ? ballot({ creativity: 0 }) : undefined), {
        meanTotal: 3.5,
        feedbackRounds: 0
      })
      assert.strictEqual(strict.code, "REVIEW_THRESHOLD")
    })
  )

  it.effect("counts an even split as 0", () =>
    Effect.gen(function* () {
      const split = (call: SeenCall) =>
        isReviewer(call) ? ballot(/-[12]$/.test(call.role) ? { satisfaction: 0 } : {}) : undefined
      const { code } = yield* run(0, split, { judges: 4, tieRule: "zero", feedbackRounds: 0 })
      assert.strictEqual(code, "REVIEW_MAJORITY")
    })
  )

  it.effect("asks once more for a reply without JSON or with a wrong total, then counts it as missing", () =>
    Effect.gen(function* () {
      const { blueprint, outcome, seen } = yield* run(0, (call) => {
        if (call.role === "reviewer-1") return { content: "Looks fine to me." }
        return isReviewer(call) ? ballot({}, call.role === "reviewer-2" ? 4 : undefined) : undefined
      })
      assert.strictEqual(outcome, "accepted")
      assert.deepStrictEqual(
        blueprint?.verdict.votes.map((vote) => vote.status),
        ["missing", "voted", "voted"]
      )
      assert.strictEqual(seen.filter((call) => call.role === "reviewer-1").length, 2)
    })
  )

  it.effect("without a quorum fails the item as JUDGE_ERROR, which is no rejection, and keeps the attempt", () =>
    Effect.gen(function* () {
      const { attempts, code, outcome, seen, stage } = yield* run(0, (call) => {
        if (!isReviewer(call)) return undefined
        return call.role === "reviewer-3" ? ballot({}) : ballot({}, 1)
      })
      assert.deepStrictEqual({ outcome, stage, code }, { outcome: "failed", stage: "review", code: "JUDGE_ERROR" })
      assert.strictEqual(attempts.length, 1)
      assert.strictEqual(attempts[0]?.code, "JUDGE_ERROR")
      assert.strictEqual(attempts[0]?.failed_at, null)
      assert.isFalse(seen.some((call) => call.role === "feedback"))
    })
  )
})

describe("the loop (done-means 11)", () => {
  it.effect("runs the configured rounds and no more, and stores every attempt", () =>
    Effect.gen(function* () {
      for (const feedbackRounds of [0, 3, 5]) {
        const { attempts, code, outcome, seen } = yield* run(
          0,
          (call, nth) => (call.role === "blueprint" ? { content: `try ${nth}` } : undefined),
          { feedbackRounds }
        )
        assert.deepStrictEqual([outcome, code], ["rejected", "FORMAT"])
        assert.deepStrictEqual(
          attempts.map(({ raw_output, round }) => [round, raw_output]),
          Array.from({ length: feedbackRounds + 1 }, (_, round) => [round, `try ${round}`])
        )
        assert.strictEqual(seen.filter((call) => call.role === "feedback").length, feedbackRounds)
        assert.strictEqual(attempts.at(-1)?.feedback, null)
      }
    })
  )

  it.effect("raises acceptance over a run without it (done-means 13)", () =>
    Effect.gen(function* () {
      const accepted = { with: 0, without: 0 }
      for (let n = 0; n < 60; n++) {
        if ((yield* run(n, undefined, { mistakes: {} })).outcome === "accepted") accepted.with++
        if ((yield* run(n, undefined, { mistakes: {}, feedbackRounds: 0 })).outcome === "accepted") accepted.without++
      }
      // The paper: 70 % with the loop, 28 % without; the simulated models are set to that.
      assert.isAtLeast(accepted.with, accepted.without + 15)
      assert.closeTo(accepted.with / 60, 0.7, 0.12)
      assert.closeTo(accepted.without / 60, 0.28, 0.12)
    })
  )
})

describe("an item without a feasible scenario", () => {
  it.effect("is turned down before any call", () =>
    Effect.gen(function* () {
      const seen: Array<SeenCall> = []
      const world = labWorld()
      const empty = { ...world, domain: { ...world.domain, scenario: () => null } }
      const result = yield* labItem(config, 0, empty).pipe(Effect.provide(labModels(seen)))
      assert.deepStrictEqual([result.outcome, result.stage, result.code], ["rejected", "sample", "NO_SCENARIO"])
      assert.deepStrictEqual(seen, [])
    })
  )
})
