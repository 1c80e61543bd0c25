import { DuckDBInstance } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { TableReader } from "../../../datasets/table-reader.ts"
import { blueprintSections } from "../../../pipelines/apigen-mt/blueprint-report.ts"
import type { ReportSection } from "../../../pipelines/pipeline.ts"

const votes = (...totals: ReadonlyArray<readonly [reviewer: string, correctness: number]>) =>
  `{votes: [${totals
    .map(
      ([reviewer, correctness]) =>
        `{reviewer: '${reviewer}', status: 'voted', scores: [{criterion: 'correctness', score: ${correctness}}]}`
    )
    .join(", ")}]}`
const none = `CAST(NULL AS STRUCT(votes STRUCT(reviewer VARCHAR, status VARCHAR, scores STRUCT(criterion VARCHAR, score INTEGER)[])[]))`
const noViolations = "CAST([] AS STRUCT(rule_id VARCHAR)[])"

/** Three blueprints: one passes at once, one after a policy finding, one never. */
const setUp = [
  "CREATE TABLE items AS SELECT * FROM (VALUES ('blueprints', 'accepted'), ('blueprints', 'accepted'), ('blueprints', 'rejected'), ('blueprints', 'failed')) t(phase, outcome)",
  `CREATE TABLE blueprint_attempts AS
     SELECT 'b0' AS item, 0 AS round, true AS passed, NULL AS failed_at, NULL AS code, ${votes(["r1", 1], ["r2", 1])} AS verdict,
            ${noViolations} AS policy_violations, CAST([] AS VARCHAR[]) AS planted
     UNION ALL SELECT 'b1', 0, false, 'policy', 'POLICY', ${none}, [{rule_id: 'PT-R9'}], ['wrong_reason']
     UNION ALL SELECT 'b1', 1, true, NULL, NULL, ${votes(["r1", 1], ["r2", 0])}, ${noViolations}, ['wrong_zip']
     UNION ALL SELECT 'b2', 0, false, 'format', 'FORMAT', ${none}, ${noViolations}, ['broken_json']
     UNION ALL SELECT 'b2', 1, false, 'review', 'REVIEW_MAJORITY', ${votes(["r1", 0], ["r2", 0])}, ${noViolations}, ['wrong_zip']
     UNION ALL SELECT 'b3', 0, false, NULL, 'JUDGE_ERROR', ${none}, ${noViolations}, []`,
  `CREATE TABLE blueprints AS
     SELECT 'x' AS blueprint_id, 'write' AS task_kind, 1 AS n_writes, CAST([] AS VARCHAR[]) AS outputs, 'diff' AS diff_patch, [{name: 'cancel_pending_order'}] AS actions, ['wrong_zip'] AS planted
     UNION ALL SELECT 'y', 'info', 0, ['12.50'], NULL, CAST([] AS STRUCT(name VARCHAR)[]), ['wrong_zip']`,
  "CREATE TABLE trajectories AS SELECT 'x' AS blueprint_id"
]

const readerLayer = Layer.effect(
  TableReader,
  Effect.gen(function* () {
    const connection = yield* Effect.acquireRelease(
      Effect.promise(async () => (await DuckDBInstance.create(":memory:")).connect()),
      (open) => Effect.sync(() => open.closeSync())
    )
    for (const sql of setUp) yield* Effect.promise(() => connection.run(sql))
    return TableReader.of({
      rows: () => Stream.empty,
      query: (sql) => Effect.promise(async () => (await connection.runAndReadAll(sql)).getRowObjectsJson())
    })
  })
)

const rowsOf = (sections: ReadonlyArray<ReportSection>, title: string) =>
  sections.find((section) => section.title === title)?.rows ?? []

describe("the report on blueprints (done-means 24, 25, 27)", () => {
  it.effect("counts what was started, checked, voted on and planted, with intervals", () =>
    Effect.gen(function* () {
      const sections = yield* blueprintSections
      assert.deepStrictEqual(rowsOf(sections, "Blueprints: success"), [
        ["per started blueprint", 2, 3, 0.6667, 0.2077, 0.9385, 0.7],
        ["per first try", 1, 3, 0.3333, 0.0615, 0.7923, 0.28]
      ])
      assert.deepStrictEqual(
        rowsOf(sections, "Blueprints: checks").map((row) => row.slice(0, 4)),
        [
          ["format", 5, 4, 0.8],
          ["execution", 4, 4, 1],
          ["policy", 4, 3, 0.75],
          ["review", 3, 2, 0.6667]
        ]
      )
      assert.deepStrictEqual(
        rowsOf(sections, "Blueprints: feedback rounds").map((row) => [row[0], row[1], row[2], row.at(-1)]),
        [
          [0, 4, 1, 0.3333],
          [1, 2, 1, 0.6667]
        ]
      )
      assert.deepStrictEqual(rowsOf(sections, "Blueprints: policy tests that found something"), [["PT-R9", 1, 1]])
      // 3 pairs of votes, 2 of them equal; half of the votes are 1: kappa (2/3 - 1/2) / (1 - 1/2) = 1/3.
      assert.deepStrictEqual(rowsOf(sections, "Reviewers: agreement per criterion"), [
        ["correctness", 3, 0.5, 0.6667, 0.3333]
      ])
      // Nobody has labelled a sample by hand: the report says so, and claims no agreement with people.
      assert.include(
        sections.find((section) => section.title === "Reviewers: agreement per criterion")?.note,
        "no human labels"
      )
      assert.deepStrictEqual(rowsOf(sections, "Reviewers: pass rates"), [
        ["r1", 3, 3, 0.6667, null, null, null],
        ["r2", 3, 3, 0.3333, null, null, null]
      ])
      assert.deepStrictEqual(rowsOf(sections, "Blueprints: kinds of task"), [
        ["info", 1, 0.5, 0, 1],
        ["write", 1, 0.5, 1, 0]
      ])
      assert.deepStrictEqual(rowsOf(sections, "Blueprints: calls of the ground truth, per tool"), [
        ["cancel_pending_order", 1, 1, 1]
      ])
      assert.deepStrictEqual(rowsOf(sections, "Blueprints: what became of the mistakes that slipped through"), [
        ["wrong_zip", 2, 1, 1]
      ])
      const planted = rowsOf(sections, "Blueprints: mistakes that the simulated generator planted")
      assert.deepStrictEqual(
        planted.map((row) => row.slice(0, 8)),
        [
          ["wrong_zip", 2, 0, 0, 0, 1, 1, 0.5],
          ["broken_json", 1, 1, 0, 0, 0, 0, 1],
          ["wrong_reason", 1, 0, 0, 1, 0, 0, 1],
          ["all", 4, 1, 0, 1, 1, 1, 0.75]
        ]
      )
    }).pipe(Effect.provide(readerLayer), Effect.scoped)
  )
})
