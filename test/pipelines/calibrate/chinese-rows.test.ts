import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer, Stream } from "effect"
import { z } from "zod"
import { openCatalogue } from "../../../datasets/catalogue.ts"
import { CalibrateConfig, calibratePipeline } from "../../../pipelines/calibrate/pipeline.ts"
import { phase, pipeline } from "../../../pipelines/pipeline.ts"
import { row, table } from "../../../schemas/table.ts"
import type { FilterSubject } from "../../../stages/filters/filter.ts"
import { duckLayer } from "../../support/sample-dataset.ts"
import { runTiny, scratch } from "../../support/tiny-run.ts"

/** Chinese dialogues without a tool. */
const TALKS = readFileSync(join(import.meta.dirname, "../../fixtures/clean-dialogues.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as FilterSubject)
  .filter(({ language, tools }) => language?.startsWith("zh") === true && tools === undefined)

const Talks = table("talks", "A dialogue a row.", z.strictObject({ id: z.string(), subject: z.string() }))
const subjectOf = (stored: unknown) => JSON.parse(Talks.schema.parse(stored).subject) as FilterSubject

const talks = pipeline({
  name: "talks",
  version: 1,
  description: "Dialogues of the fixture.",
  paper: { title: "None", authors: "Nobody", year: 2026, url: "https://example.com" },
  config: z.strictObject({ items: z.int().default(TALKS.length) }),
  itemsKey: "items",
  tables: [Talks],
  mainTable: Talks.name,
  roles: [],
  prompts: {},
  licence: "cc0-1.0",
  phases: () => [
    phase({
      name: "talks",
      item: z.strictObject({ place: z.int() }),
      plan: Stream.fromIterable(TALKS.map(({ id }, place) => ({ key: id, item: { place } }))),
      synthesize: ({ place }) => {
        const talk = TALKS[place] as FilterSubject
        return Effect.succeed([row(Talks, { id: talk.id, subject: JSON.stringify(talk) })])
      }
    })
  ],
  simulated: {},
  dialogue: {
    subject: subjectOf,
    withMessages: (stored, messages) => {
      const subject = subjectOf(stored)
      const system = subject.messages.filter(({ role }) => role === "system")
      return { id: subject.id, subject: JSON.stringify({ ...subject, messages: [...system, ...messages] }) }
    }
  }
})

class Measured extends Context.Service<Measured, { readonly path: string }>()("test/Measured") {
  static readonly layer = Layer.effect(
    Measured,
    Effect.gen(function* () {
      const folder = yield* scratch
      const source = join(folder, "talks")
      yield* runTiny(source, { pipeline: talks })
      const config = CalibrateConfig.parse({
        source,
        method: talks.name,
        table: Talks.name,
        judges: { structure: {}, "hard-facts": {}, "personal-data": {}, repetition: {}, judge: {} }
      })
      const path = join(folder, "measured")
      const { report } = yield* runTiny(path, { pipeline: calibratePipeline(talks, config), config })
      assert.isTrue(report?.balanced)
      return { path }
    })
  )
}

const query = (sql: string) =>
  Effect.gen(function* () {
    const { path } = yield* Measured
    const catalogue = yield* openCatalogue({ name: "under-test", path })
    return (yield* catalogue.query(sql)).rows
  })

layer(Layer.mergeAll(Measured.layer, duckLayer), { timeout: 120_000 })(
  "calibrate with Chinese rows without tools",
  (it) => {
    it.effect("counts what needs a tool as not applicable, row by row", () =>
      Effect.gen(function* () {
        const rows = yield* query(
          `SELECT split_part(key, '/', 2) AS defect, count(*) AS n, any_value(code) AS code
         FROM items WHERE outcome = 'rejected' AND split_part(key, '/', 2) IN
         ('unknown-tool', 'dangling-call', 'swapped-argument', 'invented-argument') GROUP BY 1 ORDER BY 1`
        )
        assert.deepStrictEqual(
          rows.map(({ code, defect, n }) => [defect, Number(n), code]),
          ["dangling-call", "invented-argument", "swapped-argument", "unknown-tool"].map((defect) => [
            defect,
            TALKS.length,
            "NOT_APPLICABLE"
          ])
        )
      })
    )

    it.effect("plants Chinese into Chinese: every added sentence is", () =>
      Effect.gen(function* () {
        const rows = yield* query(
          `SELECT defect, after, before FROM plants
         WHERE defect IN ('invented-fact', 'personal-data', 'leaked-instruction', 'contradiction')`
        )
        assert.isAbove(rows.length, TALKS.length * 2)
        for (const { after, before, defect } of rows) {
          const added = String(after).startsWith(String(before))
            ? String(after).slice(String(before).length)
            : String(after)
          assert.match(added, /\p{Script=Han}/u, `${String(defect)}: ${added}`)
        }
      })
    )

    it.effect("rules catch what they claim in Chinese too, and nothing that is clean", () =>
      Effect.gen(function* () {
        const rows = yield* query(
          `SELECT defect, judge, count(*) FILTER (verdict = 'reject') / count(*) AS recall FROM trials
         WHERE (defect, judge) IN (('role-order', 'structure'), ('placeholder-turn', 'structure'), ('copied-turn', 'repetition'),
           ('personal-data', 'personal-data')) GROUP BY ALL ORDER BY 1`
        )
        assert.strictEqual(rows.length, 4)
        for (const { defect, judge, recall } of rows) {
          assert.isAtLeast(Number(recall), 0.9, `${String(judge)} on ${String(defect)}`)
        }
        const [alarms] = yield* query(
          `SELECT count(*) AS n FROM trials WHERE defect IS NULL AND verdict = 'reject' AND judge IN ('structure', 'personal-data', 'repetition')`
        )
        assert.strictEqual(Number(alarms?.n), 0)
      })
    )

    it.effect("says of every score of the simulated judge that it is simulated", () =>
      Effect.gen(function* () {
        const rows = yield* query(
          "SELECT judge, kind, model.id AS model, model.backend AS backend FROM trials WHERE judge = 'judge' GROUP BY ALL"
        )
        assert.deepStrictEqual(
          rows.map(({ backend, kind, model }) => [kind, model, backend]),
          [["model", "simulated", "chat"]]
        )
      })
    )
  }
)
