import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Blueprints } from "../../../pipelines/apigen-mt/blueprint-tables.ts"
import { nearDuplicateRate } from "../../../pipelines/apigen-mt/near-duplicates.ts"
import { trajectorySections } from "../../../pipelines/apigen-mt/trajectory-report.ts"
import {
  type FailedTrajectory,
  failedTrajectories,
  type Trajectory,
  trajectories
} from "../../../pipelines/apigen-mt/trajectory-tables.ts"
import type { ReportSection } from "../../../pipelines/pipeline.ts"
import { careful, dialogueModels, labBlueprints, labDialogue } from "../../support/dialogue-lab.ts"
import { reportReader } from "../../support/report-lab.ts"

const ITEMS =
  "CREATE TABLE items AS SELECT * FROM (VALUES ('trajectories', 'accepted', NULL, 90, 900, 90, 0.5), ('trajectories', 'accepted', NULL, 60, 600, 60, 0.25), ('trajectories', 'rejected', 'STATE_MISMATCH', 100, 1000, 100, 0.5), ('trajectories', 'rejected', 'ORACLE_FAILED', 0, 0, 0, 0), ('trajectories', 'failed', 'server', 5, 50, 5, 0)) t(phase, outcome, code, calls, prompt_tokens, completion_tokens, cost_usd)"

const rowsOf = (sections: ReadonlyArray<ReportSection>, title: string) =>
  sections.find((section) => section.title === title)?.rows ?? []

describe("the report on dialogues (done-means 26 to 28)", () => {
  it.effect("tells sizes, shares, faults, disagreements and what became of planted mistakes", () =>
    Effect.gen(function* () {
      const blueprints = (yield* labBlueprints(4)).slice(0, 2)
      const outcomes = yield* Effect.forEach(blueprints, (blueprint) => labDialogue(blueprint, careful)).pipe(
        Effect.provide(dialogueModels())
      )
      const [one, two] = outcomes.map((outcome) => outcome.accepted[0]) as [Trajectory, Trajectory]
      const kept: ReadonlyArray<Trajectory> = [
        { ...one, n_agent_turns: 10, n_user_turns: 4, n_tool_calls: 6, n_writes: 1 },
        {
          ...two,
          n_agent_turns: 14,
          n_user_turns: 8,
          n_tool_calls: 8,
          n_writes: 3,
          planted: [{ party: "agent", code: "parallel_calls", message_index: 3 }]
        }
      ]
      const turned = (code: string) => ({
        ...one,
        failure: "STATE_MISMATCH",
        reasons: [],
        fault_owner: "agent",
        fault_type: "wrong_argument",
        state_diff_vs_gold: null,
        reward: 0 as const,
        r_state: 0,
        r_state_tolerant: 1,
        planted: [{ party: "agent", code, message_index: 5 }]
      })
      const failed = [turned("wrong_argument"), { ...turned("forget_output"), r_output_strict: 0 }]
      const reader = reportReader(
        [
          { table: trajectories, rows: kept },
          { table: failedTrajectories, rows: failed },
          { table: Blueprints, rows: blueprints }
        ],
        [ITEMS]
      )
      const sections = yield* trajectorySections.pipe(Effect.provide(reader))

      assert.deepStrictEqual(rowsOf(sections, "Dialogues: success"), [
        ["per attempt", 2, 4, 0.5, 0.15, 0.85, 0.67],
        ["per blueprint", 2, 4, 0.5, 0.15, 0.85, 0.67],
        ["blueprints that the oracle passes", 3, 4, 0.75, 0.3006, 0.9544, null]
      ])
      assert.deepStrictEqual(rowsOf(sections, "Dialogues: size"), [
        ["agent turns (calls and replies)", 12, 12, 10.2, 13.8, 14, 12, 29],
        ["human turns", 6, 6, 4.2, 7.8, 8, 6, null],
        ["tool calls", 7, 7, 6.1, 7.9, 8, 7, null],
        ["writes", 2, 2, 1.1, 2.9, 3, null, null]
      ])
      const calls = kept.flatMap((row) => row.messages.flatMap((message) => message.tool_calls ?? []))
      const errors = kept.flatMap((row) => row.messages.filter((message) => message.is_error === true))
      assert.deepStrictEqual(
        rowsOf(sections, "Dialogues: shares").map((row) => row.slice(0, 3)),
        [
          ["calls that the tool refused", errors.length, calls.length],
          ["calls of think", calls.filter((call) => call.name === "think").length, calls.length],
          ["dialogues that end in a transfer", 0, 2],
          ["dialogues that change nothing", 0, 2]
        ]
      )
      const perTool = rowsOf(sections, "Dialogues: calls per tool")
      assert.strictEqual(
        perTool.reduce((sum, row) => sum + Number(row[1]), 0),
        calls.length
      )
      const [pairs, entropy] = rowsOf(sections, "Dialogues: variety of calls")[0] ?? []
      assert.isAbove(Number(pairs), 2)
      assert.isAtMost(Number(entropy), Math.log2(Number(pairs)) + 1e-4)
      assert.deepStrictEqual(rowsOf(sections, "Dialogues: instructions that are nearly alike")[0]?.slice(0, 2), [0, 2])
      assert.deepStrictEqual(
        rowsOf(sections, "Dialogues: gates").map((row) => row.slice(0, 3)),
        [
          ["reward", 2, 4],
          ["r_state", 2, 4],
          ["r_output", 4, 4],
          ["r_output_strict", 3, 4],
          ["r_policy", 4, 4],
          ["r_nontrivial", 4, 4],
          ["r_hygiene", 4, 4]
        ]
      )
      assert.deepStrictEqual(rowsOf(sections, "Dialogues: whose fault"), [
        ["agent", "wrong_argument", "STATE_MISMATCH", 2, 1]
      ])
      assert.deepStrictEqual(rowsOf(sections, "Dialogues: strict and tolerant rewards that disagree"), [
        ["state", 2, 0, 4],
        ["output", 1, 0, 4]
      ])
      assert.deepStrictEqual(
        rowsOf(sections, "Dialogues: planted mistakes, by the gate that turned the attempt down"),
        [
          ["agent", "forget_output", 1, 1, 0, 0, "STATE_MISMATCH 1"],
          ["agent", "parallel_calls", 1, 0, 1, 0, ""],
          ["agent", "wrong_argument", 1, 1, 0, 0, "STATE_MISMATCH 1"]
        ]
      )
      const candidates = rowsOf(sections, "Human turns: candidates")
      const drawn = [...kept, ...failed].flatMap((row) => row.user_candidates)
      assert.strictEqual(
        candidates.reduce((sum, row) => sum + Number(row[2]), 0),
        drawn.reduce((sum, turn) => sum + turn.candidates.length, 0)
      )
      assert.strictEqual(
        candidates.reduce((sum, row) => sum + Number(row[3]), 0),
        drawn.length
      )
      assert.deepStrictEqual(rowsOf(sections, "Agent replies: what had to be put right")[0], ["parallel_calls", 0])
      assert.deepStrictEqual(rowsOf(sections, "Dialogues: what one costs"), [
        ["trajectories", 127.5, 1275, 127.5, 0.625],
        ["all", 127.5, 1275, 127.5, 0.625]
      ])
    })
  )

  it.effect("agrees with what one counts by hand in two short dialogues (done-means 27, 28)", () =>
    Effect.gen(function* () {
      const [blueprint] = yield* labBlueprints(1)
      const made = yield* labDialogue(blueprint as NonNullable<typeof blueprint>, careful).pipe(
        Effect.provide(dialogueModels())
      )
      const template = made.accepted[0] as Trajectory
      const called = (...calls: ReadonlyArray<readonly [name: string, isError: boolean]>) =>
        calls.flatMap(([name, isError], index) => [
          {
            index: 2 * index,
            role: "assistant" as const,
            content: null,
            tool_calls: [{ id: `call_${index}`, name, arguments: "{}" }]
          },
          { index: 2 * index + 1, role: "tool" as const, content: "", tool_call_id: `call_${index}`, is_error: isError }
        ])
      const kept: ReadonlyArray<Trajectory> = [
        {
          ...template,
          trajectory_id: "one",
          messages: called(["think", false], ["get_order_details", true], ["get_order_details", false]),
          counts: { ...template.counts, parallel_calls: 2, dropped_calls: 3, agent_stop_marker: 1 }
        },
        {
          ...template,
          trajectory_id: "two",
          blueprint_id: "another",
          task_kind: "transfer",
          termination: "transfer",
          messages: called(["think", false], ["get_order_details", false], ["transfer_to_human_agents", false]),
          counts: { ...template.counts, text_with_call: 4 }
        }
      ]
      const lost = {
        ...template,
        reasons: [],
        state_diff_vs_gold: null,
        reward: 0 as const,
        counts: { ...template.counts, unknown_tool: 5, non_object_arguments: 6, duplicate_call_id: 7 }
      }
      const failed: ReadonlyArray<FailedTrajectory> = [
        {
          ...lost,
          failure: "STATE_MISMATCH",
          fault_owner: "agent",
          fault_type: "wrong_tool",
          r_state: 0,
          r_state_tolerant: 0
        },
        { ...lost, failure: "USER_FAILURE", fault_owner: "user", fault_type: "user_hallucination" },
        { ...lost, failure: "USER_FAILURE", fault_owner: "user", fault_type: "user_hallucination", r_output: 0 }
      ]
      const reader = reportReader(
        [
          { table: trajectories, rows: kept },
          { table: failedTrajectories, rows: failed },
          // The same instruction twice: one of two is nearly alike.
          { table: Blueprints, rows: [blueprint, { ...blueprint, blueprint_id: "another" }] }
        ],
        [
          `CREATE TABLE items AS SELECT * FROM (VALUES
             ('blueprints', 'accepted', NULL, 10, 1000, 100, 0.2), ('blueprints', 'rejected', 'FORMAT', 6, 600, 60, 0.1),
             ('trajectories', 'accepted', NULL, 90, 900, 90, 0.5), ('trajectories', 'accepted', NULL, 60, 600, 60, 0.25),
             ('trajectories', 'rejected', 'USER_FAILURE', 50, 500, 50, 0.25))
             t(phase, outcome, code, calls, prompt_tokens, completion_tokens, cost_usd)`
        ]
      )
      const sections = yield* trajectorySections.pipe(Effect.provide(reader))
      assert.deepStrictEqual(
        rowsOf(sections, "Dialogues: shares").map((row) => row.slice(0, 4)),
        [
          ["calls that the tool refused", 1, 6, 0.1667],
          ["calls of think", 2, 6, 0.3333],
          ["dialogues that end in a transfer", 1, 2, 0.5],
          ["dialogues that change nothing", 1, 2, 0.5]
        ]
      )
      assert.deepStrictEqual(rowsOf(sections, "Dialogues: calls per tool"), [
        ["get_order_details", 3, 0.5, 1, 0.3333],
        ["think", 2, 0.3333, 0, 0],
        ["transfer_to_human_agents", 1, 0.1667, 0, 0]
      ])
      // think > order twice, order > order once, order > transfer once: 1/2 x 1 + 1/4 x 2 + 1/4 x 2 bits.
      assert.deepStrictEqual(rowsOf(sections, "Dialogues: variety of calls"), [[3, 1.5]])
      assert.deepStrictEqual(
        rowsOf(sections, "Dialogues: instructions that are nearly alike")[0]?.slice(0, 3),
        [1, 2, 0.5]
      )
      assert.deepStrictEqual(rowsOf(sections, "Dialogues: whose fault"), [
        ["user", "user_hallucination", "USER_FAILURE", 2, 0.6667],
        ["agent", "wrong_tool", "STATE_MISMATCH", 1, 0.3333]
      ])
      // The third failure's output was found by the strict matcher alone.
      assert.deepStrictEqual(rowsOf(sections, "Dialogues: strict and tolerant rewards that disagree"), [
        ["state", 0, 0, 5],
        ["output", 0, 1, 5]
      ])
      assert.deepStrictEqual(rowsOf(sections, "Agent replies: what had to be put right"), [
        ["parallel_calls", 2],
        ["dropped_calls", 3],
        ["text_with_call", 4],
        ["unknown_tool", 15],
        ["duplicate_call_id", 21],
        ["non_object_arguments", 18],
        ["agent_stop_marker", 1],
        ["inline_reasoning", 0],
        ["long_message", 0]
      ])
      // Two dialogues were kept: 216 calls, 3600 + 360 tokens and 1.30 USD in all.
      assert.deepStrictEqual(rowsOf(sections, "Dialogues: what one costs"), [
        ["blueprints", 8, 800, 80, 0.15],
        ["trajectories", 100, 1000, 100, 0.5],
        ["all", 108, 1800, 180, 0.65]
      ])
    })
  )

  it.effect("has all its sections, empty, where nothing was kept", () =>
    Effect.gen(function* () {
      const reader = reportReader(
        [
          { table: trajectories, rows: [] },
          { table: failedTrajectories, rows: [] },
          { table: Blueprints, rows: [] }
        ],
        [`${ITEMS} WHERE false`]
      )
      const sections = yield* trajectorySections.pipe(Effect.provide(reader))
      assert.deepStrictEqual(rowsOf(sections, "Dialogues: success")[0], ["per attempt", 0, 0, null, 0, 1, 0.67])
      assert.deepStrictEqual(rowsOf(sections, "Dialogues: size")[1], [
        "human turns",
        null,
        null,
        null,
        null,
        null,
        6,
        null
      ])
      assert.deepStrictEqual(rowsOf(sections, "Dialogues: whose fault"), [])
    })
  )
})

describe("nearDuplicateRate", () => {
  it("counts texts that share 60 % of their word 3-grams with an earlier one", () => {
    const text = "you want to cancel one order and to return the lamp from another"
    assert.deepStrictEqual(
      nearDuplicateRate([text, text, `${text} today`, "something quite different from all of that"]),
      {
        duplicates: 2,
        of: 4
      }
    )
    assert.deepStrictEqual(nearDuplicateRate([]), { duplicates: 0, of: 0 })
  })
})
