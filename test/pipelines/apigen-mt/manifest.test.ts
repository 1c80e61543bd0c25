import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { differences, newRunRecord, VERSION } from "../../../engine/run-record.ts"
import { apigenMt } from "../../../pipelines/apigen-mt/pipeline.ts"
import { sha256 } from "../../../schemas/json.ts"
import type { RunRecord } from "../../../schemas/run.ts"
import { rowsOf } from "../../support/dataset-files.ts"
import { runTiny, scratch } from "../../support/tiny-run.ts"

const made = (path: string) =>
  runTiny(path, { pipeline: apigenMt, config: { items: 6, bestOfN: 1, mistakes: { blueprint: 0, hardBlueprints: 0 } } })

describe("the manifest of a dataset (done-means 22)", () => {
  it.live(
    "run.json has the licence, the seed, the model of each role, the hash of each prompt and the code's version",
    () =>
      Effect.gen(function* () {
        const path = yield* scratch
        yield* made(path)
        const run = JSON.parse(readFileSync(join(path, "run.json"), "utf8")) as RunRecord
        assert.deepStrictEqual(
          [run.licence, run.seed, run.pipeline, run.pipelineVersion],
          ["Apache-2.0", "seed", "apigen-mt", apigenMt.version]
        )
        assert.deepStrictEqual(
          run.models.map((use) => [use.role, use.provider, use.model]),
          ["blueprint", "reviewer", "feedback", "user", "critic", "agent"].map((role) => [
            role,
            "simulated",
            "simulated"
          ])
        )
        assert.isAbove(Object.keys(apigenMt.prompts).length, 10)
        assert.deepStrictEqual(
          run.prompts,
          Object.fromEntries(Object.entries(apigenMt.prompts).map(([name, text]) => [name, sha256(text)]))
        )
        assert.strictEqual(run.dialoom, VERSION)
        // The folder is no git checkout: no commit is claimed.
        assert.deepStrictEqual(run.code, { commit: null, modified: false, node: process.versions.node })
        const card = readFileSync(join(path, "README.md"), "utf8")
        assert.include(card, 'license: "apache-2.0"')
        assert.include(card, "Made by simulated models")
      })
  )

  it.live(
    "so has every row, for itself: the models that spoke for it, and the calls in the ledger that it came from",
    () =>
      Effect.gen(function* () {
        const path = yield* scratch
        const { record } = yield* made(path)
        for (const [table, roles] of [
          ["trajectories", "agent user"],
          ["blueprints", "blueprint reviewer-1 reviewer-2 reviewer-3"]
        ] as const) {
          const rows = yield* Effect.promise(() =>
            rowsOf(
              path,
              `SELECT provenance.* , array_to_string([m.role FOR m IN provenance.models], ' ') AS roles FROM ${table}`
            )
          )
          assert.isNotEmpty(rows)
          for (const row of rows) {
            assert.deepInclude(row, {
              run: record.run,
              pipeline: "apigen-mt",
              pipeline_version: apigenMt.version,
              seed: "seed",
              licence: "Apache-2.0",
              synthetic: true,
              simulated: true
            })
            assert.match(String(row.prompts), /^[0-9a-f]{24}$/)
            for (const role of roles.split(" ")) assert.include(String(row.roles), role)
          }
          const [strays] = yield* Effect.promise(() =>
            rowsOf(
              path,
              `SELECT count(*) FILTER (left(c, 16) NOT IN (SELECT left(address, 16) FROM calls)) AS strays, count(*) AS n
             FROM (SELECT unnest(provenance.calls) AS c FROM ${table})`
            )
          )
          assert.strictEqual(Number(strays?.strays), 0)
          assert.isAbove(Number(strays?.n), 0)
        }
      })
  )

  it("an edited prompt or another model makes another run", () =>
    Effect.gen(function* () {
      const [one, two] = [yield* scratch, yield* scratch]
      const { record } = yield* made(one)
      const edited = { ...apigenMt, prompts: { ...apigenMt.prompts, "human.greeting": "Hello?" } }
      const other = yield* runTiny(two, { pipeline: edited, config: { items: 1, bestOfN: 1 } })
      assert.notStrictEqual(other.record.run, record.run)
      assert.notStrictEqual(other.record.prompts["human.greeting"], record.prompts["human.greeting"])
    }).pipe(Effect.scoped, Effect.runPromise))

  it("a database given in files is named with the hash of each, and another content is another run", () => {
    const folder = mkdtempSync(join(tmpdir(), "dialoom-sources-"))
    const record = () =>
      newRunRecord({
        name: "n",
        pipeline: apigenMt,
        config: apigenMt.config.parse({ databaseFolder: folder }) as Record<string, unknown>,
        seed: "0",
        models: [],
        startedAt: "",
        root: folder,
        previous: null
      })
    for (const name of ["users.json", "orders.json", "products.json"]) writeFileSync(join(folder, name), "{}")
    const before = record()
    assert.deepStrictEqual(
      before.sources,
      ["users.json", "orders.json", "products.json"].map((name) => ({ path: join(folder, name), sha256: sha256("{}") }))
    )
    writeFileSync(join(folder, "users.json"), '{"a":1}')
    assert.notStrictEqual(record().run, before.run)
    assert.match(differences(before, record())[0] ?? "", /^sources: /)
    rmSync(folder, { recursive: true })
  })
})
