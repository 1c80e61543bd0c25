import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Blueprint } from "../../../pipelines/apigen-mt/blueprint-tables.ts"
import { blueprintDefects } from "../../../pipelines/apigen-mt/defects/blueprint-defects.ts"
import { offPolicyAction } from "../../../pipelines/apigen-mt/defects/off-policy-action.ts"
import { taskOfBlueprint } from "../../../pipelines/apigen-mt/defects/spoilt-blueprint.ts"
import { wrongFinalState } from "../../../pipelines/apigen-mt/defects/wrong-final-state.ts"
import type { Trajectory } from "../../../pipelines/apigen-mt/trajectory-tables.ts"
import { executeTask, formatErrors, policyViolations } from "../../../pipelines/apigen-mt/validation.ts"
import type { PlantedInTrial, TrialDefect } from "../../../pipelines/calibration.ts"
import { random } from "../../../stages/random.ts"
import { labWorld } from "../../support/blueprint-lab.ts"
import { careful, dialogueModels, labBlueprints, labDialogue } from "../../support/dialogue-lab.ts"

const { domain } = labWorld()
const SEEDS = Array.from({ length: 12 }, (_, seed) => String(seed))

/** Rows without mistakes with their blueprints. */
const rows = Effect.gen(function* () {
  const blueprints = yield* labBlueprints(12)
  return yield* Effect.forEach(blueprints, (blueprint) =>
    Effect.map(labDialogue(blueprint, careful), ({ accepted }) => ({
      row: accepted[0] as Trajectory,
      origin: blueprint
    }))
  )
}).pipe(Effect.provide(dialogueModels()))

interface Planted {
  readonly before: { readonly row: Trajectory; readonly origin: Blueprint }
  readonly row: Trajectory
  readonly origin: Blueprint
  readonly planted: PlantedInTrial
}

const plantedIn = (defect: TrialDefect) =>
  Effect.map(rows, (all) =>
    all.flatMap((before) =>
      SEEDS.flatMap((seed): ReadonlyArray<Planted> => {
        const spoilt = defect.plant(before, random(seed))
        assert.deepStrictEqual(defect.plant(before, random(seed)), spoilt)
        return spoilt === null ? [] : [{ ...(spoilt as unknown as Planted), before }]
      })
    )
  )

describe("wrong-final-state", () => {
  it.effect("takes out one write with its answer, and the row says the state that the others lead to", () =>
    Effect.gen(function* () {
      const all = yield* plantedIn(wrongFinalState(domain))
      assert.isAbove(all.length, 50)
      for (const { before, planted, row } of all) {
        const at = (planted.message as number) - 1
        const kept = before.row.messages.toSpliced(at, 2)
        assert.deepStrictEqual(
          row.messages.map(({ content, role }) => [role, content]),
          kept.map(({ content, role }) => [role, content])
        )
        assert.deepStrictEqual(
          row.messages.map(({ index }) => index),
          kept.map((_, index) => index)
        )
        assert.notStrictEqual(row.db_hash_final, before.row.db_hash_final)
      }
    })
  )

  it.effect("has no place in a dialogue that changes nothing", () =>
    Effect.gen(function* () {
      const [first] = yield* rows
      const messages = (first?.row.messages ?? []).filter(({ role }) => role === "user")
      const spoilt = wrongFinalState(domain).plant({ row: { ...first?.row, messages }, origin: null }, random("0"))
      assert.isNull(spoilt)
    })
  )
})

describe("off-policy-action", () => {
  it.effect("drops the yes, drops the identification, or looks into another customer's order; the state stays", () =>
    Effect.gen(function* () {
      const ways = new Set<string>()
      for (const { before, planted, row } of yield* plantedIn(offPolicyAction(domain))) {
        assert.strictEqual(row.db_hash_final, before.row.db_hash_final)
        const at = (planted.message as number) - 1
        if (planted.before === null) {
          ways.add("other customer")
          assert.deepStrictEqual(row.messages.toSpliced(at, 2).length, before.row.messages.length)
          assert.match(row.messages[at + 1]?.content ?? "", /"user_id":"/)
          assert.notInclude(row.messages[at + 1]?.content ?? "", `"user_id":"${before.row.user_id}"`)
        } else if (planted.after === null) {
          ways.add("not identified")
          assert.notInclude(JSON.stringify(row.messages), "find_user_id_by_")
        } else {
          ways.add("no consent")
          assert.strictEqual(row.messages[at]?.role, "user")
          assert.strictEqual(row.messages[at]?.content, planted.after)
        }
      }
      assert.deepStrictEqual([...ways].sort(), ["no consent", "not identified", "other customer"])
    })
  )
})

describe("defects of a blueprint", () => {
  for (const defect of blueprintDefects(domain)) {
    it.effect(`${defect.name} spoils the blueprint alone, and every check that needs no reader lets it through`, () =>
      Effect.gen(function* () {
        const all = yield* plantedIn(defect)
        assert.isAbove(all.length, 20)
        for (const { before, origin, planted, row } of all) {
          assert.deepStrictEqual(row, before.row)
          assert.isNull(planted.message)
          const task = taskOfBlueprint(origin)
          assert.notDeepEqual(task, taskOfBlueprint(before.origin))
          const { api_walk, task_kind, user_id } = origin
          assert.deepStrictEqual(formatErrors(task, { domain, kind: task_kind, offered: api_walk }), [])
          const { errors, trace } = executeTask(domain, task, task_kind)
          assert.deepStrictEqual(errors, [])
          assert.deepStrictEqual(policyViolations(domain, task, user_id, trace), [])
        }
      })
    )
  }

  it.effect("a misdirected action leads to another database, a changed instruction to the same", () =>
    Effect.gen(function* () {
      for (const defect of blueprintDefects(domain)) {
        for (const { before, origin } of yield* plantedIn(defect)) {
          const hash = executeTask(domain, taskOfBlueprint(origin), origin.task_kind).trace.final.hash()
          assert.strictEqual(hash !== before.origin.db_hash_after, defect.name === "misdirected-action")
        }
      }
    })
  )

  it.effect("none has a place where the blueprint is not known", () =>
    Effect.gen(function* () {
      const [first] = yield* rows
      for (const defect of blueprintDefects(domain)) {
        assert.isNull(defect.plant({ row: first?.row, origin: null }, random("0")))
      }
    })
  )
})
