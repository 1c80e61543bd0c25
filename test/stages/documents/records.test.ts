import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import fc from "fast-check"
import { type LineRange, lineRanges } from "../../../stages/documents/json-lines.ts"
import { squadArticles } from "../../../stages/documents/squad-articles.ts"
import { scratch } from "../../support/tiny-run.ts"

const rangesOf = (path: string) =>
  Effect.promise(async () => {
    const ranges: Array<LineRange> = []
    for await (const range of lineRanges(path)) ranges.push(range)
    return ranges
  })

describe("the lines of a JSON Lines file", () => {
  it.live("are found by their bytes, empty ones counted and left out", () =>
    Effect.gen(function* () {
      const file = join(yield* scratch, "a.jsonl")
      writeFileSync(file, '{"a":"堰"}\n\n \t\r\n{"b":2}\r\n[3]')
      assert.deepStrictEqual(yield* rangesOf(file), [
        { line: 1, offset: 0, length: 11 },
        { line: 4, offset: 17, length: 8 },
        { line: 5, offset: 26, length: 3 }
      ])
      writeFileSync(file, "\ufeff{}\n")
      assert.deepStrictEqual(yield* rangesOf(file), [{ line: 1, offset: 3, length: 2 }])
      writeFileSync(file, "\n \n")
      assert.deepStrictEqual(yield* rangesOf(file), [])
      writeFileSync(file, "")
      assert.deepStrictEqual(yield* rangesOf(file), [])
    })
  )

  it.live("are the same wherever the file is cut into pieces", () =>
    Effect.gen(function* () {
      const file = join(yield* scratch, "big.jsonl")
      const lines = Array.from({ length: 3_000 }, (_, index) =>
        index % 7 === 0 ? " ".repeat(index % 40) : JSON.stringify({ text: "堰".repeat((index * 37) % 900), index })
      )
      writeFileSync(file, lines.join("\n"))
      const bytes = Buffer.from(lines.join("\n"))
      const ranges = yield* rangesOf(file)
      assert.isAbove(bytes.length, 3 * 2 ** 18)
      assert.deepStrictEqual(
        ranges.map(({ length, line, offset }) => [line, bytes.subarray(offset, offset + length).toString()]),
        lines.flatMap((line, index) => (line.trim() === "" ? [] : [[index + 1, line]]))
      )
    })
  )
})

describe("the articles of a SQuAD file", () => {
  const articles = (json: string) => {
    const bytes = Buffer.from(json)
    return squadArticles(bytes)?.map(({ length, offset }) => bytes.subarray(offset, offset + length).toString()) ?? null
  }

  it("are found by their bytes, whatever stands in them and round them", () => {
    const data = fc.array(
      fc.record({ title: fc.string({ unit: "grapheme" }), paragraphs: fc.array(fc.record({ context: fc.string() })) }),
      { minLength: 1, maxLength: 5 }
    )
    fc.assert(
      fc.property(data, fc.json(), fc.constantFrom(0, 2, "\t"), (members, other, space) => {
        const json = JSON.stringify(
          { version: JSON.parse(other), data: members, more: { data: [1, [2]] } },
          null,
          space
        )
        assert.deepStrictEqual(
          articles(json)?.map((article) => JSON.parse(article)),
          members
        )
      })
    )
  })

  it("are those of the last `data`, as a parser of JSON has it", () =>
    assert.deepStrictEqual(
      articles('\ufeff{"data": [1, {"a": [2]}], "d\\u0061ta": [ {"paragraphs": []} , {"x":"}],[\\""} ]}'),
      ['{"paragraphs": []}', '{"x":"}],[\\""}']
    ))

  it("are none where the file has another shape, or is no JSON", () => {
    for (const json of [
      "",
      "{",
      "[]",
      "{}",
      '{"data": {}}',
      '{"data": [{"rows": []}]}',
      '{"name": "package", "data": 1}'
    ]) {
      assert.isNull(articles(json), json)
    }
    assert.deepStrictEqual(articles('{"data": []}'), [])
  })
})
