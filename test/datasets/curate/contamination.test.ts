import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import fc from "fast-check"
import { type CheckedRow, type ContaminationOptions, contamination } from "../../../datasets/curate/contamination.ts"
import { Duck } from "../../../datasets/duck.ts"
import { duckLayer, scratch } from "../../support/sample-dataset.ts"
import { sentence } from "../../support/texts.ts"

const usual: ContaminationOptions = { words: 13, contained: 8, equal: 3 }

interface Case {
  readonly files: Readonly<Record<string, string | Uint8Array>>
  readonly rows: ReadonlyArray<CheckedRow>
  readonly column?: string
  readonly options?: ContaminationOptions
}

/** References in a folder of their own; files are named without it. */
const hits = ({ column, files, options = usual, rows }: Case) =>
  Effect.gen(function* () {
    const folder = yield* scratch
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(folder, name, ".."), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
    const reference = column === undefined ? { folder } : { folder, column }
    const found = yield* contamination(Stream.fromIterable(rows), [reference], options, yield* scratch).pipe(
      Stream.runCollect,
      Effect.mapError((error) => ({
        ...error,
        message: error.message.replaceAll(`${folder}/`, ""),
        remedy: error.remedy
      }))
    )
    return found.map((hit) => ({ ...hit, file: hit.file.slice(folder.length + 1) }))
  }).pipe(Effect.scoped, Effect.provide(duckLayer))

const lines = (...rows: ReadonlyArray<unknown>) => rows.map((row) => `${JSON.stringify(row)}\n`).join("")

const QUESTION = "A train leaves the station at noon and travels sixty miles an hour until it stops."

describe("contamination", () => {
  it.effect("is a stretch of 13 words and more, as it stands in the message and as long as it goes", () =>
    Effect.gen(function* () {
      const text = "Solve: a TRAIN leaves the station, at noon and travels sixty miles — an hour. Then what?"
      const found = yield* hits({
        files: { "math/test.jsonl": lines({ q: "nothing" }, { q: QUESTION, n: 3 }) },
        rows: [{ id: 4, texts: ["hello", text] }]
      })
      const start = text.indexOf("a TRAIN")
      const matched = "a TRAIN leaves the station, at noon and travels sixty miles — an hour"
      assert.deepStrictEqual(found, [
        {
          id: 4,
          kind: "overlap",
          message: 1,
          start,
          end: start + matched.length,
          matched,
          words: 13,
          referenceWords: 16,
          file: "math/test.jsonl",
          row: 2,
          field: "q"
        }
      ])
    })
  )

  it.effect("is none where 12 words are shared", () =>
    Effect.map(
      hits({
        files: { "a.jsonl": lines({ q: QUESTION }) },
        rows: [{ id: 0, texts: ["A train leaves the station at noon and travels sixty miles an"] }]
      }),
      (found) => assert.deepStrictEqual(found, [])
    )
  )

  it.effect("counts characters in Chinese, and gives places in the text as it was written", () =>
    Effect.gen(function* () {
      const text = "题目：小明有１２个苹果，他给了小红５个，还剩多少？谢谢"
      const [hit] = yield* hits({
        files: { "zh.ndjson": lines({ question: "小明有12个苹果，他给了小红5个，还剩多少" }) },
        rows: [{ id: 1, texts: [text] }]
      })
      assert.strictEqual(hit?.kind, "contained")
      assert.strictEqual(hit?.matched, "小明有１２个苹果，他给了小红５个，还剩多少")
      assert.strictEqual(text.slice(hit?.start, hit?.end), hit?.matched)
      assert.strictEqual(hit?.words, 18)
    })
  )

  it.effect("is a short item that is contained from 8 words on, or the whole message from 3 on", () =>
    Effect.gen(function* () {
      const eight = "what is the capital city of old Prussia"
      const files = { "short.jsonl": lines({ q: eight }, { q: "the river Rhine" }, { q: "yes please" }) }
      const kinds = (text: string) =>
        Effect.map(hits({ files, rows: [{ id: 0, texts: [text] }] }), (found) =>
          found.map(({ kind, matched }) => [kind, matched])
        )
      assert.deepStrictEqual(yield* kinds(`Tell me, ${eight}?`), [["contained", eight]])
      assert.deepStrictEqual(yield* kinds(`${eight}?`), [["equal", eight]])
      assert.deepStrictEqual(yield* kinds("what is the capital city of old"), [])
      assert.deepStrictEqual(yield* kinds("I swam in the river Rhine"), [])
      assert.deepStrictEqual(yield* kinds("The river: Rhine!"), [["equal", "The river: Rhine"]])
      assert.deepStrictEqual(yield* kinds("Yes, please."), [])
    })
  )

  it.effect("is given once for each stretch, and again for another one", () =>
    Effect.gen(function* () {
      const one = sentence(1, 30)
      const other = sentence(2, 20)
      const found = yield* hits({
        files: { "a.jsonl": lines({ text: one }, { text: other }) },
        rows: [{ id: 0, texts: [`x ${other} y ${one} z ${one}`, "", one] }]
      })
      assert.deepStrictEqual(
        found.map(({ kind, message, row, words }) => [message, row, words, kind]),
        [
          [0, 2, 20, "contained"],
          [0, 1, 30, "contained"],
          [0, 1, 30, "contained"],
          [2, 1, 30, "equal"]
        ]
      )
    })
  )

  it.effect("reads one column where it is named: a text, texts, or messages", () =>
    Effect.gen(function* () {
      const files = {
        "a.jsonl": lines(
          { input: QUESTION, note: sentence(5, 20) },
          { input: [sentence(6, 20), null] },
          {
            input: [
              { role: "user", content: sentence(7, 20) },
              { role: "assistant", content: null }
            ]
          },
          { input: null }
        )
      }
      const rows = [QUESTION, sentence(5, 20), sentence(6, 20), sentence(7, 20)].map((text, id) => ({
        id,
        texts: [text]
      }))
      assert.deepStrictEqual(
        (yield* hits({ files, rows, column: "input" })).map(({ field, id, row }) => [id, row, field]),
        [
          [0, 1, "input"],
          [2, 2, "input"],
          [3, 3, "input"]
        ]
      )
      assert.deepStrictEqual(
        (yield* hits({ files, rows })).map(({ field, id }) => [id, field]),
        [
          [0, "input"],
          [1, "note"],
          [2, "input"],
          [3, "input.content"]
        ]
      )
    })
  )

  it.effect("reads Parquet with nested columns, and counts its rows from 1", () =>
    Effect.gen(function* () {
      const folder = yield* scratch
      const duck = yield* Duck
      yield* duck.rows(
        "write a reference",
        `COPY (SELECT n, [{role: 'user', content: 'item ' || n || ' of ${sentence(9, 20)}'}] AS messages FROM range(1, 4) r(n)) TO '${folder}/set.parquet'`
      )
      const found = yield* contamination(
        Stream.make({ id: 0, texts: [`item 3 of ${sentence(9, 20)}`] }),
        [{ folder }],
        { ...usual, words: 20 },
        yield* scratch
      ).pipe(Stream.runCollect)
      // The first reference that has the first 20 words is the third: "item 3 of" is its own.
      assert.deepStrictEqual(
        found.map(({ field, kind, row, words }) => [row, field, kind, words]),
        [[3, "messages.content", "equal", 23]]
      )
    }).pipe(Effect.scoped, Effect.provide(duckLayer))
  )

  it.effect("is the same when the references do not fit into memory at once", () =>
    Effect.gen(function* () {
      const references = Array.from({ length: 40 }, (_, n) => ({ text: sentence(n, 25) }))
      const rows = [3, 39, 20].map((n, id) => ({ id, texts: [`so: ${sentence(n, 25)}`] }))
      const files = { "a.jsonl": lines(...references.slice(0, 20)), "b.jsonl": lines(...references.slice(20)) }
      const whole = yield* hits({ files, rows })
      assert.deepStrictEqual(
        whole.map(({ file, id, row }) => [id, file, row]),
        [
          [0, "a.jsonl", 4],
          [1, "b.jsonl", 20],
          [2, "b.jsonl", 1]
        ]
      )
      const parts = yield* hits({ files, rows, options: { ...usual, gramsAtATime: 50 } })
      assert.deepStrictEqual(
        parts.toSorted((a, b) => a.id - b.id),
        whole
      )
    })
  )

  it.effect("fails for a reference that cannot be read, with file, row and remedy", () =>
    Effect.gen(function* () {
      const rows = [{ id: 0, texts: [QUESTION] }]
      const failure = (files: Case["files"], column?: string) =>
        Effect.map(Effect.flip(hits({ files, rows, ...(column === undefined ? {} : { column }) })), (error) => [
          error.problem,
          error.message,
          error.remedy
        ])
      const [problem, message, remedy] = yield* failure({ "a.jsonl": `${lines({ q: "x" })}\n{"q": "torn` })
      assert.strictEqual(problem, "invalid_row")
      assert.match(String(message), /^a\.jsonl, row 3: no JSON: Unterminated string/)
      assert.strictEqual(remedy, "Write one JSON value a line, or take the file out of the folder.")
      assert.deepStrictEqual(yield* failure({ "a.jsonl": lines({ q: "x" }, { p: "y" }) }, "q"), [
        "invalid_row",
        'a.jsonl, row 2: there is no field "q"',
        "Name a field that holds texts or messages, or none to read all texts."
      ])
      assert.deepStrictEqual(
        (yield* failure({ "a.jsonl": lines({ q: 7 }) }, "q"))[1],
        'a.jsonl, row 1: "q" holds no text and no messages'
      )
      assert.deepStrictEqual(
        (yield* failure({ "a.jsonl": Uint8Array.of(0x22, 0xff, 0x22, 0x0a) }))[1],
        "a.jsonl is no UTF-8 text"
      )
      const [corrupt, what] = yield* failure({ "deep/b.parquet": "PAR1 not really" })
      assert.strictEqual(corrupt, "corrupt")
      assert.match(String(what), /^deep\/b\.parquet can't be read as Parquet: /)
      const [missing, why] = yield* failure({ "README.md": "no data" })
      assert.strictEqual(missing, "missing")
      assert.match(String(why), /holds no \*\.jsonl, \*\.ndjson or \*\.parquet$/)
    })
  )

  it.effect("reads one file, and files that are linked into a folder", () =>
    Effect.gen(function* () {
      const folder = yield* scratch
      const kept = join(yield* scratch, "kept.jsonl")
      writeFileSync(kept, lines({ q: QUESTION }))
      symlinkSync(kept, join(folder, "link.jsonl"))
      for (const [given, file] of [
        [kept, kept],
        [folder, join(folder, "link.jsonl")]
      ] as const) {
        const rows = Stream.make({ id: 0, texts: [QUESTION] })
        const found = yield* contamination(rows, [{ folder: given }], usual, yield* scratch).pipe(Stream.runCollect)
        assert.deepStrictEqual(
          found.map((hit) => [hit.file, hit.row, hit.kind]),
          [[file, 1, "equal"]]
        )
      }
    }).pipe(Effect.scoped, Effect.provide(duckLayer))
  )

  it.effect("fails for references without any text: nothing would be found in them", () =>
    Effect.gen(function* () {
      const rows = [{ id: 0, texts: [QUESTION] }]
      const files = { "a.jsonl": lines({ n: 7 }, [], null) }
      const error = yield* Effect.flip(hits({ files, rows }))
      assert.strictEqual(error.problem, "missing")
      assert.match(error.message, /holds no text$/)
      const other = yield* Effect.flip(hits({ files: { "a.jsonl": lines({ q: null }) }, rows, column: "q" }))
      assert.match(other.message, /holds no text in the field "q"$/)
    })
  )

  it.effect("reads a line of many megabytes, whatever comes before and after it", () =>
    Effect.gen(function* () {
      const long = `${"ä ".repeat(4_000_000)}${QUESTION}`
      const found = yield* hits({
        files: { "a.jsonl": `${lines({ q: "short" }, { q: long })}\n${JSON.stringify({ q: sentence(1, 20) })}` },
        rows: [{ id: 0, texts: [QUESTION, sentence(1, 20)] }]
      })
      assert.deepStrictEqual(
        found.map(({ kind, message, row }) => [message, row, kind]),
        [
          [0, 2, "overlap"],
          [1, 4, "equal"]
        ]
      )
    })
  )

  it.effect("fails for a folder that is not there", () =>
    Effect.gen(function* () {
      const error = yield* contamination(Stream.empty, [{ folder: "/no/such/folder" }], usual, yield* scratch).pipe(
        Stream.runDrain,
        Effect.flip
      )
      assert.deepStrictEqual(
        [error.problem, error.remedy],
        ["missing", "Give the file or folder that holds the evaluation set."]
      )
    }).pipe(Effect.scoped, Effect.provide(duckLayer))
  )

  it.effect("reads rows however deep they nest, and references without words", () =>
    Effect.map(
      hits({
        files: { "a.jsonl": `${"[".repeat(50_000)}${JSON.stringify(QUESTION)}${"]".repeat(50_000)}\n""\n"?!"\n7\n` },
        rows: [{ id: 0, texts: ["", "?!", QUESTION] }]
      }),
      (found) =>
        assert.deepStrictEqual(
          found.map(({ kind, message }) => [kind, message]),
          [["equal", 2]]
        )
    )
  )

  it("finds a planted stretch wherever it stands, and nothing in what shares nothing", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(200), fc.nat(200), fc.integer({ min: 13, max: 60 }), (before, after, length) =>
        Effect.gen(function* () {
          const planted = sentence(1, 200)
            .split(" ")
            .slice(100, 100 + length)
            .join(" ")
          const found = yield* hits({
            files: { "a.jsonl": lines({ text: sentence(1, 200) }) },
            rows: [
              { id: 0, texts: [`${sentence(2, before)} !x ${planted} x. ${sentence(3, after)}`] },
              { id: 1, texts: [sentence(4, 150)] }
            ]
          })
          assert.deepStrictEqual(
            found.map(({ id, matched, words }) => [id, matched, words]),
            [[0, planted, length]]
          )
        }).pipe(Effect.runPromise)
      ),
      { numRuns: 25 }
    ))
})
