import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { grams, overlap } from "../../../pipelines/apigen-mt/overlap.ts"
import { firstPerson } from "../../../pipelines/apigen-mt/simulated/backstage.ts"
import { agentMistakes } from "../../../pipelines/apigen-mt/simulated/dialogue-mistakes.ts"
import { wordingsOf } from "../../../pipelines/apigen-mt/simulated/question-wordings.ts"
import { inStyle, loosen } from "../../../pipelines/apigen-mt/simulated/style.ts"
import { random } from "../../../stages/random.ts"
import { labWorld } from "../../support/blueprint-lab.ts"
import {
  careful,
  type DialogueOutcome,
  dialogueModels,
  labBlueprints,
  labDialogue
} from "../../support/dialogue-lab.ts"

const runs = new Map<string, ReadonlyArray<DialogueOutcome>>()

/** The dialogues of the first 60 blueprints; equal runs are made once. */
const run = (given: Record<string, unknown>): Effect.Effect<ReadonlyArray<DialogueOutcome>> =>
  Effect.gen(function* () {
    const known = runs.get(JSON.stringify(given))
    if (known !== undefined) return known
    const blueprints = yield* labBlueprints(60)
    const outcomes = yield* Effect.forEach(blueprints, (blueprint) => labDialogue(blueprint, given)).pipe(Effect.orDie)
    runs.set(JSON.stringify(given), outcomes)
    return outcomes
  }).pipe(Effect.provide(dialogueModels()))

const mean = (values: ReadonlyArray<number>) => values.reduce((sum, value) => sum + value, 0) / values.length

describe("dialogues of the simulated models", () => {
  it.effect("all arrive where nobody errs, at about the paper's 12 agent turns, 6 human turns and 7 calls", () =>
    Effect.gen(function* () {
      const outcomes = yield* run(careful)
      const kept = outcomes.flatMap((outcome) => outcome.accepted)
      assert.strictEqual(kept.length, outcomes.length)
      const within = (column: "n_agent_turns" | "n_user_turns" | "n_tool_calls", low: number, high: number) => {
        const value = mean(kept.map((row) => row[column]))
        assert.isTrue(value >= low && value <= high, `${column}: ${value}`)
      }
      within("n_agent_turns", 10.5, 14)
      within("n_user_turns", 5, 7)
      within("n_tool_calls", 5.5, 8)
    })
  )

  it.effect(
    "do not look alike: openings, questions and manners vary, and some look-ups go wrong and are put right",
    () =>
      Effect.gen(function* () {
        const kept = (yield* run(careful)).flatMap((outcome) => outcome.accepted)
        const shape = (text: string) => text.replaceAll(/#W\d+/g, "#W").toLowerCase()
        const openings = new Set(kept.map((row) => shape(row.messages[0]?.content ?? "")))
        assert.isAbove(openings.size, 0.6 * kept.length)
        const routes = new Set(
          kept.map((row) =>
            row.messages
              .flatMap((message) => message.tool_calls ?? [])
              .map((call) => call.name)
              .join(" ")
          )
        )
        assert.isAbove(routes.size, 0.4 * kept.length)
        assert.isAbove(kept.filter((row) => row.n_tool_errors > 0).length, 2)
        assert.isTrue(kept.every((row) => row.r_policy === 1))
      })
  )

  it.effect("about 67 % of the attempts pass at the default rates of mistakes: the paper's figure", () =>
    Effect.gen(function* () {
      const outcomes = yield* run({})
      const kept = outcomes.flatMap((outcome) => outcome.accepted).length
      const failed = outcomes.flatMap((outcome) => outcome.failed).length
      const rate = kept / (kept + failed)
      assert.isTrue(rate > 0.55 && rate < 0.8, String(rate))
    })
  )

  it.effect("planted mistakes are turned down by a gate or put right, and none slips through", () =>
    Effect.gen(function* () {
      const outcomes = yield* run({ mistakes: { agent: 1, human: 0 } })
      const rows = outcomes.flatMap((outcome) => [
        ...outcome.accepted.map((row) => ({ row, failure: "-" })),
        ...outcome.failed.map((row) => ({ row, failure: row.failure }))
      ])
      const fates = new Map<string, Set<string>>()
      for (const { failure, row } of rows) {
        for (const { code } of row.planted) fates.set(code, (fates.get(code) ?? new Set()).add(failure))
      }
      const expected: Readonly<Record<(typeof agentMistakes)[number], string>> = {
        skip_confirmation: "POLICY_VIOLATION",
        wrong_argument: "STATE_MISMATCH",
        forget_write: "STATE_MISMATCH",
        extra_write: "STATE_MISMATCH",
        forget_output: "OUTPUT_MISSING",
        unclear_output: "OUTPUT_UNCLEAR",
        unknown_tool: "HYGIENE",
        bad_arguments: "HYGIENE",
        early_transfer: "STATE_MISMATCH",
        data_before_identity: "POLICY_VIOLATION",
        invented_id: "POLICY_VIOLATION",
        parallel_calls: "-",
        text_with_call: "-",
        duplicate_call_id: "-",
        stop_marker: "-"
      }
      for (const code of agentMistakes) assert.deepStrictEqual([...(fates.get(code) ?? [])], [expected[code]], code)
    })
  )

  it.effect("mistakes of the human are dropped by a filter or outscored far more often than sent", () =>
    Effect.gen(function* () {
      const outcomes = yield* run({ mistakes: { agent: 0, human: 1 } })
      const candidates = outcomes
        .flatMap((outcome) => [...outcome.accepted, ...outcome.failed])
        .flatMap((row) =>
          row.user_candidates.flatMap((turn) =>
            turn.candidates.map((one, index) => ({ ...one, sent: turn.chosen === index }))
          )
        )
        .filter((candidate) => candidate.planted !== null)
      const codes = new Set(candidates.map((candidate) => candidate.dropped).filter((code) => code !== "DUPLICATE"))
      assert.deepStrictEqual(
        [...codes].sort(),
        ["FOREIGN_FACT", "PREMATURE_STOP", "TOOL_NAME", "VERBATIM", null].sort()
      )
      assert.isAbove(candidates.length, 50)
      assert.isBelow(candidates.filter((candidate) => candidate.sent).length, 0.15 * candidates.length)
    })
  )
})

describe("a customer who knows only the instruction", () => {
  it.effect("never gets done what it does not ask for, however well the agent knows the ground truth", () =>
    Effect.gen(function* () {
      const blueprints = yield* labBlueprints(60)
      const returning = blueprints.filter(
        ({ actions, instruction }) =>
          actions.length === 1 && actions[0]?.name.startsWith("return_") && instruction.includes(" from order ")
      )
      assert.isNotEmpty(returning)
      for (const blueprint of returning) {
        const order = String(blueprint.actions[0]?.arguments.order_id)
        const sentences = blueprint.instruction.split(/(?<=[.!?])\s+/)
        const at = sentences.findIndex((one) => one.includes("return") && one.includes(order))
        const told = (sentence: string) => ({ ...blueprint, instruction: sentences.with(at, sentence).join(" ") })
        const vague = yield* labDialogue(
          told(`There is something about order ${order} that you want put right.`),
          careful
        )
        const silent = yield* labDialogue(told(`You want to return something from order ${order}.`), careful)
        // All but where the refund goes: the agent asks, and does not choose for the customer.
        const items = [...(sentences[at] ?? "").matchAll(/the [A-Z][\w-]*(?: [A-Z][\w-]*)*/g)].join(" and ")
        const partial = yield* labDialogue(told(`You want to return ${items} from order ${order}.`), careful)
        for (const { failed, outcome } of [vague, silent, partial]) {
          assert.deepStrictEqual([outcome, ...failed.map((row) => row.n_writes)], ["rejected", 0, 0, 0])
        }
        const [row] = silent.failed
        assert.isTrue(
          row?.messages.some((one) => one.content?.includes(`the return from order ${order}`)),
          "the agent does not say that it lets the matter be"
        )
      }
    }).pipe(Effect.provide(dialogueModels()))
  )

  it("asks every question of the retail domain in other words, about the same things", () => {
    const { domain } = labWorld()
    const walks = [[], ["cancel_pending_order"], ["return_delivered_order_items"], ["exchange_delivered_order_items"]]
    const asked = walks.flatMap((walk) =>
      Array.from({ length: 40 }, (_, seed) => domain.scenario(walk, random(`${walk} ${seed}`))?.questions ?? []).flat()
    )
    const kinds = new Set<string>()
    for (const { question } of asked) {
      const wordings = wordingsOf(question)
      kinds.add(question.split(" ").slice(0, 4).join(" "))
      assert.isAtLeast(wordings.length, 2, question)
      for (const wording of wordings) {
        assert.notStrictEqual(wording, question)
        assert.deepStrictEqual(wording.match(/#W\d+/g), question.match(/#W\d+/g))
        for (const name of question.match(/[A-Z][a-z-]+ [A-Z][a-z]+/g) ?? []) {
          if (!/^(?:What|How|By)/.test(name)) assert.include(wording, name)
        }
      }
    }
    assert.isAbove(kinds.size, 6)
  })
})

describe("how the simulated human words things", () => {
  it("turns the instruction's second person into a first", () => {
    assert.strictEqual(
      firstPerson("You want your order sent to you, since you are away"),
      "I want my order sent to me, since I am away"
    )
  })

  it("loosens what would recite the instruction, and leaves the rest alone", () => {
    const instruction = "in order #W1234567 you want to exchange the lamp for the blue one with a longer cord"
    const recited = "in order #W1234567 you want to exchange the lamp for the blue one"
    const known = grams(instruction)
    assert.strictEqual(overlap(recited, known), 1)
    assert.isBelow(overlap(loosen(recited, known, random("a")), known), 0.6)
    assert.strictEqual(loosen("please cancel my order", known, random("a")), "please cancel my order")
  })

  it("never slips in numbers, names and addresses", () => {
    const line = "Please send order #W1234567 to Ada Quill, 418 Juniper Lane, ada.quill@mail.example, zip 80218"
    for (let seed = 0; seed < 50; seed++) {
      const written = inStyle(line, { manner: "plain", typos: 1 }, random(String(seed)))
      for (const fact of ["#W1234567", "Ada Quill", "418 Juniper Lane", "ada.quill@mail.example", "80218"])
        assert.include(written, fact)
    }
  })
})
