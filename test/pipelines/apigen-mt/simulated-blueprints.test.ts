import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { plantedIn } from "../../../models/simulated.ts"
import { type SampledTask, sampleTask } from "../../../pipelines/apigen-mt/samplers.ts"
import { intentOf, renderReply } from "../../../pipelines/apigen-mt/simulated/draft-parts.ts"
import { simulatedGenerator, writeDraft } from "../../../pipelines/apigen-mt/simulated/generator.ts"
import { mistakes } from "../../../pipelines/apigen-mt/simulated/mistakes.ts"
import { simulatedReviewer } from "../../../pipelines/apigen-mt/simulated/reviewer.ts"
import { Answer, executeTask, formatErrors, policyViolations, taskOf } from "../../../pipelines/apigen-mt/validation.ts"
import { readReply } from "../../../stages/json-reply.ts"
import { random } from "../../../stages/random.ts"
import { faultless, labConfig, labItem, labModels, labWorld, type SeenCall } from "../../support/blueprint-lab.ts"

const { domain } = labWorld()
const config = labConfig()

const tasks: ReadonlyArray<SampledTask> = Array.from({ length: 150 }, (_, n) => n).flatMap((n) => {
  const task = sampleTask(labWorld(), config, n, random(`item ${n}`))
  return task === null ? [] : [task]
})

/** The first gate that finds something wrong with a reply, "review" where none of the automatic ones does. */
const gateOf = (reply: string, task: SampledTask): string => {
  const read = readReply(reply, Answer, "answer")
  if (!read.ok) return "format"
  const draft = taskOf(read.value)
  if (formatErrors(draft, { domain, kind: task.kind, offered: task.apiWalk }).length > 0) return "format"
  const { errors, trace } = executeTask(domain, draft, task.kind)
  if (errors.length > 0) return "execution"
  return policyViolations(domain, draft, task.scenario.userId, trace).length > 0 ? "policy" : "review"
}

describe("the simulated generator", () => {
  it("writes drafts that pass every automatic check when it plants nothing", () => {
    for (const [n, task] of tasks.entries()) {
      const draft = writeDraft(task, random(`draft ${n}`))
      assert.strictEqual(gateOf(renderReply(draft), task), "review", intentOf(draft))
    }
  })

  it("words its instructions in many ways", () => {
    const intents = tasks.map((task, n) => intentOf(writeDraft(task, random(`draft ${n}`))))
    assert.strictEqual(new Set(intents).size, intents.length)
    const withoutNames = intents.map((intent) => intent.split(". ").at(-1))
    assert.isAtLeast(new Set(withoutNames).size, 4)
  })

  it("never mentions a tool, an item id or a product id in an instruction", () => {
    for (const [n, task] of tasks.entries()) {
      const intent = intentOf(writeDraft(task, random(`draft ${n}`)))
      for (const tool of domain.environment.tools.keys())
        assert.notInclude(intent, tool === "think" ? "think(" : tool === "calculate" ? "calculate(" : tool)
      assert.notMatch(intent, /\b\d{10}\b/)
    }
  })

  it("marks a planted mistake in its private reasoning and nowhere else", () => {
    const backstage = {
      part: "generator",
      domain,
      task: tasks[0],
      round: 0,
      hard: true,
      mistakes: { ...config.mistakes, blueprint: 1 }
    }
    const replies = Array.from({ length: 40 }, (_, n) =>
      simulatedGenerator({
        request: { model: "simulated", messages: [], sampling: { temperature: 0, maxTokens: 1 } },
        backstage,
        random: random(`reply ${n}`)
      })
    )
    const planted = replies.filter((reply) => plantedIn(reply.reasoning ?? undefined).length === 1)
    assert.isAtLeast(planted.length, 30) // 95 % of them
    for (const reply of replies) assert.notInclude(reply.content ?? "", "planted")
  })
})

/**
 * Mistakes that the automatic gate cannot always see: a wrong number may be the right answer to another question, a refund to a
 * gift card is legal where the customer did not ask for it, and a zip code may stand in a wish.
 */
const sometimesForReviewers = new Set(["wrong_number", "wrong_refund_method", "no_proof"])

describe("each planted mistake", () => {
  for (const mistake of mistakes) {
    it(`${mistake.code} is possible, and caught by ${mistake.gate} or before`, () => {
      const order = ["format", "execution", "policy", "review"]
      const gates = tasks.flatMap((task, n) => {
        const draft = writeDraft(task, random(`draft ${n}`))
        const spoilt = mistake.plant(draft, { domain, task }, random(`mistake ${n}`))
        return spoilt === null ? [] : [gateOf(renderReply(spoilt), task)]
      })
      assert.isAbove(gates.length, 0)
      const last = sometimesForReviewers.has(mistake.code) ? "review" : mistake.gate
      for (const gate of gates) assert.isAtMost(order.indexOf(gate), order.indexOf(last))
      assert.include(gates, mistake.gate)
    })
  }
})

describe("the simulated reviewer", () => {
  const vote = (planted: ReadonlyArray<string>, n: number) => {
    const reply = simulatedReviewer({
      request: { model: "simulated", messages: [], sampling: { temperature: 0, maxTokens: 1 } },
      backstage: {
        part: "reviewer",
        kind: "write",
        writes: 2,
        planted,
        mistakes: { ...config.mistakes, reviewerBrokenReplies: 0 }
      },
      random: random(`vote ${n}`)
    })
    return JSON.parse(reply.content ?? "") as { readonly scores: Record<string, number>; readonly total: number }
  }

  it("catches most of what is planted, on the criterion that it is about, and misses some", () => {
    const votes = Array.from({ length: 300 }, (_, n) => vote(["unanswered_question"], n))
    const caught = votes.filter((one) => one.scores.satisfaction === 0).length
    assert.closeTo(caught / 300, 0.8, 0.06)
  })

  it("rarely finds fault with a good blueprint", () => {
    const votes = Array.from({ length: 300 }, (_, n) => vote([], n))
    const alarms = votes.filter(
      ({ scores }) => scores.correctness === 0 || scores.completeness === 0 || scores.satisfaction === 0
    )
    assert.isBelow(alarms.length / 300, 0.1)
    assert.isAbove(alarms.length, 0)
  })

  it("adds its scores up rightly", () => {
    for (let n = 0; n < 50; n++) {
      const { scores, total } = vote(["wrong_zip"], n)
      assert.strictEqual(
        total,
        Object.values(scores).reduce((sum, score) => sum + score, 0)
      )
    }
  })
})

describe("over many items", () => {
  it.effect("planted mistakes reach the attempts, caught or not, and nothing is planted at rate 0", () =>
    Effect.gen(function* () {
      const seen: Array<SeenCall> = []
      const attempts = []
      for (let n = 0; n < 40; n++) attempts.push(...(yield* labItem(config, n)).attempts)
      const planted = attempts.filter((attempt) => attempt.planted.length > 0)
      assert.isAbove(planted.length, 40)
      assert.isAbove(
        planted.filter((attempt) => !attempt.passed).length,
        planted.filter((attempt) => attempt.passed).length
      )
      for (let n = 0; n < 10; n++) {
        const clean = yield* labItem(labConfig(faultless), n)
        assert.deepStrictEqual(
          clean.attempts.flatMap((attempt) => attempt.planted),
          []
        )
      }
      // No prompt of anybody says what was planted.
      for (const call of seen) assert.notInclude(call.prompt, "planted:")
    }).pipe(Effect.provide(labModels([])))
  )
})
