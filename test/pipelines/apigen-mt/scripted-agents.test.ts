import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { judgeEpisode } from "../../../pipelines/apigen-mt/acceptance.ts"
import type { Blueprint } from "../../../pipelines/apigen-mt/blueprint-tables.ts"
import { goldOf } from "../../../pipelines/apigen-mt/gold.ts"
import { oracleEpisode } from "../../../pipelines/apigen-mt/oracle.ts"
import { degenerateAgents, faultlessAgent } from "../../../pipelines/apigen-mt/scripted-agents.ts"
import { labConfig, labWorld } from "../../support/blueprint-lab.ts"
import { careful, dialogueModels, labBlueprints, labDialogue } from "../../support/dialogue-lab.ts"

// Tasks that change nothing are rare in a run; here they are a tenth, the most that is allowed, of 60 blueprints.
const blueprints = labBlueprints(60, {
  taskKinds: { write: 0.6, mixed: 0.3, info: 0.04, refusal: 0.03, transfer: 0.03 }
})
const { domain } = labWorld()
const goldFor = (blueprint: Blueprint) =>
  goldOf(domain, {
    task: {
      instruction: blueprint.instruction,
      actions: blueprint.actions,
      outputs: blueprint.outputs,
      facts: blueprint.facts
    },
    taskKind: blueprint.task_kind,
    userId: blueprint.user_id,
    evalRules: blueprint.eval_rules
  })

describe("agents that must pass and agents that must not (done-means 18)", () => {
  it.effect("every kind of task is among the blueprints", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual([...new Set((yield* blueprints).map((blueprint) => blueprint.task_kind))].sort(), [
        "info",
        "mixed",
        "refusal",
        "transfer",
        "write"
      ])
    })
  )

  it.effect("the oracle scores 1 on all of them", () =>
    Effect.gen(function* () {
      for (const blueprint of yield* blueprints) {
        const gold = goldFor(blueprint)
        assert.deepStrictEqual(
          judgeEpisode(domain, gold, oracleEpisode(domain, gold), labConfig()).problems,
          [],
          blueprint.instruction
        )
      }
    })
  )

  it.effect("so does the scripted agent that never errs, in a dialogue with the simulated human", () =>
    Effect.gen(function* () {
      for (const blueprint of yield* blueprints) {
        const outcome = yield* labDialogue(blueprint, { ...careful, attempts: 1, bestOfN: 1 }).pipe(
          Effect.provide(dialogueModels({ models: { agent: faultlessAgent } }))
        )
        assert.strictEqual(outcome.outcome, "accepted", `${blueprint.instruction}\n${outcome.reasons.join("\n")}`)
      }
    })
  )

  for (const [name, agent] of Object.entries(degenerateAgents)) {
    it.effect(`${name} scores 0 on at least 95 % of them, and on all that change something`, () =>
      Effect.gen(function* () {
        const all = yield* blueprints
        let passed = 0
        for (const blueprint of all) {
          const outcome = yield* labDialogue(blueprint, { ...careful, attempts: 1, bestOfN: 1, humanTurns: 6 }).pipe(
            Effect.provide(dialogueModels({ models: { agent } }))
          )
          if (outcome.outcome !== "accepted") continue
          passed++
          assert.strictEqual(blueprint.n_writes, 0, `${name} passed: ${blueprint.instruction}`)
        }
        assert.isAtMost(passed, 0.05 * all.length)
      })
    )
  }

  it.effect("tau-bench's own reward would have let the silent one pass where nothing has to change", () =>
    Effect.gen(function* () {
      const refusal = (yield* blueprints).find((blueprint) => blueprint.task_kind === "refusal") as Blueprint
      const outcome = yield* labDialogue(refusal, { ...careful, attempts: 1, humanTurns: 6 }).pipe(
        Effect.provide(
          dialogueModels({
            models: { agent: degenerateAgents.silent as NonNullable<typeof degenerateAgents.silent> },
            script: (request) =>
              request.role === "user" && request.messages.length > 3 ? { content: "###STOP###" } : undefined
          })
        )
      )
      const [failed] = outcome.failed
      assert.deepStrictEqual(
        [failed?.failure, failed?.r_state, failed?.r_output, failed?.r_nontrivial],
        ["TRIVIAL", 1, 1, 0]
      )
    })
  )
})
