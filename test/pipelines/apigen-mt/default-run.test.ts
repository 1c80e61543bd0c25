import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { judgeEpisode } from "../../../pipelines/apigen-mt/acceptance.ts"
import type { Blueprint } from "../../../pipelines/apigen-mt/blueprint-tables.ts"
import { actionsOf, callsOf } from "../../../pipelines/apigen-mt/calls.ts"
import { goldOf } from "../../../pipelines/apigen-mt/gold.ts"
import { agentPromptLeaks, toolNames } from "../../../pipelines/apigen-mt/leaks.ts"
import { oracleEpisode } from "../../../pipelines/apigen-mt/oracle.ts"
import { outputHits } from "../../../pipelines/apigen-mt/outputs.ts"
import { grams, overlap } from "../../../pipelines/apigen-mt/overlap.ts"
import type { FailedTrajectory, Trajectory } from "../../../pipelines/apigen-mt/trajectory-tables.ts"
import { canonicalJson } from "../../../schemas/json.ts"
import type { Message } from "../../../schemas/message.ts"
import { replay } from "../../../stages/execute.ts"
import { applyPatch } from "../../../stages/patch.ts"
import { labConfig, labItem, labModels, labWorld } from "../../support/blueprint-lab.ts"
import { type DialogueCallSeen, dialogueModels, labDialogue } from "../../support/dialogue-lab.ts"

const { domain } = labWorld()
const config = labConfig()

interface Row {
  readonly blueprint: Blueprint
  readonly row: Trajectory
  /** Null where it was accepted. */
  readonly failed: FailedTrajectory | null
}

interface DefaultRun {
  readonly blueprints: ReadonlyArray<Blueprint>
  readonly rows: ReadonlyArray<Row>
  /** How the dialogues of each blueprint ended: "accepted", or the code. */
  readonly codes: ReadonlyArray<string>
  /** What any prompt of any dialogue held that it must not. */
  readonly leaks: ReadonlyArray<string>
}

const rules = grams(domain.policy)
const names = toolNames(domain.environment)

/** What the prompts of one blueprint's dialogues hold that they must not. Looks at what was sent, not at what was stored. */
const leaksIn = (blueprint: Blueprint, calls: ReadonlyArray<DialogueCallSeen>): ReadonlyArray<string> => {
  const { actions, instruction, outputs, thought } = blueprint
  const found: Array<string> = []
  // Each prompt repeats the one before it: what was once looked at is not looked at again.
  const seen = new Set<string>()
  const isNew = (message: Message) => {
    const key = `${message.role} ${message.content}`
    return !seen.has(key) && seen.add(key).size > 0
  }
  const truths = actions.map((action) => canonicalJson(action.arguments))
  for (const { messages, role } of calls) {
    const [first, ...rest] = messages
    if (role === "agent") {
      if (first?.role !== "system" || first.content !== domain.policy)
        found.push("the agent's system prompt is not the policy")
      if (rest.some((one) => one.role === "system")) found.push("the agent is told something beside the policy")
      const fresh = rest.filter(isNew)
      found.push(...agentPromptLeaks(domain.policy, fresh, instruction))
      if (thought !== null && fresh.some((one) => one.content?.includes(thought)))
        found.push("the agent sees the thought")
    }
    if (role !== "user") continue
    if (rest.some((one) => one.role === "tool" || one.tool_calls !== undefined))
      found.push("the human sees a call or its result")
    if (!first?.content?.includes(instruction)) found.push("the human does not see the task")
    for (const one of messages.filter(isNew)) {
      const text = one.content ?? ""
      found.push(...names.filter((name) => text.includes(name)).map((name) => `the human's prompt names ${name}`))
      found.push(...truths.filter((truth) => text.includes(truth)).map((truth) => `the human's prompt holds ${truth}`))
      if (one !== first) continue
      const frame = text.replace(instruction, "")
      found.push(
        ...outputs.filter((output) => frame.includes(output)).map((output) => `the human's prompt holds ${output}`)
      )
      if (overlap(frame, rules) > 0) found.push("the human's prompt holds a passage of the policy")
    }
  }
  return found
}

let made: DefaultRun | undefined
/** All items of the default config, with its planted mistakes, through both phases. Made once. */
const defaultRun = Effect.gen(function* () {
  if (made !== undefined) return made
  const blueprints: Array<Blueprint> = []
  for (let n = 0; n < config.items; n++) {
    const { blueprint } = yield* labItem(config, n).pipe(Effect.provide(labModels([])))
    if (blueprint !== null) blueprints.push(blueprint)
  }
  const rows: Array<Row> = []
  const codes: Array<string> = []
  const leaks: Array<string> = []
  for (const blueprint of blueprints) {
    const seen: Array<DialogueCallSeen> = []
    const { accepted, code, failed } = yield* labDialogue(blueprint).pipe(Effect.provide(dialogueModels({ seen })))
    rows.push(...accepted.map((row) => ({ blueprint, row, failed: null })))
    rows.push(...failed.map((row) => ({ blueprint, row, failed: row })))
    codes.push(code ?? "accepted")
    leaks.push(...leaksIn(blueprint, seen))
  }
  made = { blueprints, rows, codes, leaks }
  return made
})

const test = (name: string, check: (run: DefaultRun) => void) =>
  it.effect(name, () => Effect.map(defaultRun, check), 60_000)

describe("every row of a run with the default config", () => {
  test("there are dialogues of both fates, by more than four gates", ({ blueprints, rows }) => {
    assert.isAtLeast(blueprints.length, 70)
    assert.isAtLeast(rows.filter((one) => one.failed === null).length, 60)
    const gates = new Set(rows.flatMap(({ failed }) => (failed === null ? [] : [failed.failure])))
    assert.isAtLeast(gates.size, 4, [...gates].join())
  })

  test("no prompt of any dialogue, kept or failed, shows the human the truth or the agent the task (done-means 14)", ({
    leaks,
    rows
  }) => {
    assert.deepStrictEqual([...new Set(leaks)], [])
    const reported = rows.flatMap(({ failed }) => failed?.reasons.filter((one) => one.startsWith("PROMPT_LEAK")) ?? [])
    assert.deepStrictEqual(reported, [])
  })

  test("the chosen line of every human turn is the best of those that passed the filters (done-means 15)", ({
    rows
  }) => {
    for (const { row } of rows) {
      for (const { candidates, chosen } of row.user_candidates) {
        assert.include([config.bestOfN, 2 * config.bestOfN], candidates.length)
        if (chosen === null) continue
        const left = candidates.flatMap((one) => (one.dropped === null ? [one.score ?? -1] : []))
        assert.strictEqual(candidates[chosen]?.score, Math.max(...left))
      }
    }
  })

  test("what is stored leads again to the stored hash: the truth's and its outputs where it was kept (done-means 17)", ({
    rows
  }) => {
    for (const { blueprint, failed, row } of rows) {
      const { final } = replay(domain.environment, actionsOf(callsOf(domain.environment, row.messages)))
      assert.strictEqual(final.hash(), row.db_hash_final)
      assert.strictEqual(row.db_hash_gold, blueprint.db_hash_after)
      if (failed !== null) {
        assert.strictEqual(row.r_state, row.db_hash_final === row.db_hash_gold ? 1 : 0)
        continue
      }
      assert.strictEqual(row.db_hash_final, row.db_hash_gold)
      assert.strictEqual(row.reward, 1)
      const hits = outputHits(row.messages, blueprint.outputs)
      assert.deepStrictEqual(
        hits.map((hit) => [hit.output, hit.found_strict]),
        blueprint.outputs.map((output) => [output, true])
      )
    }
  })

  test("the stored diff of every blueprint turns the database before into the one after (done-means 9)", ({
    blueprints
  }) => {
    for (const { db_hash_after, db_hash_before, diff_patch } of blueprints) {
      const { initial } = domain.environment
      assert.strictEqual(initial.hash(), db_hash_before)
      assert.strictEqual(diff_patch === null ? db_hash_before : applyPatch(initial, diff_patch).hash(), db_hash_after)
    }
  })

  test("the oracle passes on all blueprints but those with a planted mistake, which get no dialogue (done-means 18)", ({
    blueprints,
    codes
  }) => {
    const passes = blueprints.map((blueprint) => {
      const { actions, eval_rules, facts, instruction, outputs, task_kind, user_id } = blueprint
      const task = { instruction, actions, outputs, facts }
      const gold = goldOf(domain, { task, taskKind: task_kind, userId: user_id, evalRules: eval_rules })
      return judgeEpisode(domain, gold, oracleEpisode(domain, gold), config).problems.length === 0
    })
    blueprints.forEach((blueprint, index) => {
      if (blueprint.planted.length === 0) assert.isTrue(passes[index], blueprint.instruction)
      assert.strictEqual(passes[index], codes[index] !== "ORACLE_FAILED")
    })
    assert.isAtLeast(passes.filter((passed) => passed).length, 0.95 * passes.length)
  })

  test("there are at most three attempts a blueprint, no dialogue twice, and a label on each failure (done-means 19)", ({
    blueprints,
    rows
  }) => {
    for (const { blueprint_id } of blueprints) {
      const own = rows.filter((one) => one.blueprint.blueprint_id === blueprint_id)
      const attempts = own.map((one) => one.row.attempt).sort()
      assert.deepStrictEqual(
        attempts,
        attempts.map((_, index) => index + 1)
      )
      assert.isAtMost(attempts.length, 3)
    }
    assert.strictEqual(new Set(rows.map((one) => one.row.trajectory_id)).size, rows.length)
    for (const { failed } of rows) {
      if (failed === null) continue
      assert.match(failed.failure, /^[A-Z_]+$/)
      assert.isNotEmpty(failed.reasons)
      assert.match(failed.fault_type, /^[a-z_]+$/)
    }
  })

  test("irregular replies are counted, and nothing irregular is stored (done-means 20)", ({ rows }) => {
    const planted = (code: string) =>
      rows.reduce((sum, { row }) => sum + row.planted.filter((one) => one.code === code).length, 0)
    const counted = (name: keyof Trajectory["counts"]) => rows.reduce((sum, { row }) => sum + row.counts[name], 0)
    for (const [code, name] of [
      ["parallel_calls", "parallel_calls"],
      ["text_with_call", "text_with_call"],
      ["duplicate_call_id", "duplicate_call_id"],
      ["unknown_tool", "unknown_tool"],
      ["bad_arguments", "non_object_arguments"],
      ["stop_marker", "agent_stop_marker"]
    ] as const) {
      assert.isAbove(planted(code), 0, code)
      assert.strictEqual(counted(name), planted(code), code)
    }
    for (const { row } of rows) {
      const calls = row.messages.flatMap((message) => message.tool_calls ?? [])
      assert.strictEqual(new Set(calls.map((call) => call.id)).size, calls.length)
      for (const [index, message] of row.messages.entries()) {
        if (message.role !== "assistant") continue
        assert.isAtMost(message.tool_calls?.length ?? 0, 1)
        assert.isTrue(message.tool_calls === undefined || message.content === null, "text beside a call")
        assert.notStrictEqual(row.messages[index - 1]?.role, "assistant")
      }
    }
  })

  test("every id in a call of a kept dialogue was said or seen before (spec 5)", ({ rows }) => {
    for (const { failed, row } of rows) {
      if (failed !== null) continue
      let said = ""
      for (const message of row.messages) {
        for (const call of message.tool_calls ?? []) {
          const ids = call.arguments.match(/#W\d{7}|\b\d{10}\b|\b(?:credit_card|gift_card|paypal)_\d{7}\b/g) ?? []
          for (const id of ids) assert.include(said, id.replace("#", ""), `${call.name} in ${row.trajectory_id}`)
        }
        said += `\n${message.content ?? ""}`
      }
    }
  })

  test("nothing is done that the person did not ask for in their own words", ({ rows }) => {
    for (const { failed, row } of rows) {
      if (failed !== null) continue
      const said = row.messages.flatMap((one) => (one.role === "user" ? [one.content ?? ""] : [])).join("\n")
      for (const call of row.messages.flatMap((message) => message.tool_calls ?? [])) {
        if (!/^(?:cancel|modify|return|exchange)_/.test(call.name)) continue
        const { address1, order_id } = JSON.parse(call.arguments) as { address1?: string; order_id?: string }
        if (order_id !== undefined) assert.include(said, order_id, row.trajectory_id)
        if (address1 !== undefined) assert.include(said, address1, row.trajectory_id)
      }
    }
  })
})
