import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { card } from "../../../../pipelines/r2s/report/card.ts"
import { Dialogues, Documents } from "../../../../pipelines/r2s/tables.ts"
import { candidate } from "../../../support/r2s-candidate.ts"
import { r2sConfig } from "../../../support/r2s-chunk.ts"
import { document } from "../../../support/r2s-document.ts"
import { reportReader } from "../../../support/report-lab.ts"

const reader = reportReader(
  [
    { table: Documents, rows: [document(), document({ doc_id: "mill", licence: "MIT | BSD" })] },
    { table: Dialogues, rows: [{ ...candidate(), train_tokens: 900 }] }
  ],
  []
)

describe("the card of a dataset of R2S", () => {
  it.effect(
    "has the licences of the sources, that all is synthetic, the thresholds and the known limits (R2S 7.22)",
    () =>
      Effect.gen(function* () {
        const text = yield* card(r2sConfig())
        assert.include(text, "All dialogues are synthetic")
        assert.include(text, "| CC0-1.0 | 1 | 1 |\n| MIT \\| BSD | 1 | 0 |")
        assert.include(text, "| claim follows from the document | entailment at least 0.7; contradiction below 0.5 |")
        assert.include(
          text,
          "| judge | loyalty 3.5, consistency 3.5, coherence 3.5, understanding 3, helpfulness 3 of 5 |"
        )
        assert.include(text, "held against the text by the judge")
        assert.include(
          text,
          "In simulated dialogues they were held against it by word overlap, without a trained model"
        )
        assert.include(text, "whether the document is right is not checked")
      }).pipe(Effect.provide(reader))
  )

  it.effect("says what was not asked, and nothing of word overlap where a model was", () =>
    Effect.gen(function* () {
      const text = yield* card(
        r2sConfig({
          judge: { enabled: false },
          answerability: { enabled: false },
          localModels: { entailment: "onnx:nli" }
        })
      )
      assert.include(text, "| judge | not asked |")
      assert.include(text, "| blind answer | not asked |")
      assert.notInclude(text, "word overlap")
    }).pipe(Effect.provide(reader))
  )
})
