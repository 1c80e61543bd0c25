import { assert, describe, it } from "@effect/vitest"
import type { Domain, Task } from "../../../pipelines/apigen-mt/domains/domain.ts"
import { executeTask, formatErrors, policyViolations } from "../../../pipelines/apigen-mt/validation.ts"
import type { JsonObject } from "../../../schemas/json.ts"
import { random } from "../../../stages/random.ts"
import { State } from "../../../stages/state.ts"
import { labWorld } from "../../support/blueprint-lab.ts"

const { domain } = labWorld()
const scenario = domain.scenario(["cancel_pending_order"], random("validation"))
if (scenario === null) throw new Error("no scenario for a cancellation")
const [write] = scenario.writes
if (write === undefined) throw new Error("a scenario without writes")

const cancel = { name: write.tool, arguments: write.arguments }
const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`).join(" ")
const good: Task = {
  instruction: `You are ${scenario.identity}. ${words(30)}`,
  actions: [cancel],
  outputs: [],
  facts: write.facts
}
const offered = ["get_order_details", "cancel_pending_order"]
const format = (change: Partial<Task>, kind: "write" | "mixed" = "write") =>
  formatErrors({ ...good, ...change }, { domain, kind, offered }).map(({ message, pointer }) => `${pointer} ${message}`)
const withArguments = (input: JsonObject) => ({ actions: [{ ...cancel, arguments: input }] })
const { order_id, reason } = cancel.arguments as { order_id: string; reason: string }

describe("format validation", () => {
  it("finds nothing wrong with a good task", () => assert.deepStrictEqual(format({}), []))

  it("names the action whose tool does not exist", () =>
    assert.deepStrictEqual(format({ actions: [cancel, { name: "cancel_order", arguments: {} }] }), [
      "/actions/1/name there is no tool cancel_order"
    ]))

  it("refuses a tool that was not offered", () =>
    assert.deepStrictEqual(format({ actions: [{ name: "modify_user_address", arguments: {} }] }), [
      "/actions/0/name the tool modify_user_address was not among those offered"
    ]))

  it("names a missing, an unknown and an ill-typed argument, and a value outside its enum", () => {
    assert.deepStrictEqual(format(withArguments({ order_id })), ["/actions/0/arguments/reason is required"])
    assert.deepStrictEqual(format(withArguments({ order_id, reason, note: "x" })), [
      "/actions/0/arguments/note is not a parameter of this tool"
    ])
    assert.deepStrictEqual(format(withArguments({ order_id: 7, reason })), [
      "/actions/0/arguments/order_id must be a string, is a number"
    ])
    assert.deepStrictEqual(format(withArguments({ order_id, reason: "bored" })), [
      '/actions/0/arguments/reason must be one of "no longer needed", "ordered by mistake"'
    ])
  })

  it("refuses an order that is not in the data", () =>
    assert.deepStrictEqual(format(withArguments({ order_id: "#W0000000", reason })), [
      '/actions/0/arguments/order_id "#W0000000" is not in the data'
    ]))

  it("refuses blank, short, repeated and too many outputs, and none where something is asked", () => {
    assert.deepStrictEqual(format({ outputs: ["12.50", " ", "7", "12.50"] }), [
      "/outputs/1 is blank",
      "/outputs/2 has 1 character; at least 2 are wanted",
      "/outputs/3 is there twice"
    ])
    const many = Array.from({ length: 11 }, (_, index) => `output ${index}`)
    assert.deepStrictEqual(format({ outputs: many }), ["/outputs has 11 entries; at most 10 are allowed"])
    assert.deepStrictEqual(format({}, "mixed"), ["/outputs is empty, but the customer wants to know something"])
  })

  it("wants 20 to 250 words of instruction", () => {
    assert.deepStrictEqual(format({ instruction: words(19) }), ["/intent has 19 words; 20 to 250 are wanted"])
    assert.deepStrictEqual(format({ instruction: words(20) }), [])
    assert.deepStrictEqual(format({ instruction: words(250) }), [])
    assert.deepStrictEqual(format({ instruction: words(251) }), ["/intent has 251 words; 20 to 250 are wanted"])
  })
})

describe("execution (done-means 8)", () => {
  it("keeps observations, step diffs and hashes of a task that runs", () => {
    const { errors, trace } = executeTask(domain, good, "write")
    assert.deepStrictEqual(errors, [])
    assert.strictEqual(trace.steps.length, 1)
    assert.include(trace.steps[0]?.diff, '+  "status": "cancelled"')
    assert.notStrictEqual(trace.final.hash(), domain.environment.initial.hash())
  })

  it("names the step whose observation is an error", () => {
    const { errors } = executeTask(domain, { ...good, actions: [cancel, cancel] }, "write")
    assert.strictEqual(errors.length, 1)
    assert.strictEqual(errors[0]?.step, 1)
    assert.match(errors[0]?.message ?? "", /^cancel_pending_order: Error/)
  })

  it("refuses a write that changes nothing", () => {
    const user = domain.environment.initial.get("users", scenario.userId)
    const same = { user_id: scenario.userId, ...(user?.address as JsonObject) }
    const task = { ...good, actions: [{ name: "modify_user_address", arguments: same }] }
    assert.deepStrictEqual(executeTask(domain, task, "write").errors, [
      { step: 0, message: "modify_user_address changes nothing" }
    ])
  })

  it("refuses a task that should write and does not, and one that should not and does", () => {
    assert.deepStrictEqual(executeTask(domain, { ...good, actions: [] }, "write").errors, [
      { step: null, message: "no action writes anything, but the task is to change the database" }
    ])
    assert.deepStrictEqual(executeTask(domain, good, "refusal").errors, [
      { step: null, message: "the actions change the database, but the task is one of refusal only" }
    ])
  })

  it("refuses an amount that float arithmetic has blurred", () => {
    const tools = new Map([
      [
        "pay",
        {
          tool: { name: "pay", description: "", parameters: { type: "object", properties: {}, required: [] } },
          kind: "write" as const,
          terminates: false,
          run: (state: State) => {
            state.put("purses", "p", { amount: 0.1 + 0.2 })
            return "paid"
          }
        }
      ]
    ])
    const initial = State.of({ tables: { purses: { p: { amount: 0 } } } })
    const purse: Domain = { ...domain, environment: { tools, initial } }
    const task = { ...good, actions: [{ name: "pay", arguments: {} }] }
    assert.deepStrictEqual(executeTask(purse, task, "write").errors, [
      { step: 0, message: "purses/p would hold 0.30000000000000004, which is no whole number of cents" }
    ])
  })
})

describe("policy tests (done-means 8)", () => {
  it("name the rule and the step", () => {
    const other = reason === "no longer needed" ? "ordered by mistake" : "no longer needed"
    const task = { ...good, facts: { cancel_reason: other } }
    const { trace } = executeTask(domain, task, "write")
    const violations = policyViolations(domain, task, scenario.userId, trace)
    assert.deepStrictEqual(
      violations.map(({ rule, step }) => ({ rule, step })),
      [{ rule: "PT-R9", step: 0 }]
    )
  })

  it("find nothing in a good task", () => {
    const { trace } = executeTask(domain, good, "write")
    assert.deepStrictEqual(policyViolations(domain, good, scenario.userId, trace), [])
  })
})
