import { assert, describe, it } from "@effect/vitest"
import { type Episode, judgeEpisode } from "../../../pipelines/apigen-mt/acceptance.ts"
import { oracleEpisode } from "../../../pipelines/apigen-mt/oracle.ts"
import { canonicalJson } from "../../../schemas/json.ts"
import type { Action } from "../../../stages/environment.ts"
import { labConfig, labWorld } from "../../support/blueprint-lab.ts"
import { type LabTask, type Line, labTask, play, properLines } from "../../support/dialogue-script.ts"

const { domain } = labWorld()
const cancel = labTask(["cancel_pending_order"])
const write = cancel.writes[0] as Action
const proper = properLines(cancel)
/** What the customer gets back: the one answer to a question about it. */
const paid = (cancel.order.payment_history[0]?.amount ?? 0).toFixed(2)
const judge = (lines: ReadonlyArray<Line> | Episode, task: LabTask = cancel, given: Record<string, unknown> = {}) =>
  judgeEpisode(domain, task.gold, "messages" in lines ? lines : play(lines), labConfig(given))
const codes = (lines: ReadonlyArray<Line> | Episode, task: LabTask = cancel, given: Record<string, unknown> = {}) => [
  ...new Set(judge(lines, task, given).problems.map((problem) => problem.code))
]
const replaced = (from: Action, to: Action): ReadonlyArray<Line> =>
  proper.map((line) => ("call" in line && line.call === from ? { call: to } : line))

describe("acceptance of a dialogue (spec 3.4)", () => {
  it("takes a proper dialogue: all rewards 1, and the replay of its calls gives the ground truth's hash (done-means 17)", () => {
    const episode = play(proper)
    const verdict = judge(episode)
    assert.deepStrictEqual(verdict.problems, [])
    const { hygiene, nontrivial, output, outputStrict, policy, state, stateTolerant } = verdict
    assert.deepStrictEqual(
      [state, stateTolerant, output, outputStrict, policy, nontrivial, hygiene],
      [1, 1, 1, 1, 1, 1, 1]
    )
    assert.strictEqual(verdict.hash, episode.hash)
    assert.strictEqual(verdict.hash, cancel.gold.hash)
  })

  it("state: turns down another final database, and says how it differs", () => {
    const reason = write.arguments.reason === "no longer needed" ? "ordered by mistake" : "no longer needed"
    const verdict = judge(replaced(write, { ...write, arguments: { ...write.arguments, reason } }))
    assert.strictEqual(verdict.state, 0)
    assert.deepInclude(verdict.problems[0], {
      code: "STATE_MISMATCH",
      message: "the final database is not that of the ground truth"
    })
    assert.include(verdict.played.final.diffFrom(cancel.gold.final), `+  "cancel_reason": "${reason}"`)
  })

  it("state: another order of the writes is as good where it leads to the same database", () => {
    const two = labTask(["cancel_pending_order", "modify_user_address"])
    const [first, second] = two.writes as [Action, Action]
    const lines = properLines(two).map((line) =>
      "call" in line && line.call === first
        ? { call: second }
        : "call" in line && line.call === second
          ? { call: first }
          : line
    )
    assert.strictEqual(judge(lines, two).state, 1)
  })

  it("output: turns down an answer that was never told", () => {
    const asked = labTask(["cancel_pending_order"], { outputs: [paid], kind: "mixed" })
    const told = [...properLines(asked), { user: "What do I get back?" }, { say: `You get $${paid} back.` }]
    assert.deepStrictEqual(codes(told, asked), [])
    assert.deepStrictEqual(judge(properLines(asked), asked).problems, [
      { code: "OUTPUT_MISSING", message: `never told: ${paid}` }
    ])
  })

  it("strict output: turns down an answer that was only asked, unless that is but reported", () => {
    const asked = labTask(["cancel_pending_order"], { outputs: [paid], kind: "mixed" })
    const lines = [...properLines(asked), { user: "What do I get back?" }, { say: `Would $${paid} be right?` }]
    assert.deepStrictEqual(judge(lines, asked).problems, [
      { code: "OUTPUT_UNCLEAR", message: `told only in part, asked or denied: ${paid}` }
    ])
    assert.deepStrictEqual(codes(lines, asked, { gates: { r_output_strict: "report" } }), [])
    assert.strictEqual(judge(lines, asked).outputStrict, 0)
  })

  it("policy: turns down a write without a yes, unless that is but reported", () => {
    const lines = proper.map((line): Line => ("user" in line && line.user === "Yes, please." ? { user: "Hm." } : line))
    assert.deepStrictEqual(judge(lines).problems, [
      { code: "POLICY_VIOLATION", message: "DC-R4: cancel_pending_order without an explicit yes of the user" }
    ])
    assert.deepStrictEqual(codes(lines, cancel, { gates: { r_policy: "report" } }), [])
    assert.strictEqual(judge(lines, cancel, { gates: { r_policy: "report" } }).policy, 0)
  })

  it("policy: runs the domain's tests over what was really done, not over the plan", () => {
    const reason = write.arguments.reason === "no longer needed" ? "ordered by mistake" : "no longer needed"
    const { problems } = judge(replaced(write, { ...write, arguments: { ...write.arguments, reason } }))
    assert.include(
      problems.map((problem) => problem.message.slice(0, 5)),
      "PT-R9"
    )
  })

  it("failed writes: takes two, turns down three", () => {
    const failing = (times: number): ReadonlyArray<Line> =>
      proper.flatMap(
        (line): ReadonlyArray<Line> =>
          "call" in line && line.call === write
            ? [
                ...Array.from({ length: times }, () => ({
                  call: { ...write, arguments: { ...write.arguments, reason: "just so" } }
                })),
                line
              ]
            : [line]
      )
    assert.strictEqual(judge(failing(2)).failedWrites, 2)
    assert.notInclude(codes(failing(2)), "FAILED_WRITES")
    assert.deepStrictEqual(
      judge(failing(3)).problems.find((problem) => problem.code === "FAILED_WRITES"),
      { code: "FAILED_WRITES", message: "3 writes failed" }
    )
  })

  it("leak: turns down a dialogue whose prompts were not clean", () => {
    assert.deepStrictEqual(judge(play(proper, { leaks: ["the human's prompt names the tool x"] })).problems, [
      { code: "PROMPT_LEAK", message: "the human's prompt names the tool x" }
    ])
  })

  it("replay: turns down a dialogue whose stored calls do not lead to the state that it left", () => {
    assert.deepStrictEqual(codes(play(proper, { hash: "0".repeat(64) })), ["REPLAY_MISMATCH"])
  })

  it("termination: turns down whatever did not end by the human or by a transfer, with no reward (done-means 16)", () => {
    for (const [termination, code] of [
      ["max_steps", "MAX_STEPS"],
      ["max_turns", "MAX_TURNS"],
      ["max_errors", "MAX_ERRORS"],
      ["timeout", "TIMEOUT"],
      ["user_failure", "USER_FAILURE"],
      ["parse_error", "PARSE_ERROR"],
      ["infra_error", "INFRA_ERROR"]
    ] as const) {
      const { output, problems, reward, state } = judge(play(proper, { termination, detail: "over" }))
      assert.deepStrictEqual([state, output, reward], [1, 1, 0], termination)
      assert.deepStrictEqual(problems, [{ code, message: `the dialogue ended as ${termination}: over` }])
    }
  })
})

describe("tasks that change nothing must still be worked for (spec 6)", () => {
  const order = { name: "get_order_details", arguments: { order_id: cancel.order.order_id } }
  const refusal = labTask([], {
    kind: "refusal",
    seed: "refusal",
    rules: [
      { kind: "read", value: canonicalJson(order) },
      { kind: "refuse", value: "cancel what was delivered" }
    ]
  })
  const gold = { ...refusal.gold, userId: cancel.gold.userId, changes: false }
  const task = { ...refusal, gold }
  const identify = cancel.reads[0] as Action
  const opening: ReadonlyArray<Line> = [
    { user: `Hello. ${cancel.identity} Order ${cancel.order.order_id}, please.` },
    { call: identify }
  ]

  it("a refusal needs the identity, the look-up and the words", () => {
    const no: Line = { say: "I am sorry, I cannot cancel that order." }
    assert.deepStrictEqual(judge([...opening, { call: order }, no], task).problems, [])
    assert.deepStrictEqual(judge([...opening, no], task).problems, [
      { code: "TRIVIAL", message: `missing: nothing was looked up; the read ${canonicalJson(order)}` }
    ])
    assert.deepStrictEqual(judge([...opening, { call: order }, { say: "I see." }], task).problems, [
      { code: "TRIVIAL", message: "missing: a refusal: cancel what was delivered; an explicit refusal" }
    ])
    assert.deepStrictEqual(codes([{ user: "Hello." }, no], task), ["TRIVIAL"])
    assert.deepStrictEqual(codes([{ user: "Hello." }, no], task, { gates: { r_nontrivial: "report" } }), [])
  })

  it("an answer needs its source", () => {
    const info = {
      ...task,
      gold: {
        ...gold,
        evalRules: [{ kind: "state" as const, value: "321.45" }],
        task: { ...gold.task, outputs: ["321.45"] }
      }
    }
    const answer: Line = { say: "It is 321.45." }
    assert.deepStrictEqual(judge([...opening, { call: order }, answer], info).problems, [])
    assert.deepStrictEqual(judge([{ user: "Hello." }, answer], info).problems, [
      { code: "TRIVIAL", message: "missing: the user was never identified; nothing was looked up" }
    ])
  })

  it("a transfer needs the identity, a word before it and a summary", () => {
    const transfer = {
      ...task,
      gold: { ...gold, evalRules: [{ kind: "transfer" as const, value: "new e-mail" }], transfers: true }
    }
    const over = (summary: string): Line => ({ call: { name: "transfer_to_human_agents", arguments: { summary } } })
    const word: ReadonlyArray<Line> = [{ say: "A colleague can do that. Shall I transfer you?" }, { user: "Yes." }]
    assert.deepStrictEqual(judge([...opening, ...word, over("Wants a new e-mail address.")], transfer).problems, [])
    assert.deepStrictEqual(judge([...opening, ...word, over("Help.")], transfer).problems, [
      { code: "TRIVIAL", message: "missing: a transfer with a summary" }
    ])
    assert.deepStrictEqual(judge([{ user: "Hello." }, over("Wants a new e-mail address.")], transfer).problems, [
      { code: "TRIVIAL", message: "missing: the user was never identified; the transfer came before any reply" }
    ])
  })
})

describe("the oracle", () => {
  it("passes all gates on tasks of every kind of write", () => {
    for (const tool of [
      "cancel_pending_order",
      "modify_pending_order_address",
      "modify_pending_order_payment",
      "modify_pending_order_items",
      "return_delivered_order_items",
      "exchange_delivered_order_items",
      "modify_user_address"
    ]) {
      const task = labTask([tool])
      assert.deepStrictEqual(judge(oracleEpisode(domain, task.gold), task).problems, [], tool)
    }
  })

  it("does not pass where the instruction gives no proof of identity", () => {
    const gold = {
      ...cancel.gold,
      task: { ...cancel.gold.task, instruction: `You want order ${cancel.order.order_id} cancelled.` }
    }
    assert.deepStrictEqual(codes(oracleEpisode(domain, gold), { ...cancel, gold }), ["POLICY_VIOLATION"])
  })
})
