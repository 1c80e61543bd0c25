import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { withProvenance } from "../../../datasets/house-tables.ts"
import { dialogueStory, story } from "../../../pipelines/r2s/story.ts"
import { Candidates, Documents } from "../../../pipelines/r2s/tables.ts"
import { candidate, round } from "../../support/r2s-candidate.ts"
import { document } from "../../support/r2s-document.ts"
import { reportReader } from "../../support/report-lab.ts"

const [first] = candidate().rounds

describe("the story of a dialogue", () => {
  it("shows each round with its passage marked in its sentence, the place in the original, and the verdicts", () => {
    const told = dialogueStory(
      candidate({
        rounds: [
          round(1, {
            claims: [{ text: "It was the miller Ada Brandt, in 1783.", label: "supported", score: 0.97, sids: [1, 2] }],
            blind: { answerable: 0.9, span: "Harrow Weir was built by the miller Ada Brandt in 1783.", overlap: 0.95 }
          })
        ]
      }),
      document()
    )
    assert.deepStrictEqual(told, [
      "Dialogue harrow-weir#0-stepwise-0 (en, train) from weirs/harrow.md",
      "A: Amateur angler; B: Local history guide",
      "grounded 100 %, general knowledge 0 %, document covered 60 %",
      "",
      "1  question_answer, start  grounded 0.97",
      "   A: Who built the weir? (1)",
      "   B: It was the miller Ada Brandt, in 1783. (1)",
      "   passage (exact), characters 0 to 54, 12 in the original:",
      "     [[Harrow Weir was built by the miller Ada Brandt in 1783]].",
      "   supported (0.97): It was the miller Ada Brandt, in 1783.  [sentences 1, 2]",
      "   blind model: answerable 0.90, overlap 0.95, from: Harrow Weir was built by the miller Ada Brandt in 1783."
    ])
  })

  it("shows what the model wrote where it is not what stands there, and what was not found", () => {
    const thought = { ...(first?.thought as NonNullable<NonNullable<typeof first>["thought"]>) }
    const told = dialogueStory(
      candidate({
        rounds: [
          round(1, {
            thought: {
              ...thought,
              found_match: "fuzzy",
              found: "built by Ada Brandt in 1783",
              found_start: 16,
              found_end: 54
            }
          }),
          round(2, {
            thought: {
              ...thought,
              found_match: "none",
              found: null,
              found_start: null,
              found_end: null,
              search: "its price"
            }
          })
        ]
      }),
      document({ record: 7 })
    ).join("\n")
    assert.include(told, "from weirs/harrow.md, record 7")
    assert.include(
      told,
      "characters 16 to 54, 28 in the original:\n     Harrow Weir was [[built by the miller Ada Brandt in 1783]].\n     as written by the model: built by Ada Brandt in 1783"
    )
    assert.include(told, "nothing found on: its price")
  })

  const reader = reportReader(
    [
      { table: withProvenance(Candidates), rows: [] },
      { table: withProvenance(Documents), rows: [] }
    ],
    [
      `CREATE TABLE rejected AS SELECT 'dialogues' AS phase, 'weir#0' AS key, '${JSON.stringify({
        findings: [{ code: "F_META", reason: "Round 1: B speaks of its source." }],
        dialogue: {
          planted: ["meta_talk"],
          rounds: [
            {
              id: 1,
              a: "Who built it?",
              b: "As the document says, Ada Brandt.",
              logic_type: "question_answer",
              found: null
            }
          ]
        }
      })}' AS evidence`
    ]
  )

  it.effect("of one that was turned down says what was found, and shows what was said", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* story({ phase: "dialogues", key: "weir#0" }), [
        "F_META: Round 1: B speaks of its source.",
        "planted by the simulated models: meta_talk",
        "",
        "1  question_answer",
        "   A: Who built it?",
        "   B: As the document says, Ada Brandt."
      ])
      assert.deepStrictEqual(yield* story({ phase: "dialogues", key: "none#0" }), [])
      assert.deepStrictEqual(yield* story({ phase: "documents", key: "weir" }), [])
    }).pipe(Effect.provide(reader))
  )
})
