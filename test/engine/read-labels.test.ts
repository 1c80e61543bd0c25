import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { z } from "zod"
import { TableReader } from "../../datasets/table-reader.ts"
import { labelSections, readLabels } from "../../engine/read-labels.ts"
import { labels } from "../../pipelines/labels.ts"
import { scratchFolder } from "../support/dataset-files.ts"
import { tinyPipeline } from "../support/tiny-pipeline.ts"

const scratch = scratchFolder()
afterAll(scratch.remove)

const verses = labels({
  schema: z.strictObject({ line: z.string(), rhymes: z.boolean() }),
  example: { line: "line-0", rhymes: true },
  sections: () => Effect.succeed([])
})
const EXAMPLE = 'A line is one JSON object, such as {"line":"line-0","rhymes":true}'

const noTables = TableReader.of({ rows: () => Stream.empty, query: () => Effect.succeed([]) })

const written = (text: string): string => {
  const file = join(scratch.path, "verses.jsonl")
  writeFileSync(file, text)
  return file
}

const refused = (text: string) => Effect.flip(readLabels(verses, written(text)))

describe("a file of labels", () => {
  it.effect("gives each label with its place, whatever empty lines and line ends it has", () =>
    Effect.gen(function* () {
      const file = written('\uFEFF{"line":"a","rhymes":true}\r\n\r\n  \n{"rhymes":false,"line":"b"}')
      assert.deepStrictEqual(yield* readLabels(verses, file), [
        { label: { line: "a", rhymes: true }, at: `${file}, line 1` },
        { label: { line: "b", rhymes: false }, at: `${file}, line 4` }
      ])
    })
  )

  const good = '{"line":"a","rhymes":true}\n'
  it.effect.each([
    ["is no JSON", `${good}\n{"line":"b"`, 3, /^is not JSON \(.+\)$/],
    ["is a list", "[]", 1, /^\(whole line\): Invalid input: expected object, received array$/],
    ["lacks a field", `${good}{"line":"b"}`, 2, /^rhymes: Invalid input: expected boolean, received undefined$/],
    [
      "has a misspelt key",
      `${good}{"line":"b","rhymes":true,"rymes":false}`,
      2,
      /^"rymes" is no part of a label \(did you mean "rhymes"\?\)$/
    ]
  ] as const)("is refused at the line that %s", ([, text, line, problem]) =>
    Effect.gen(function* () {
      const error = yield* refused(text)
      if (error._tag !== "LabelError") return assert.fail(error.message)
      assert.strictEqual(error.at, `${join(scratch.path, "verses.jsonl")}, line ${line}`)
      assert.match(error.problem, problem)
      assert.strictEqual(error.remedy, EXAMPLE)
    })
  )

  it.effect("must hold something", () =>
    Effect.gen(function* () {
      const error = yield* refused("\n\n")
      assert.strictEqual(
        error.message,
        `${join(scratch.path, "verses.jsonl")} holds no label. Write one JSON object a line, such as {"line":"line-0","rhymes":true}`
      )
    })
  )

  it.effect("must be there", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(readLabels(verses, "none.jsonl"))
      assert.strictEqual(error.message, "none.jsonl cannot be read (ENOENT). Check --labels.")
    })
  )

  it.effect("is refused by a pipeline that has no use for it", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(labelSections(tinyPipeline, written(good))).pipe(
        Effect.provideService(TableReader, noTables)
      )
      assert.strictEqual(error.message, "tiny has no use for labels by people. Leave out --labels.")
    })
  )
})
