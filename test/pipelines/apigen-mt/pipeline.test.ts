import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { TableReader } from "../../../datasets/table-reader.ts"
import { CurrentItem } from "../../../models/call-context.ts"
import { Blueprint, BlueprintAttempt, Blueprints } from "../../../pipelines/apigen-mt/blueprint-tables.ts"
import { apigenMt } from "../../../pipelines/apigen-mt/pipeline.ts"
import { columnsOf } from "../../../schemas/columns.ts"
import { labConfig, labModels } from "../../support/blueprint-lab.ts"
import { lexicalHouse } from "../../support/lexical-house.ts"

const phaseOf = (config: Record<string, unknown>, name: string) => {
  const phase = apigenMt.phases(labConfig(config), "lab").find((one) => one.name === name)
  if (phase === undefined) throw new Error(`no phase ${name}`)
  return phase
}
const noRows = Layer.succeed(TableReader, TableReader.of({ rows: () => Stream.empty, query: () => Effect.succeed([]) }))
const services = Layer.mergeAll(labModels([]), noRows, lexicalHouse)

describe("the pipeline", () => {
  it("has a table, a role and a simulated model for everything it uses", () => {
    assert.deepStrictEqual(
      apigenMt.phases(labConfig(), "lab").map((phase) => phase.name),
      ["blueprints", "trajectories"]
    )
    assert.include(
      apigenMt.tables.map((table) => table.name),
      apigenMt.mainTable
    )
    for (const { name } of apigenMt.roles) assert.property(apigenMt.simulated, name)
    for (const table of apigenMt.tables) assert.isAbove(columnsOf(table.name, table.schema).fields.length, 10)
  })

  it.effect("plans one item for each blueprint to start, with keys that stay", () =>
    Effect.gen(function* () {
      const planned = yield* phaseOf({ items: 3 }, "blueprints").plan.pipe(Stream.runCollect, Effect.provide(services))
      assert.deepStrictEqual(planned, [
        { key: "b0", payload: '{"key":"b0","item":{"n":0}}' },
        { key: "b1", payload: '{"key":"b1","item":{"n":1}}' },
        { key: "b2", payload: '{"key":"b2","item":{"n":2}}' }
      ])
    })
  )

  it.effect("settles an item into rows that fit their tables", () =>
    Effect.gen(function* () {
      const phase = phaseOf({ mistakes: { blueprint: 0, hardBlueprints: 0, reviewerFalseAlarms: 0 } }, "blueprints")
      const entries = yield* phase
        .settle('{"key":"b0","item":{"n":0}}')
        .pipe(
          Effect.provideService(CurrentItem, { phase: "blueprints", key: "b0", seed: "s", redraw: 0, calls: [] }),
          Effect.provide(services)
        )
      assert.deepStrictEqual(
        entries.map((entry) => entry.table),
        ["blueprints", "blueprint_attempts"]
      )
      const blueprint = Blueprint.parse(entries[0]?.row)
      BlueprintAttempt.parse(entries[1]?.row)
      assert.match(blueprint.blueprint_id, /^[0-9a-f]{16}$/)
      assert.isFalse(Object.keys(Blueprints.schema.shape).some((name) => name.endsWith("_at")))
    })
  )

  it.effect("stops at the plan, naming the file, where the folder of tables cannot be used", () =>
    Effect.gen(function* () {
      const missing = { databaseFolder: "no/such/folder" }
      const error = yield* phaseOf(missing, "blueprints").plan.pipe(
        Stream.runCollect,
        Effect.flip,
        Effect.provide(services)
      )
      assert.strictEqual(error._tag, "PlanError")
      assert.match(error.message, /no\/such\/folder\/users\.json: cannot be read \(ENOENT\)/)
      const failed = yield* phaseOf(missing, "blueprints")
        .settle('{"key":"b0","item":{"n":0}}')
        .pipe(Effect.flip, Effect.provide(services))
      assert.strictEqual(failed._tag, "ItemFailed")
    })
  )
})
