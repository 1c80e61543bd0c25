import { assert, describe, it } from "@effect/vitest"
import { type Episode, judgeEpisode } from "../../../pipelines/apigen-mt/acceptance.ts"
import { faultOf } from "../../../pipelines/apigen-mt/failure-labels.ts"
import type { Action } from "../../../stages/environment.ts"
import { labConfig, labWorld } from "../../support/blueprint-lab.ts"
import { type LabTask, type Line, labTask, play, properLines } from "../../support/dialogue-script.ts"

const { domain } = labWorld()
const cancel = labTask(["cancel_pending_order"])
const [write] = cancel.writes as [Action]
const proper = properLines(cancel)
const fault = (episode: Episode, task: LabTask = cancel) => {
  const { owner, type } = faultOf(task.gold, episode, judgeEpisode(domain, task.gold, episode, labConfig()))
  return [owner, type]
}
const without = (lines: ReadonlyArray<Line>, call: Action) =>
  lines.filter((line) => !("call" in line && line.call === call))

describe("whose fault a failed attempt is (spec 3.5)", () => {
  it("agent, goal_partly_done: it was asked for, and not done", () => {
    assert.deepStrictEqual(fault(play(without(proper, write))), ["agent", "goal_partly_done"])
  })

  it("agent, wrong_argument: the right tool with something else", () => {
    const reason = write.arguments.reason === "no longer needed" ? "ordered by mistake" : "no longer needed"
    const other = { ...write, arguments: { ...write.arguments, reason } }
    assert.deepStrictEqual(
      fault(play(proper.map((line) => ("call" in line && line.call === write ? { call: other } : line)))),
      ["agent", "wrong_argument"]
    )
  })

  it("agent, wrong_tool: something that nobody asked for", () => {
    const extra: Action = {
      name: "modify_user_address",
      arguments: { user_id: cancel.gold.userId, ...cancel.user.address, address1: "1 Other Road" }
    }
    assert.deepStrictEqual(fault(play([...proper, { user: "Yes." }, { call: extra }, { say: "Done." }])), [
      "agent",
      "wrong_tool"
    ])
  })

  it("agent, output_missing: asked, and not told", () => {
    const asked = { ...cancel, gold: { ...cancel.gold, task: { ...cancel.gold.task, outputs: ["41.00"] } } }
    assert.deepStrictEqual(fault(play([...proper, { user: "What do I get back?" }, { say: "Some money." }]), asked), [
      "agent",
      "output_missing"
    ])
  })

  it("user, user_premature_stop: the question was never asked, or the agent's was never answered", () => {
    const asked = { ...cancel, gold: { ...cancel.gold, task: { ...cancel.gold.task, outputs: ["41.00"] } } }
    assert.deepStrictEqual(fault(play(proper), asked), ["user", "user_premature_stop"])
    const cut = proper.slice(
      0,
      proper.findIndex((line) => "user" in line && line.user === "Yes, please.")
    )
    assert.deepStrictEqual(fault(play(cut)), ["user", "user_premature_stop"])
  })

  it("user, user_premature_stop: a wish of the instruction was never voiced", () => {
    const two = labTask(["cancel_pending_order", "return_delivered_order_items"])
    const lines = properLines(two)
    const [, second] = two.writes as [Action, Action]
    const order = String(second.arguments.order_id)
    const half = lines.slice(
      0,
      lines.findIndex((line) => "user" in line && line.user.includes(order))
    )
    assert.deepStrictEqual(fault(play(half), two), ["user", "user_premature_stop"])
  })

  it("user, user_hallucination: an order that the instruction does not know", () => {
    const lines = without(proper, write).map(
      (line): Line =>
        "user" in line && line.user.startsWith("I would") ? { user: "I would like to cancel order #W0000001." } : line
    )
    assert.deepStrictEqual(fault(play(lines)), ["user", "user_hallucination"])
  })

  it("environment, state_mismatch: the right call was made and refused", () => {
    const used: Action = {
      name: "modify_pending_order_address",
      arguments: { order_id: cancel.order.order_id, ...cancel.order.address, address1: "1 Other Road" }
    }
    const gold = { ...cancel.gold, task: { ...cancel.gold.task, actions: [write, used] }, hash: "other" }
    assert.deepStrictEqual(
      fault(play([...proper, { user: "Yes." }, { call: used }, { say: "I cannot." }]), { ...cancel, gold }),
      ["environment", "state_mismatch"]
    )
  })

  it("environment, broken_ground_truth: the ground truth itself fails", () => {
    const gold = { ...cancel.gold, errors: ["cancel_pending_order: Error: order not found"] }
    assert.deepStrictEqual(fault(play(without(proper, write)), { ...cancel, gold }), [
      "environment",
      "broken_ground_truth"
    ])
  })

  it("the code says it all for limits, policy, form and infrastructure", () => {
    const ended = (termination: Episode["termination"]) => fault(play(proper, { termination, detail: "x" }))
    assert.deepStrictEqual(ended("max_steps"), ["agent", "max_steps"])
    // All was done: it is the human who did not stop.
    assert.deepStrictEqual(ended("max_turns"), ["user", "max_turns"])
    const undone = play(without(proper, write), { termination: "max_turns", detail: "x" })
    assert.deepStrictEqual(fault(undone), ["agent", "max_turns"])
    assert.deepStrictEqual(ended("max_errors"), ["agent", "max_errors"])
    assert.deepStrictEqual(ended("parse_error"), ["agent", "parse_error"])
    assert.deepStrictEqual(ended("infra_error"), ["environment", "infra_error"])
    const hasty = proper.filter((line) => !("user" in line && line.user === "Yes, please."))
    assert.deepStrictEqual(fault(play(hasty)), ["agent", "policy_violation"])
    assert.deepStrictEqual(fault(play([...proper, { say: "Bye." }])), ["agent", "other"])
  })
})
