import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { openCatalogue } from "../../../datasets/catalogue.ts"
import { apigenMt } from "../../../pipelines/apigen-mt/pipeline.ts"
import { CalibrateConfig, calibratePipeline } from "../../../pipelines/calibrate/pipeline.ts"
import { duckLayer } from "../../support/sample-dataset.ts"
import { runTiny, scratch, tableHashes } from "../../support/tiny-run.ts"

/** A finished dataset of some twenty dialogues, and a folder for what is measured on it. */
class Source extends Context.Service<Source, { readonly path: string; readonly folder: string }>()("test/Source") {
  static readonly layer = Layer.effect(
    Source,
    Effect.gen(function* () {
      const folder = yield* scratch
      const path = join(folder, "night")
      yield* runTiny(path, { pipeline: apigenMt, config: { items: 36, bestOfN: 1 } })
      return { path, folder }
    })
  )
}

const calibrate = (
  name: string,
  given: Record<string, unknown>,
  change: (made: typeof apigenMt) => typeof apigenMt = (made) => made
) =>
  Effect.gen(function* () {
    const { folder, path } = yield* Source
    const config = CalibrateConfig.parse({
      source: path,
      origin: path,
      method: apigenMt.name,
      table: apigenMt.mainTable,
      ...given
    })
    const out = join(folder, name)
    const result = yield* runTiny(out, {
      pipeline: change(calibratePipeline(apigenMt, config)),
      config,
      concurrency: given.concurrency === undefined ? 8 : 3
    })
    return { ...result, out }
  })

const query = (path: string, sql: string) =>
  Effect.gen(function* () {
    const catalogue = yield* openCatalogue({ name: "under-test", path })
    return (yield* catalogue.query(sql)).rows
  })

const FEW = { rows: 12, judges: { structure: {}, "tool-hygiene": {}, language: {}, toxicity: {} } }

layer(Layer.mergeAll(Source.layer, duckLayer), { timeout: 120_000 })("calibrate", (it) => {
  it.effect(
    "judges each row clean and with each defect, by every judge, and its books balance",
    () =>
      Effect.gen(function* () {
        const { out, report } = yield* calibrate("whole", FEW)
        assert.isTrue(report?.balanced)
        const [trials, duplicates] = report?.books ?? []
        // 13 defects of any dialogue, 6 of the method, and the row as it is.
        assert.strictEqual(trials?.planned, 12 * 20)
        assert.strictEqual(trials?.failed, 0)
        assert.strictEqual(duplicates?.planned, 3)
        const [rejected] = yield* query(
          out,
          "SELECT list(DISTINCT code) AS codes FROM items WHERE outcome = 'rejected'"
        )
        assert.deepStrictEqual(rejected?.codes, ["NOT_APPLICABLE"])

        const clean = yield* query(
          out,
          "SELECT judge, count(*) AS n FROM trials WHERE defect IS NULL GROUP BY judge ORDER BY judge"
        )
        assert.deepStrictEqual(
          clean.map(({ judge, n }) => `${judge} ${n}`),
          [
            "committee 12",
            "exact-duplicates 12",
            "gates 12",
            "language 12",
            "near-duplicates 12",
            "reviewer-1 12",
            "reviewer-2 12",
            "reviewer-3 12",
            "structure 12",
            "tool-hygiene 12",
            "toxicity 12"
          ]
        )
        const [stray] = yield* query(
          out,
          "SELECT count(*) AS n FROM trials WHERE defect IS NOT NULL AND key NOT IN (SELECT key FROM plants)"
        )
        assert.strictEqual(stray?.n, 0)
      }),
    120_000
  )

  it.effect(
    "the method's gates pass every clean row, and reject a wrong final state and an action against the policy",
    () =>
      Effect.gen(function* () {
        const { folder } = yield* Source
        const rows = yield* query(
          join(folder, "whole"),
          `SELECT coalesce(defect, 'clean') AS defect, count(*) FILTER (verdict = 'reject') AS caught, count(*) AS n,
           list(DISTINCT codes[1]) AS codes
         FROM trials WHERE judge = 'gates' AND (defect IS NULL OR family IN ('outcome', 'policy')) GROUP BY ALL ORDER BY 1`
        )
        assert.deepStrictEqual(
          rows.map(({ caught, defect, n }) => [defect, caught === n ? "all" : caught === 0 ? "none" : "some"]),
          [
            ["clean", "none"],
            ["off-policy-action", "all"],
            ["wrong-final-state", "all"]
          ]
        )
        assert.deepStrictEqual(rows[1]?.codes, ["POLICY_VIOLATION"])
        assert.deepStrictEqual(rows[2]?.codes, ["STATE_MISMATCH"])
      })
  )

  it.effect("filters are not put to a blueprint's defects, nor the committee to a dialogue's", () =>
    Effect.gen(function* () {
      const { folder } = yield* Source
      const judges = yield* query(
        join(folder, "whole"),
        `SELECT DISTINCT plants.part, judge FROM trials JOIN plants USING (key) WHERE plants.family <> 'duplicates' ORDER BY 1, 2`
      )
      assert.deepStrictEqual(
        judges.map(({ judge, part }) => `${part} ${judge}`),
        [
          "origin committee",
          "origin reviewer-1",
          "origin reviewer-2",
          "origin reviewer-3",
          "row gates",
          "row language",
          "row structure",
          "row tool-hygiene",
          "row toxicity"
        ]
      )
    })
  )

  it.effect("finds every exact copy by both searches, and near copies by the one for near ones alone", () =>
    Effect.gen(function* () {
      const { folder } = yield* Source
      const rows = yield* query(
        join(folder, "whole"),
        `SELECT defect, judge, count(*) FILTER (verdict = 'reject') AS caught FROM trials
         WHERE family = 'duplicates' GROUP BY ALL ORDER BY 1, 2`
      )
      assert.deepStrictEqual(
        rows.map(({ caught, defect, judge }) => `${defect} ${judge} ${caught}`),
        [
          "exact-copy exact-duplicates 12",
          "exact-copy near-duplicates 12",
          "near-copy exact-duplicates 0",
          "near-copy near-duplicates 12"
        ]
      )
    })
  )

  it.effect("the report gives recall, false alarms and costs with their intervals", () =>
    Effect.gen(function* () {
      const { report } = yield* calibrate("whole", FEW)
      const section = (title: string) => report?.sections.find((one) => one.title === title)
      const caught = section("Planted defects: what is caught")?.rows ?? []
      const line = caught.find(([, defect]) => defect === "role-order")
      assert.deepStrictEqual(line?.slice(0, 6), ["structure", "role-order", 12, 1, 0.7575, 1])
      assert.strictEqual(caught.at(-1)?.[1], "false alarms")
      assert.strictEqual(section("Recall: each judge on each defect")?.columns.length, 12)
      const costs = section("Cost of judging a row")?.rows ?? []
      assert.deepStrictEqual(
        costs.map(([stage, role]) => `${stage} ${role}`),
        ["review reviewer-1", "review reviewer-2", "review reviewer-3", "(all) (all)"]
      )
    })
  )

  it.effect(
    "gives the same bytes for the same rows, in another folder and with another concurrency",
    () =>
      Effect.gen(function* () {
        const { folder } = yield* Source
        const { out } = yield* calibrate("again", FEW)
        const hashes = (path: string) => Object.values(tableHashes(path, ["trials", "plants", "plan", "rejected"]))
        assert.deepStrictEqual(hashes(out), hashes(join(folder, "whole")))
      }),
    120_000
  )

  it.effect("a defect that no judge catches shows a recall of 0", () =>
    Effect.gen(function* () {
      const { report } = yield* calibrate("blind", {
        rows: 8,
        judges: { language: {} },
        defects: ["contradiction"],
        methodJudges: false,
        duplicates: false
      })
      const caught = report?.sections.find((one) => one.title === "Planted defects: what is caught")
      const [line] = caught?.rows ?? []
      assert.strictEqual(line?.[1], "contradiction")
      assert.isAbove(Number(line?.[2]), 0)
      assert.deepStrictEqual([line?.[3], line?.[6], line?.[9], line?.[10]], [0, 0, null, null])
    })
  )

  it.effect("a judge that fails fails the item with the reason, and nothing of it counts as a verdict", () =>
    Effect.gen(function* () {
      const { out, report } = yield* calibrate(
        "failing",
        {
          rows: 3,
          judges: { structure: {}, judge: {} },
          defects: ["toxic-turn"],
          methodJudges: false,
          duplicates: false
        },
        (made) => ({ ...made, simulated: {} })
      )
      assert.deepStrictEqual(report?.books[0], {
        phase: "trials",
        planned: 6,
        accepted: 0,
        rejected: 0,
        failed: 6,
        pending: 0
      })
      const items = yield* query(out, "SELECT DISTINCT stage, code FROM items")
      assert.deepStrictEqual(items, [{ stage: "trials", code: "BAD_REQUEST" }])
      const [trials] = yield* query(out, "SELECT count(*) AS n FROM trials")
      assert.strictEqual(trials?.n, 0)
    })
  )

  it.effect("a simulated judge tells spoilt rows from clean ones, and its calls are in the costs", () =>
    Effect.gen(function* () {
      const { report } = yield* calibrate("rated", {
        rows: 12,
        judges: { judge: {} },
        defects: ["toxic-turn"],
        methodJudges: false,
        duplicates: false
      })
      const costs = report?.sections.find((one) => one.title === "Cost of judging a row")
      assert.deepStrictEqual(costs?.rows[0]?.slice(0, 4), ["judge", "judge", 24, 1])
      const caught = report?.sections.find((one) => one.title === "Planted defects: what is caught")
      assert.strictEqual(caught?.rows[0]?.[9], "judge")
    })
  )

  it.effect("an unknown defect stops the run before anything is judged, and says which was meant", () =>
    Effect.gen(function* () {
      const error = yield* calibrate("unknown", { rows: 2, defects: ["toxic-turns"] }).pipe(Effect.flip)
      assert.include(String((error as Error).message), 'There is no defect "toxic-turns" (did you mean "toxic-turn"?)')
    })
  )

  it.effect("a source that is gone is named before anything is judged", () =>
    Effect.gen(function* () {
      const { path } = yield* Source
      const error = yield* calibrate("nowhere", { rows: 2, source: `${path}-gone` }).pipe(Effect.flip)
      assert.include(String((error as Error).message), `cannot read ${path}-gone`)
    })
  )
})
