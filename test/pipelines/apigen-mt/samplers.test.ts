import { assert, describe, it } from "@effect/vitest"
import { retailExamples, sampleExamples } from "../../../pipelines/apigen-mt/examples.ts"
import { isLegalWalk } from "../../../pipelines/apigen-mt/graph.ts"
import { personas } from "../../../pipelines/apigen-mt/personas.ts"
import { kindOf, type SampledTask, sampleContext, sampleTask } from "../../../pipelines/apigen-mt/samplers.ts"
import { executeTask, policyViolations } from "../../../pipelines/apigen-mt/validation.ts"
import { random } from "../../../stages/random.ts"
import { labConfig, labWorld } from "../../support/blueprint-lab.ts"

const config = labConfig()
const drawn = (n: number): SampledTask => {
  const task = sampleTask(labWorld(), config, n, random(`item ${n}`))
  if (task === null) throw new Error(`item ${n} has no scenario`)
  return task
}

describe("the samplers", () => {
  it("draw the same task from the same seed", () => assert.deepStrictEqual(drawn(3), drawn(3)))

  it("draw legal walks whose scenario executes and trips no policy test", () => {
    const { domain } = labWorld()
    for (let n = 0; n < 40; n++) {
      const { kind, scenario, walk } = drawn(n)
      assert.isTrue(isLegalWalk(domain, walk), walk.join(" > "))
      if (walk.length === 0) continue
      const task = {
        instruction: scenario.identity,
        actions: scenario.writes.map((write) => ({ name: write.tool, arguments: write.arguments })),
        outputs: [],
        facts: Object.assign({}, ...scenario.writes.map((write) => write.facts)) as Record<string, string>
      }
      const { errors, trace } = executeTask(domain, task, kind)
      assert.deepStrictEqual(errors, [])
      assert.deepStrictEqual(policyViolations(domain, task, scenario.userId, trace), [])
    }
  })

  it("give every kind of task its share in small runs too", () => {
    const counts: Record<string, number> = {}
    for (let n = 0; n < 100; n++) {
      const kind = kindOf(config, "shares", n)
      counts[kind] = (counts[kind] ?? 0) + 1
    }
    assert.closeTo(counts.write ?? 0, 65, 1)
    assert.closeTo(counts.mixed ?? 0, 30, 1)
    assert.closeTo((counts.info ?? 0) + (counts.refusal ?? 0) + (counts.transfer ?? 0), 5, 1)
  })

  it("build refusals on an order whose status forbids what is asked, and read that order", () => {
    const refusals = labConfig({ taskKinds: { write: 0.9, mixed: 0, info: 0, refusal: 0.1, transfer: 0 } })
    const n = Array.from({ length: 50 }, (_, index) => index).find(
      (index) => kindOf(refusals, labWorld().seed, index) === "refusal"
    )
    const task = sampleTask(labWorld(), refusals, n ?? 0, random("refusal"))
    const orderId = task?.deadEnd?.reads[0]?.arguments.order_id
    assert.include(task?.deadEnd?.request, String(orderId))
    assert.isDefined(labWorld().domain.environment.initial.get("orders", String(orderId)))
    assert.deepStrictEqual(task?.walk, [])
  })

  it("draw how much each sampler gives anew in each round, within its range, and log it", () => {
    const task = drawn(1)
    const logs = Array.from({ length: 30 }, (_, round) =>
      sampleContext(labWorld(), config, task, random(`context ${round}`))
    ).map((context) => context.log)
    for (const log of logs) {
      assert.isAtLeast(log.n_policies, 1)
      assert.isAtMost(log.n_policies, 4)
      assert.isAtMost(log.n_data_rows, 4)
      assert.isAtLeast(log.n_examples, 1)
      assert.isAtMost(log.n_examples, 3)
      assert.strictEqual(log.example_ids.length, log.n_examples)
    }
    assert.isAbove(new Set(logs.map((log) => JSON.stringify(log))).size, 10)
  })

  it("always show the user, the orders and the products that the task is about", () => {
    for (let n = 0; n < 20; n++) {
      const task = drawn(n)
      const { log } = sampleContext(labWorld(), labConfig({ extraRecords: { low: 0, high: 0 } }), task, random("x"))
      assert.include(log.data_keys, `users/${task.scenario.userId}`)
      for (const write of task.scenario.writes) {
        const { order_id } = write.arguments
        if (typeof order_id === "string") assert.include(log.data_keys, `orders/${order_id}`)
      }
    }
  })

  it("put the rules of the sampled tools into the prompt", () => {
    const task = drawn(0)
    const { log } = sampleContext(labWorld(), config, task, random("rules"))
    const attached = labWorld().domain.rules.filter((rule) => rule.tools.some((tool) => task.walk.includes(tool)))
    assert.includeMembers(
      log.policies,
      attached.map((rule) => rule.id)
    )
  })

  it("prefer examples of the same kind and tools", () => {
    const first = Array.from({ length: 200 }, (_, draw) =>
      sampleExamples(retailExamples, { kind: "refusal", tools: [], count: 1, random: random(`e${draw}`) })
    ).flat()
    const refusals = first.filter((example) => example.kind === "refusal").length
    assert.isAbove(refusals, 40) // 4 of 12 weights: about 67; without preference 22
  })

  it("have at least 60 different personas, none of whom is anybody's name", () => {
    assert.isAtLeast(new Set(personas).size, 60)
    for (const persona of personas) assert.match(persona, /^an? [a-z]/)
  })
})
