import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { TableReader } from "../../../datasets/table-reader.ts"
import type { Blueprint } from "../../../pipelines/apigen-mt/blueprint-tables.ts"
import { actionsOf, callsOf } from "../../../pipelines/apigen-mt/calls.ts"
import { trajectoryPhase } from "../../../pipelines/apigen-mt/trajectory-phase.ts"
import { failedTrajectories, trajectories } from "../../../pipelines/apigen-mt/trajectory-tables.ts"
import type { SimulatedReply } from "../../../pipelines/pipeline.ts"
import type { ToolCall } from "../../../schemas/message.ts"
import { rowCodec } from "../../../schemas/row-codec.ts"
import { replay } from "../../../stages/execute.ts"
import { labConfig, labWorld } from "../../support/blueprint-lab.ts"
import {
  careful,
  type DialogueCallSeen,
  dialogueModels,
  labBlueprints,
  labDialogue
} from "../../support/dialogue-lab.ts"
import { lexicalHouse } from "../../support/lexical-house.ts"

const { environment, policy } = labWorld().domain
const blueprints = labBlueprints(12)
const firstWrite = Effect.map(blueprints, (all) => all.find((one) => one.task_kind === "write") as Blueprint)

describe("a dialogue from a blueprint", () => {
  it.effect("replays from its stored calls to the stored hash, which is the ground truth's (done-means 17)", () =>
    Effect.gen(function* () {
      for (const blueprint of yield* blueprints) {
        const { accepted, outcome } = yield* labDialogue(blueprint, careful).pipe(Effect.provide(dialogueModels()))
        const [kept] = accepted
        assert.deepStrictEqual([outcome, accepted.length], ["accepted", 1], blueprint.instruction)
        const hash = replay(environment, actionsOf(callsOf(environment, kept?.messages ?? []))).final.hash()
        assert.strictEqual(hash, kept?.db_hash_final)
        assert.strictEqual(hash, kept?.db_hash_gold)
        assert.strictEqual(hash, blueprint.db_hash_after)
        assert.deepStrictEqual(
          kept?.output_hits.map((hit) => [hit.output, hit.found_strict]),
          blueprint.outputs.map((output) => [output, true])
        )
        // The row is one that the table takes.
        assert.isString(rowCodec(trajectories).encode(kept))
      }
    })
  )

  it.effect(
    "shows the human no ground truth, tool or policy, and the agent nothing of the instruction (done-means 14)",
    () =>
      Effect.gen(function* () {
        for (const blueprint of yield* blueprints) {
          const seen: Array<DialogueCallSeen> = []
          yield* labDialogue(blueprint, careful).pipe(Effect.provide(dialogueModels({ seen })))
          const names = [...environment.tools.keys()].filter((name) => name.includes("_"))
          for (const call of seen.filter((one) => one.role === "user")) {
            const prompt = call.messages.map((message) => message.content).join("\n")
            for (const name of names) assert.notInclude(prompt, name)
            assert.notInclude(prompt, policy.slice(0, 200))
            assert.isTrue(call.messages.every((message) => message.role !== "tool" && message.tool_calls === undefined))
            const own = call.messages[0]?.content?.replace(blueprint.instruction, "") ?? ""
            for (const output of blueprint.outputs) assert.notInclude(own, output)
            for (const action of blueprint.actions) assert.notInclude(prompt, JSON.stringify(action.arguments))
          }
          for (const call of seen.filter((one) => one.role === "agent")) {
            assert.strictEqual(call.messages[0]?.content, policy)
            for (const message of call.messages)
              assert.notInclude(message.content ?? "", blueprint.instruction.slice(0, 60))
          }
        }
      })
  )

  it.effect("stores N candidates for each human turn and sends the best that is left (done-means 15)", () =>
    Effect.gen(function* () {
      const { accepted } = yield* labDialogue(yield* firstWrite, careful).pipe(Effect.provide(dialogueModels()))
      const kept = accepted[0]
      // The line that ends the dialogue is a human turn with candidates, but no message.
      assert.strictEqual(kept?.user_candidates.length, (kept?.n_user_turns ?? 0) + 1)
      const lines = kept?.messages.filter((message) => message.role === "user").map((message) => message.content)
      kept?.user_candidates.forEach(({ candidates, chosen, turn }) => {
        assert.strictEqual(candidates.length, 4)
        const sent = candidates[chosen ?? -1]
        const left = candidates.filter((candidate) => candidate.dropped === null)
        assert.strictEqual(sent?.score, Math.max(...left.map((candidate) => candidate.score ?? -1)))
        assert.isNull(sent?.dropped)
        if (turn < (lines?.length ?? 0)) assert.strictEqual(sent?.text, lines?.[turn])
      })
    })
  )

  it.effect("is the same from the same seed", () =>
    Effect.gen(function* () {
      const blueprint = yield* firstWrite
      const run = labDialogue(blueprint).pipe(Effect.provide(dialogueModels()))
      assert.deepStrictEqual(yield* run, yield* run)
    })
  )
})

describe("attempts (done-means 19)", () => {
  it.effect("stop after the first success, which cooler attempts come before", () =>
    Effect.gen(function* () {
      const seen: Array<DialogueCallSeen> = []
      const silentAtFirst = dialogueModels({
        seen,
        script: (request) =>
          request.role === "agent" && request.sampling.temperature === 0 ? { content: "I see." } : undefined
      })
      const { accepted, failed, outcome } = yield* labDialogue(yield* firstWrite, careful).pipe(
        Effect.provide(silentAtFirst)
      )
      assert.deepStrictEqual(
        [outcome, accepted.map((one) => one.attempt), failed.map((one) => one.attempt)],
        ["accepted", [2], [1]]
      )
      assert.deepStrictEqual(
        [...new Set(seen.filter((call) => call.role === "agent").map((call) => call.temperature))],
        [0, 0.5]
      )
      assert.isString(rowCodec(failedTrajectories).encode(failed[0]))
    })
  )

  it.effect("all run where every distinct success is wanted, and equal dialogues are kept once", () =>
    Effect.gen(function* () {
      const blueprint = yield* firstWrite
      const all = yield* labDialogue(blueprint, { ...careful, keepAllSuccesses: true }).pipe(
        Effect.provide(dialogueModels())
      )
      assert.deepStrictEqual(
        all.accepted.map((one) => one.attempt),
        [1, 2, 3]
      )
      assert.strictEqual(new Set(all.accepted.map((one) => one.trajectory_id)).size, 3)

      // Every attempt is told what the first one was.
      const first = all.accepted[0]?.messages ?? []
      const users = first.filter((message) => message.role === "user").map((message) => message.content)
      const steps = first.filter((message) => message.role === "assistant")
      const parrot = dialogueModels({
        script: (request) => {
          if (request.role === "critic") return undefined
          const turn = request.messages.filter((message) => message.role === "assistant").length
          const step = steps[turn]
          return request.role === "user"
            ? { content: users[turn] ?? "###STOP###" }
            : {
                content: step?.content ?? null,
                ...(step?.tool_calls === undefined ? {} : { toolCalls: step.tool_calls })
              }
        }
      })
      const same = yield* labDialogue(blueprint, { ...careful, keepAllSuccesses: true }).pipe(Effect.provide(parrot))
      assert.deepStrictEqual(
        same.accepted.map((one) => one.attempt),
        [1]
      )
    })
  )

  it.effect("are at most three, and all failures are kept with a label", () =>
    Effect.gen(function* () {
      const mute = dialogueModels({ models: { agent: () => ({ content: "I see." }) } })
      const outcome = yield* labDialogue(yield* firstWrite, { ...careful, humanTurns: 2 }).pipe(Effect.provide(mute))
      assert.deepStrictEqual([outcome.outcome, outcome.stage, outcome.code], ["rejected", "dialogue", "MAX_TURNS"])
      assert.deepStrictEqual(
        outcome.failed.map((one) => [one.attempt, one.failure, one.fault_owner, one.r_state]),
        [1, 2, 3].map((attempt) => [attempt, "MAX_TURNS", "agent", 0])
      )
      assert.include(outcome.failed[0]?.state_diff_vs_gold ?? "", "@@")
    })
  )

  it.effect("are not begun where even the oracle does not pass, and no call is made", () =>
    Effect.gen(function* () {
      const blueprint = yield* firstWrite
      const seen: Array<DialogueCallSeen> = []
      const outcome = yield* labDialogue({ ...blueprint, instruction: "You want something cancelled." }, careful).pipe(
        Effect.provide(dialogueModels({ seen }))
      )
      assert.deepStrictEqual(
        [outcome.outcome, outcome.stage, outcome.code, seen.length],
        ["rejected", "oracle", "ORACLE_FAILED", 0]
      )
    })
  )

  it.effect("are not begun where the database is not the one that the blueprint was verified on", () =>
    Effect.gen(function* () {
      const outcome = yield* labDialogue({ ...(yield* firstWrite), db_hash_after: "0".repeat(64) }, careful).pipe(
        Effect.provide(dialogueModels())
      )
      assert.deepStrictEqual(
        [outcome.outcome, outcome.stage, outcome.code],
        ["failed", "replay", "GROUND_TRUTH_CHANGED"]
      )
    })
  )
})

describe("irregular replies of the agent (done-means 20)", () => {
  /** Plays the dialogue as it was, but for the step in which the agent first calls this tool. */
  const spoiling = (tool: string, spoil: (call: ToolCall) => SimulatedReply) =>
    Effect.gen(function* () {
      const plain = yield* labDialogue(yield* firstWrite, careful).pipe(Effect.provide(dialogueModels()))
      const calls = plain.accepted[0]?.messages.flatMap((message) => message.tool_calls ?? []) ?? []
      const position = calls.findIndex((call) => call.name === tool)
      const call = calls[position]
      let spoilt = false
      return dialogueModels({
        script: (request) => {
          const made = request.messages.flatMap((message) => message.tool_calls ?? []).length
          if (request.role !== "agent" || spoilt || made !== position || request.messages.at(-1)?.role === "user")
            return undefined
          spoilt = true
          return call === undefined ? undefined : spoil(call)
        }
      })
    })
  const outcomeOf = (tool: string, spoil: Parameters<typeof spoiling>[1], given: Record<string, unknown> = {}) =>
    Effect.gen(function* () {
      const models = yield* spoiling(tool, spoil)
      const outcome = yield* labDialogue(yield* firstWrite, { ...careful, attempts: 1, ...given }).pipe(
        Effect.provide(models)
      )
      const row = outcome.accepted[0] ?? outcome.failed[0]
      return { outcome: outcome.outcome, code: outcome.code, counts: row?.counts, row }
    })
  const twoCalls = (call: ToolCall): SimulatedReply => ({
    toolCalls: [call, { id: "second", name: "list_all_product_types", arguments: "{}" }]
  })

  it.effect("several calls at once: the first counts, the others are dropped and counted", () =>
    Effect.gen(function* () {
      const { counts, outcome, row } = yield* outcomeOf("get_order_details", twoCalls)
      assert.deepStrictEqual(
        [outcome, counts?.parallel_calls, counts?.dropped_calls, row?.r_hygiene],
        ["accepted", 1, 1, 1]
      )
      assert.isTrue(row?.messages.every((message) => (message.tool_calls ?? []).length <= 1))
    })
  )

  it.effect("or end the attempt, where the config says so", () =>
    Effect.gen(function* () {
      const { code, outcome } = yield* outcomeOf("get_order_details", twoCalls, { rejectReplies: ["parallel_calls"] })
      assert.deepStrictEqual([outcome, code], ["rejected", "PARSE_ERROR"])
    })
  )

  const spoils: Readonly<Record<string, (call: ToolCall) => SimulatedReply>> = {
    parallel_calls: twoCalls,
    text_with_call: (call) => ({ content: "One moment.", toolCalls: [call] }),
    unknown_tool: (call) => ({ toolCalls: [{ ...call, name: "look_up" }] }),
    duplicate_call_id: (call) => ({ toolCalls: [{ ...call, id: "call_1" }] }),
    non_object_arguments: (call) => ({ toolCalls: [{ ...call, arguments: "[]" }] }),
    agent_stop_marker: () => ({ content: "Good bye. ###STOP###" }),
    inline_reasoning: () => ({ content: "<think>I need time.</think>One moment." }),
    long_message: () => ({ content: "Please wait. ".repeat(100) })
  }
  for (const [irregularity, spoil] of Object.entries(spoils)) {
    it.effect(`${irregularity} is counted, and ends the attempt where the config says so`, () =>
      Effect.gen(function* () {
        const limits = { messageCharacters: 1000 }
        const told = yield* outcomeOf("get_order_details", spoil, limits)
        assert.strictEqual(told.counts?.[irregularity as keyof typeof told.counts], 1)
        assert.notStrictEqual(told.row?.termination, "parse_error")
        const ended = yield* outcomeOf("get_order_details", spoil, { ...limits, rejectReplies: [irregularity] })
        assert.deepStrictEqual(
          [ended.outcome, ended.code, ended.row?.termination, ended.row?.reward],
          ["rejected", "PARSE_ERROR", "parse_error", 0]
        )
        assert.strictEqual(ended.counts?.[irregularity as keyof typeof ended.counts], 1)
      })
    )
  }

  it.effect("text beside a call: the human does not see it", () =>
    Effect.gen(function* () {
      const { counts, outcome, row } = yield* outcomeOf("get_order_details", (call) => ({
        content: "One moment.",
        toolCalls: [call]
      }))
      assert.deepStrictEqual([outcome, counts?.text_with_call], ["accepted", 1])
      assert.isFalse(row?.messages.some((message) => message.content === "One moment."))
    })
  )

  it.effect("an id used twice: the second gets a new one", () =>
    Effect.gen(function* () {
      const { counts, outcome, row } = yield* outcomeOf("get_order_details", (call) => ({
        toolCalls: [{ ...call, id: "call_1" }]
      }))
      assert.deepStrictEqual([outcome, counts?.duplicate_call_id, row?.r_hygiene], ["accepted", 1, 1])
    })
  )

  it.effect("an unknown tool, or arguments that are no object, turn the dialogue down", () =>
    Effect.gen(function* () {
      const unknown = yield* outcomeOf("get_order_details", (call) => ({ toolCalls: [{ ...call, name: "look_up" }] }))
      assert.deepStrictEqual([unknown.outcome, unknown.code, unknown.counts?.unknown_tool], ["rejected", "HYGIENE", 1])
      const text = yield* outcomeOf("get_order_details", (call) => ({ toolCalls: [{ ...call, arguments: `"#W1"` }] }))
      assert.deepStrictEqual([text.outcome, text.code, text.counts?.non_object_arguments], ["rejected", "HYGIENE", 1])
    })
  )
})

describe("the phase's plan", () => {
  it.effect("has one item a blueprint, in the table's order, with all that it needs and distinct keys", () =>
    Effect.gen(function* () {
      const rows = yield* blueprints
      const [one, two] = rows as [Blueprint, Blueprint]
      const reader = TableReader.of({
        rows: (asked) =>
          asked.name === "blueprints"
            ? Stream.fromIterable([one, two, one].map((row) => asked.schema.parse(row)))
            : Stream.empty,
        query: () => Effect.succeed([])
      })
      const phase = trajectoryPhase(labConfig(careful), labWorld().domain)
      const plan = yield* phase.plan.pipe(
        Stream.runCollect,
        Effect.provideService(TableReader, reader),
        Effect.provide([dialogueModels(), lexicalHouse])
      )
      assert.deepStrictEqual(
        plan.map((item) => item.key),
        [one.blueprint_id, two.blueprint_id, `${one.blueprint_id}-2`]
      )
      const entries = yield* phase
        .settle(plan[0]?.payload ?? "")
        .pipe(Effect.provideService(TableReader, reader), Effect.provide([dialogueModels(), lexicalHouse]))
      assert.deepStrictEqual(
        entries.map((entry) => entry.table),
        ["trajectories"]
      )
    })
  )
})
