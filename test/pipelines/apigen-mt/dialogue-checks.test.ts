import { assert, describe, it } from "@effect/vitest"
import { dialogueChecks, dialogueFindings } from "../../../pipelines/apigen-mt/dialogue-checks.ts"
import type { Action } from "../../../stages/environment.ts"
import { labWorld } from "../../support/blueprint-lab.ts"
import { callsIn, type LabTask, type Line, labTask, play, properLines } from "../../support/dialogue-script.ts"

const cancel = labTask(["cancel_pending_order"])
const findings = (lines: ReadonlyArray<Line>, task: LabTask = cancel) => {
  const episode = play(lines)
  return dialogueFindings({ messages: episode.messages, calls: callsIn(episode), gold: task.gold }).map(
    ({ message, message_index, rule_id }) => [rule_id, message_index, message]
  )
}
const orderRead: Action = { name: "get_order_details", arguments: { order_id: cancel.order.order_id } }
const write = cancel.writes[0] as Action
const [identify, profile] = cancel.reads as [Action, Action]

describe("dialogue checks", () => {
  it("find nothing wrong with a proper dialogue", () => {
    assert.deepStrictEqual(findings(properLines(cancel)), [])
  })

  it("DC-R2: nothing is looked up before the user is identified", () => {
    const lines: ReadonlyArray<Line> = [
      { user: `Order ${cancel.order.order_id}, please. ${cancel.identity}` },
      { call: orderRead },
      { call: identify },
      { say: "Here you are." }
    ]
    assert.deepStrictEqual(findings(lines), [["DC-R2", 1, "get_order_details before the user was identified"]])
  })

  it("DC-R2: a look-up of the user that failed identifies nobody", () => {
    const lines: ReadonlyArray<Line> = [
      { user: `Order ${cancel.order.order_id}, please. I am at nobody@example.com.` },
      { call: { name: "find_user_id_by_email", arguments: { email: "nobody@example.com" } } },
      { call: orderRead },
      { say: "Here you are." }
    ]
    assert.deepStrictEqual(findings(lines), [["DC-R2", 3, "get_order_details before the user was identified"]])
  })

  it("DC-R3: no one else's records are opened", () => {
    const { environment } = labWorld().domain
    const other = environment.initial
      .keys("orders")
      .find((id) => environment.initial.get("orders", id)?.user_id !== cancel.gold.userId) as string
    const owner = String(environment.initial.get("orders", other)?.user_id)
    const lines: ReadonlyArray<Line> = [
      { user: `Hello. ${cancel.identity} What about ${other}?` },
      { call: identify },
      { call: { name: "get_order_details", arguments: { order_id: other } } },
      { say: "I cannot help with that." }
    ]
    assert.deepStrictEqual(findings(lines), [["DC-R3", 3, `get_order_details concerns ${owner}, another user`]])
  })

  const upTo = (answer: string, question: string): ReadonlyArray<Line> => [
    { user: `Hello. ${cancel.identity} It is about ${cancel.order.order_id}.` },
    { call: identify },
    { call: profile },
    { call: orderRead },
    { say: question },
    { user: answer },
    { call: write },
    { say: "It has been cancelled." }
  ]
  const plan = `I will cancel order ${cancel.order.order_id}. Shall I go ahead?`

  it("DC-R4: a write needs an explicit yes", () => {
    assert.deepStrictEqual(findings(upTo("Yes.", plan)), [])
    assert.deepStrictEqual(findings(upTo("Hm, what would I get back?", plan)), [
      ["DC-R4", 9, "cancel_pending_order without an explicit yes of the user"]
    ])
    assert.deepStrictEqual(findings(upTo("No, wait. Yes, it was a gift, but don't do it.", plan)), [
      ["DC-R4", 9, "cancel_pending_order without an explicit yes of the user"]
    ])
  })

  it("DC-R4: a yes to another question is none", () => {
    assert.deepStrictEqual(findings(upTo("Yes.", `Was ${cancel.order.order_id} a gift?`)), [
      ["DC-R4", 9, "cancel_pending_order although the agent had not asked for a yes"]
    ])
  })

  it("DC-R4: what is asked for must have been named", () => {
    assert.deepStrictEqual(findings(upTo("Yes.", "I will cancel your order. Shall I go ahead?")), [
      ["DC-R4", 9, `cancel_pending_order on ${cancel.order.order_id}, which the agent had not spelled out`]
    ])
  })

  it("DC-R4: one yes may cover several writes that were named together", () => {
    const two = labTask(["cancel_pending_order", "modify_user_address"])
    const [first, second] = two.writes as [Action, Action]
    const lines: ReadonlyArray<Line> = [
      { user: `Hello. ${two.identity} ${two.gold.task.instruction}` },
      ...two.reads.map((call): Line => ({ call })),
      { say: `I will ${two.scenario.writes.map((one) => one.description).join(" and ")}. Shall I go ahead?` },
      { user: "Yes." },
      { call: first },
      { call: second },
      { say: "Both have been done." }
    ]
    assert.deepStrictEqual(findings(lines, two), [])
  })

  it("DC-R5: an id in a call has been said or seen", () => {
    const lines: ReadonlyArray<Line> = [
      { user: `Hello. ${cancel.identity}` },
      { call: identify },
      { call: { name: "get_order_details", arguments: { order_id: "#W0000017" } } },
      { say: "I cannot find it." }
    ]
    assert.deepStrictEqual(findings(lines), [["DC-R5", 3, "get_order_details: #W0000017 was never said or seen"]])
    const said = lines.with(0, { user: `Hello. ${cancel.identity} My order is W0000017.` })
    assert.deepStrictEqual(findings(said), [])
  })

  it("DC-R7: a request within scope is not handed over", () => {
    const lines: ReadonlyArray<Line> = [
      { user: `Hello. ${cancel.identity}` },
      { call: identify },
      { call: { name: "transfer_to_human_agents", arguments: { summary: "The customer wants to cancel an order." } } }
    ]
    assert.deepStrictEqual(findings(lines), [
      ["DC-R7", 3, "transfer_to_human_agents although the request was within scope"]
    ])
    assert.deepStrictEqual(findings(lines, { ...cancel, gold: { ...cancel.gold, transfers: true } }), [])
  })

  it("DC-R8: the status of an order is looked up before it is acted on", () => {
    const lines = upTo("Yes.", plan).filter((line) => !("call" in line && line.call === orderRead))
    assert.deepStrictEqual(findings(lines), [
      ["DC-R8", 7, `cancel_pending_order on ${cancel.order.order_id}, whose status was not looked up`]
    ])
  })

  it("DC-R9: advises to ask whether the list of items is complete", () => {
    const back = labTask(["return_delivered_order_items"])
    const lines = properLines(back)
    assert.deepStrictEqual(findings(lines, back), [])
    const hasty = lines.map(
      (line): Line => ("say" in line ? { say: line.say.replace(" That is all of it.", "") } : line)
    )
    const found = dialogueFindings({ messages: play(hasty).messages, calls: callsIn(play(hasty)), gold: back.gold })
    assert.deepStrictEqual(
      found.map(({ rule_id, severity }) => [rule_id, severity]),
      [["DC-R9", "advice"]]
    )
  })

  it("DC-R16: advises not to take an item for a product", () => {
    const item = cancel.order.items[0]?.item_id ?? ""
    const lines: ReadonlyArray<Line> = [
      ...properLines(cancel).slice(0, 4),
      { call: { name: "get_product_details", arguments: { product_id: item } } },
      { say: "One moment." }
    ]
    assert.deepStrictEqual(
      findings(lines).map(([rule, , message]) => [rule, message]),
      [["DC-R16", `${item} is an item, not a product`]]
    )
  })

  it("cover every rule of the policy that is marked as one for the dialogue (done-means 5)", () => {
    const covered = new Set(dialogueChecks.flatMap((check) => check.rules))
    const marked = labWorld().domain.rules.filter((rule) => rule.checks.includes("dialogue"))
    assert.deepStrictEqual(
      marked.map((rule) => rule.id).filter((id) => !covered.has(id)),
      []
    )
    assert.isAbove(marked.length, 5)
  })
})
