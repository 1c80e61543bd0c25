import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { problems } from "../../../../pipelines/r2s/report/problems.ts"
import { r2sConfig } from "../../../support/r2s-chunk.ts"
import { reportReader } from "../../../support/report-lab.ts"

/** `failed` of ten chunks ended with these codes, and the documents' splits are as they stand in the dialogues. */
const told = (codes: ReadonlyArray<string>, splits: ReadonlyArray<readonly [string, string, string]> = []) =>
  problems(r2sConfig()).pipe(
    Effect.provide(
      reportReader(
        [],
        [
          "CREATE TABLE items (phase VARCHAR, outcome VARCHAR, code VARCHAR)",
          ...codes.map((code) =>
            code === "failed"
              ? "INSERT INTO items VALUES ('dialogues', 'failed', 'JUDGE_ERROR')"
              : `INSERT INTO items VALUES ('dialogues', ${code === "" ? "'accepted', NULL" : `'rejected', '${code}'`})`
          ),
          "CREATE TABLE documents (doc_id VARCHAR, split VARCHAR)",
          "CREATE TABLE dialogues (doc_id VARCHAR, split VARCHAR)",
          ...splits.flatMap(([id, document, dialogue]) => [
            `INSERT INTO documents VALUES ('${id}', '${document}')`,
            `INSERT INTO dialogues VALUES ('${id}', '${dialogue}')`
          ])
        ]
      )
    )
  )

const eight = Array.from({ length: 8 }, () => "")

describe("problems of a finished run", () => {
  it.effect("are more than 20 % of chunks without a usable reply, not 20 % (R2S 7.18)", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* told([...eight, "E_SCHEMA", "E_REFUSED"]), [])
      assert.deepStrictEqual(yield* told([...eight.slice(1), "E_SCHEMA", "E_REFUSED", "failed"]), [
        "3 of 10 chunks (30 %) ended without a usable reply; maxFailureRate allows 20 %. The report says by which code: a stronger model, a higher maxTokens or another mode may help. What was accepted is there."
      ])
    })
  )

  it.effect("are not dialogues that were turned down for what they say", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* told(["F_META", "F_ROUNDS", "F_UNGROUNDED", "S_THIN_DOCUMENT"]), [])
    })
  )

  it.effect("are documents in two splits (R2S 7.11)", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        yield* told(eight, [
          ["weir", "train", "test"],
          ["mill", "val", "val"]
        ]),
        ["Document weir is in the splits test, train: do not train on this dataset."]
      )
    })
  )
})
