import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import type { Domain, Scenario } from "../../../../pipelines/apigen-mt/domains/domain.ts"
import {
  allowedOnSameOrder,
  retailWriteEdges,
  retailWrites
} from "../../../../pipelines/apigen-mt/domains/retail/graph.ts"
import { cents } from "../../../../pipelines/apigen-mt/domains/retail/money.ts"
import { provesIdentity } from "../../../../pipelines/apigen-mt/domains/retail/policy-tests/derivable.ts"
import type { Order, User } from "../../../../pipelines/apigen-mt/domains/retail/records.ts"
import { retail } from "../../../../pipelines/apigen-mt/domains/retail/retail.ts"
import { questionsFor } from "../../../../pipelines/apigen-mt/domains/retail/scenario/questions.ts"
import { methodOf, orderOf, userOf, variantOf } from "../../../../pipelines/apigen-mt/domains/retail/tables.ts"
import type { Action } from "../../../../stages/environment.ts"
import { replay } from "../../../../stages/execute.ts"
import { applyPatch } from "../../../../stages/patch.ts"
import { random } from "../../../../stages/random.ts"
import type { State } from "../../../../stages/state.ts"
import { profiles, smallShop } from "./small-shop.ts"

const domains = Object.fromEntries(profiles.map((profile) => [profile, retail({ seed: "scenario", profile })]))
const domainOf = (profile: string): Domain => domains[profile] as Domain

const walk = fc
  .array(fc.constantFrom(...retailWrites), { maxLength: 4 })
  .filter((tools) =>
    tools.every(
      (tool, index) =>
        index === 0 || retailWriteEdges.some((edge) => edge.from === tools[index - 1] && edge.to === tool)
    )
  )

const actionsOf = (scenario: Scenario): ReadonlyArray<Action> =>
  scenario.writes.map((write) => ({ name: write.tool, arguments: write.arguments }))

const traceOf = (domain: Domain, scenario: Scenario) => {
  const actions = actionsOf(scenario)
  const { final, states, steps } = replay(domain.environment, actions)
  const task = {
    instruction: scenario.identity,
    actions,
    outputs: scenario.questions.map((question) => question.answer),
    facts: Object.assign({}, ...scenario.writes.map((write) => write.facts))
  }
  return { trace: { task, userId: scenario.userId, steps, states }, final }
}

/** Runs the body on scenarios for random walks; most walks must have one. */
const onScenarios = (body: (domain: Domain, scenario: Scenario, tools: ReadonlyArray<string>) => void) => {
  let found = 0
  let tried = 0
  fc.assert(
    fc.property(walk, fc.integer(), fc.constantFrom(...profiles), (tools, seed, profile) => {
      tried++
      const domain = domainOf(profile)
      const scenario = domain.scenario(tools, random(`${seed}`))
      if (scenario === null) return
      found++
      body(domain, scenario, tools)
    }),
    { seed: 14, numRuns: 60 }
  )
  assert.isAbove(found / tried, 0.9)
}

/** The invariants that every reachable state keeps. */
const checkInvariants = (state: State, userId: string) => {
  const user = userOf(state, userId) as User
  for (const method of Object.values(user.payment_methods)) {
    if (method.source === "gift_card") {
      assert.isAtLeast(method.balance, 0)
      assert.strictEqual(method.balance, cents(method.balance) / 100)
    }
  }
  for (const id of user.orders) {
    const order = orderOf(state, id) as Order
    assert.strictEqual(order.user_id, userId)
    for (const entry of order.payment_history) {
      assert.isDefined(methodOf(user, entry.payment_method_id))
      assert.isAtLeast(entry.amount, 0)
    }
    for (const item of order.items) {
      const variant = variantOf(state, item.product_id, item.item_id)
      assert.deepStrictEqual([item.price, item.options], [variant?.price, variant?.options])
    }
    const net = order.payment_history.reduce(
      (sum, entry) => sum + (entry.transaction_type === "payment" ? cents(entry.amount) : -cents(entry.amount)),
      0
    )
    const worth = order.items.reduce((sum, item) => sum + cents(item.price), 0)
    assert.strictEqual(net, order.status === "cancelled" ? 0 : worth)
  }
}

describe("scenario", () => {
  it("carries out its walk without error, each write changing something, and passes every policy test", () =>
    onScenarios((domain, scenario, tools) => {
      assert.deepStrictEqual(
        scenario.writes.map((write) => write.tool),
        tools
      )
      const { trace } = traceOf(domain, scenario)
      for (const step of trace.steps) {
        assert.isFalse(step.observation.isError, step.observation.text)
        assert.notStrictEqual(step.diff, "")
      }
      for (const test of domain.policyTests) assert.deepStrictEqual(test.check(trace), [])
    }))

  it("leaves every invariant of the database intact, after each write", () =>
    onScenarios((domain, scenario) => {
      for (const state of traceOf(domain, scenario).trace.states) checkInvariants(state, scenario.userId)
    }))

  it("gives diffs that turn the state before into the state after (done-means 9)", () =>
    onScenarios((domain, scenario) => {
      const { final, trace } = traceOf(domain, scenario)
      assert.strictEqual(applyPatch(domain.environment.initial, final.diff()).hash(), final.hash())
      trace.steps.forEach((step, index) => {
        const [before, after] = [trace.states[index], trace.states[index + 1]] as [State, State]
        assert.strictEqual(applyPatch(before, step.diff).hash(), after.hash())
      })
    }))

  it("writes twice to one order only where the edges allow it", () =>
    onScenarios((_, { writes }) => {
      writes.forEach((later, index) => {
        for (const earlier of writes.slice(0, index)) {
          if (later.arguments.order_id !== undefined && later.arguments.order_id === earlier.arguments.order_id) {
            assert.isTrue(allowedOnSameOrder(earlier.tool, later.tool))
          }
        }
      })
    }))

  it("speaks of orders by number and of nothing by item or product id", () =>
    onScenarios((_, scenario) => {
      for (const write of scenario.writes) {
        const orderId = write.arguments.order_id
        if (typeof orderId === "string") assert.include(write.description, orderId)
      }
      const spoken = [
        ...scenario.writes.map((write) => write.description),
        ...scenario.questions.map((one) => one.question)
      ]
      for (const words of spoken) assert.notMatch(words, /\b\d{10}\b/)
      assert.isBelow(
        scenario.writes
          .map((write) => write.description)
          .join(" ")
          .split(/\s+/).length,
        200
      )
    }))

  it("proves the user's identity in words, and shows their record, the orders written to and no one else's", () =>
    onScenarios((domain, scenario) => {
      assert.isTrue(provesIdentity(domain.environment.initial, scenario.userId, scenario.identity))
      assert.property(scenario.data, `users/${scenario.userId}`)
      for (const write of scenario.writes) {
        if (write.arguments.order_id !== undefined) assert.property(scenario.data, `orders/${write.arguments.order_id}`)
      }
      for (const [place, record] of Object.entries(scenario.data)) {
        if (place.startsWith("orders/")) assert.strictEqual((record as Order).user_id, scenario.userId)
      }
      assert.isBelow(JSON.stringify(scenario.data).length, 26_000)
    }))

  it("shows every variant that a write asks for", () =>
    onScenarios((_, scenario) => {
      const shown = JSON.stringify(scenario.data)
      for (const write of scenario.writes) {
        for (const id of (write.arguments.new_item_ids ?? []) as ReadonlyArray<string>) assert.include(shown, `"${id}"`)
      }
    }))

  it("asks one to three questions whose answers stand in, or add up from, what their reads show", () =>
    onScenarios((domain, scenario) => {
      const { questions } = scenario
      assert.include([1, 2, 3], questions.length)
      assert.strictEqual(new Set(questions.map((one) => one.answer)).size, questions.length)
      for (const { answer, reads } of questions) {
        assert.match(answer, /^\d+(\.\d\d)?$/)
        assert.isAtLeast(answer.length, 2)
        const { steps } = replay(domain.environment, reads)
        assert.isTrue(steps.every((step) => !step.observation.isError && step.diff === ""))
      }
    }))

  it("asks for a gift card's balance only where it stays the same through the task", () => {
    const environment = smallShop("strict")
    const balanceAsked = (order_id: string): Set<string> => {
      const cancel = { name: "cancel_pending_order", arguments: { order_id, reason: "no longer needed" } }
      const { final, steps } = replay(environment, [cancel])
      const questions = Array.from({ length: 60 }, (_, index) =>
        questionsFor(environment.initial, final, "ada_quill_1000", steps, random(`balance ${index}`))
      ).flat()
      return new Set(questions.filter((one) => one.question.includes("gift card")).map((one) => one.answer))
    }
    assert.deepStrictEqual([...balanceAsked("#W1")], ["30.00"])
    // This one was paid by the gift card, which gets its money back.
    assert.deepStrictEqual([...balanceAsked("#W2")], [])
  })

  it("asks questions without writes for an empty walk", () => {
    const scenario = domainOf("strict").scenario([], random("questions"))
    assert.deepStrictEqual(scenario?.writes, [])
    assert.isAtLeast(scenario?.questions.length ?? 0, 1)
  })

  it("is the same for the same stream of numbers", () => {
    const tools = ["cancel_pending_order", "return_delivered_order_items"]
    const again = retail({ seed: "scenario", profile: "strict" })
    assert.deepStrictEqual(again.scenario(tools, random("x")), domainOf("strict").scenario(tools, random("x")))
  })

  it("names the reason of each order where two are cancelled", () => {
    const scenario = domainOf("strict").scenario(["cancel_pending_order", "cancel_pending_order"], random("two"))
    for (const write of scenario?.writes ?? []) {
      assert.deepStrictEqual(write.facts, { [`cancel_reason ${write.arguments.order_id}`]: write.arguments.reason })
    }
    assert.strictEqual(scenario?.writes.length, 2)
  })

  it("gives up where no user can carry the walk", () =>
    assert.isNull(
      domainOf("strict").scenario(
        Array.from({ length: 12 }, () => "cancel_pending_order"),
        random("x")
      )
    ))
})

describe("readsFor", () => {
  it("looks up the person, the profile, each order and the products to choose from, once each", () =>
    onScenarios((domain, scenario) => {
      const reads = domain.readsFor(scenario.userId, actionsOf(scenario))
      assert.match(reads[0]?.name ?? "", /^find_user_id_by_/)
      assert.deepStrictEqual(reads[1], { name: "get_user_details", arguments: { user_id: scenario.userId } })
      assert.strictEqual(new Set(reads.map((read) => JSON.stringify(read))).size, reads.length)
      const { steps } = replay(domain.environment, reads)
      assert.strictEqual(steps[0]?.observation.text, scenario.userId)
      const seen = steps.map((step) => step.observation.text).join()
      for (const write of scenario.writes) {
        for (const [name, value] of Object.entries(write.arguments)) {
          if (!/_ids?$/.test(name)) continue
          for (const id of [value].flat()) assert.include(seen, String(id))
        }
      }
    }))
})
