import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { withProvenance } from "../../../../datasets/house-tables.ts"
import { report } from "../../../../pipelines/r2s/report/report.ts"
import { Candidates, Dialogues, Documents } from "../../../../pipelines/r2s/tables.ts"
import { candidate, round } from "../../../support/r2s-candidate.ts"
import { r2sConfig } from "../../../support/r2s-chunk.ts"
import { document } from "../../../support/r2s-document.ts"
import { reportReader } from "../../../support/report-lab.ts"

const judge = {
  informativeness: 4,
  understanding: 4.5,
  helpfulness: 4,
  loyalty: null,
  flexibility: 4,
  consistency: 4.5,
  coherence: 5,
  emotion: 3.5,
  rating: null,
  parse_errors: 1,
  model: "m1"
}
const PROVENANCE = {
  run: "r",
  phase: "select",
  item: "i",
  pipeline: "r2s",
  pipeline_version: 1,
  seed: "0",
  models: [
    { role: "judge", model: "m1" },
    { role: "writer", model: "m1" }
  ],
  prompts: "p",
  calls: [],
  synthetic: true,
  simulated: false
}
const kept = [
  candidate({ judge }),
  candidate({
    id: "mill#0-stepwise-0",
    doc_id: "mill",
    domain: null,
    split: "test",
    rounds: [
      round(1),
      round(2, { grounding: "commonsense" }),
      round(3, { grounding: "not_needed", thought: null, chain: null })
    ],
    stats: { rounds: 3, coverage: null, grounded_rate: 0.5, commonsense_rate: 0.5, logic_entropy: 0, support: 0.5 }
  })
]
const reader = reportReader(
  [
    {
      table: Documents,
      rows: [document(), document({ doc_id: "mill", domain: null, split: "test", instruction_suspects: 2 })]
    },
    {
      table: Candidates,
      rows: [...kept, candidate({ id: "mill#1-stepwise-0", doc_id: "mill", planted: ["meta_talk"] })]
    },
    {
      table: withProvenance(Dialogues),
      rows: kept.map((row) => ({ ...row, train_tokens: 900, provenance: { ...PROVENANCE, licence: row.licence } }))
    }
  ],
  [
    "CREATE TABLE items (phase VARCHAR, key VARCHAR, outcome VARCHAR, code VARCHAR)",
    `INSERT INTO items VALUES
       ('documents', 'weir', 'accepted', NULL), ('documents', 'mill', 'accepted', NULL), ('documents', 'x', 'rejected', 'E_ENCODING'),
       ('documents', 'y', 'accepted', NULL),
       ('chunks', 'weir', 'accepted', NULL), ('chunks', 'mill', 'accepted', NULL), ('chunks', 'y', 'rejected', 'E_TOO_SHORT'),
       ('dialogues', 'weir#0', 'accepted', NULL), ('dialogues', 'mill#0', 'accepted', NULL), ('dialogues', 'mill#1', 'accepted', NULL),
       ('dialogues', 'weir#1', 'rejected', 'F_META'), ('dialogues', 'weir#2', 'failed', 'JUDGE_ERROR'),
       ('select', 'a', 'accepted', NULL), ('select', 'b', 'accepted', NULL), ('select', 'c', 'rejected', 'DUPLICATE_DIALOGUE')`,
    `CREATE TABLE rejected AS SELECT * FROM (VALUES
       ('dialogues', 'weir#1', 'F_META', '{"dialogue":{"planted":["meta_talk"]}}'::JSON),
       ('dialogues', 'weir#3', 'F_FOUND_MISSING', '{"name":"find","planted":["invented_passage"]}'::JSON)
     ) t(phase, key, code, evidence)`
  ]
)

describe("the report of R2S", () => {
  it.effect("documents in = used + skipped + rejected; dialogues begun = kept + rejected by each code (R2S 7.19)", () =>
    Effect.gen(function* () {
      const sections = yield* report(r2sConfig())
      const accounts = sections.find(({ title }) => title === "Where everything went")
      assert.deepStrictEqual(accounts?.rows, [
        ["document", "used", 2, 4],
        ["document", "rejected: E_ENCODING", 1, 4],
        ["document", "skipped: E_TOO_SHORT", 1, 4],
        ["dialogue", "kept", 2, 5],
        ["dialogue", "failed", 1, 5],
        ["dialogue", "rejected: DUPLICATE_DIALOGUE", 1, 5],
        ["dialogue", "rejected: F_META", 1, 5]
      ])
    }).pipe(Effect.provide(reader))
  )

  it.effect("has a section for each thing that the method wants to know (R2S 7.20)", () =>
    Effect.gen(function* () {
      const sections = yield* report(r2sConfig())
      const titles = sections.map(({ title }) => title)
      assert.deepStrictEqual(
        titles.filter((title, index) => titles.indexOf(title) !== index),
        []
      )
      assert.includeMembers(titles, [
        "Where everything went",
        "Documents by language and domain",
        "Licences of the sources",
        "Splits",
        "Planted mistakes"
      ])
      const text = JSON.stringify(sections)
      for (const wanted of [
        "rounds",
        "words",
        "logic",
        "question",
        "entropy",
        "exact",
        "commonsense",
        "coverage",
        "understanding"
      ]) {
        assert.include(text.toLowerCase(), wanted)
      }
      // Every row is as wide as its heading.
      for (const { columns, rows, title } of sections) {
        for (const row of rows) assert.strictEqual(row.length, columns.length, title)
      }
    }).pipe(Effect.provide(reader))
  )

  it.effect("counts which planted mistakes were caught, and by what", () =>
    Effect.gen(function* () {
      const planted = (yield* report(r2sConfig())).find(({ title }) => title === "Planted mistakes")
      assert.deepStrictEqual(
        planted?.rows.map((row) => [...row.slice(0, 3), row.at(-1)]),
        [
          ["invented_passage", 1, 1, "F_FOUND_MISSING"],
          ["meta_talk", 2, 1, "F_META"]
        ]
      )
    }).pipe(Effect.provide(reader))
  )
})
