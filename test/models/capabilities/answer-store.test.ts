import { spawn } from "node:child_process"
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import fc from "fast-check"
import { type AnswerContext, answerKeys, answerStore } from "../../../models/capabilities/answer-store.ts"
import { CLASSIFIER, EMBEDDING, SPANS } from "../../../models/capabilities/asked.ts"
import { openForWriting } from "../../../models/ledger-file.ts"
import { CARD } from "../../support/scripted-backend.ts"

const root = mkdtempSync(join(tmpdir(), "dialoom-answers-"))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let folders = 0
const file = () => {
  const folder = join(root, String(folders++))
  mkdirSync(folder)
  return join(folder, "answers.sqlite")
}

const context: AnswerContext = {
  capability: "embedding",
  variant: "",
  card: CARD,
  maxTokens: null,
  pooling: null,
  labels: null
}
const keyOf = answerKeys(context)
const row = (text: string, answer: string | Uint8Array) => ({
  key: keyOf(text),
  capability: "embedding",
  model: CARD.id,
  answer
})
const kept = (path: string, texts: ReadonlyArray<string>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { put } = yield* answerStore(path)
      yield* Effect.forEach(texts, (text) => put(row(text, `"${text}"`)), { concurrency: "unbounded" })
    })
  )
const read = (path: string, texts: ReadonlyArray<string>) =>
  Effect.scoped(Effect.flatMap(answerStore(path), ({ get }) => Effect.forEach(texts, (text) => get(keyOf(text)))))
const opening = (path: string) => Effect.flip(Effect.scoped(answerStore(path)))

const child = fileURLToPath(new URL("../../support/answers-child.ts", import.meta.url))

/** Runs answers-child; the lines that it printed whole. `killAfter` kills it with SIGKILL at that many lines. */
const runChild = (args: ReadonlyArray<string>, killAfter = Number.POSITIVE_INFINITY): Promise<ReadonlyArray<string>> =>
  new Promise((resolve) => {
    const running = spawn(process.execPath, [child, ...args], { stdio: ["ignore", "pipe", "inherit"] })
    let text = ""
    running.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString()
      if (text.split("\n").length > killAfter) running.kill("SIGKILL")
    })
    running.on("close", () => resolve(text.split("\n").slice(0, -1)))
  })

/** A printed line, and what the store has for its text. */
const held = (path: string, lines: ReadonlyArray<string>) =>
  Effect.map(
    read(
      path,
      lines.map((line) => line.split(" ")[0] ?? "")
    ),
    (answers) =>
      lines.map((line, index) => {
        const answer = answers[index]
        return [line.split(" ")[1], answer === undefined ? "nothing" : EMBEDDING.unpack(answer).join(",")] as const
      })
  )

describe("kept answers", () => {
  it.effect("are there for the next process, and nothing else is", () =>
    Effect.gen(function* () {
      const path = file()
      yield* kept(
        path,
        Array.from({ length: 600 }, (_, n) => `text ${n}`)
      )
      assert.deepStrictEqual(yield* read(path, ["text 0", "text 599", "text 600"]), [
        '"text 0"',
        '"text 599"',
        undefined
      ])
    })
  )

  it.effect("are the first that came for a key, for everybody", () =>
    Effect.gen(function* () {
      const { get, put } = yield* answerStore(file())
      const answers = yield* Effect.forEach(["first", "second"], (answer) => put(row("same", answer)), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(
        [...answers, yield* put(row("same", "third")), yield* get(keyOf("same"))],
        ["first", "first", "first", "first"]
      )
    })
  )

  it("hold everything that was handed out after kill -9 in the middle of writing", async () => {
    const path = file()
    const lines = await runChild([path, "killed", "200000"], 2_000)
    assert.isAtLeast(lines.length, 1_000)
    assert.isBelow(lines.length, 200_000)
    for (const [handedOut, stored] of await Effect.runPromise(held(path, lines))) assert.strictEqual(stored, handedOut)
  })

  it("are shared by processes that write at once: both hear of one answer for each key", async () => {
    const path = file()
    const [left, right] = await Promise.all([
      runChild([path, "left", "1500", "500"]),
      runChild([path, "right!", "1500", "500"])
    ])
    assert.deepStrictEqual([left.length, right.length], [1500, 1500])
    const shared = (lines: ReadonlyArray<string>) => lines.filter((line) => line.startsWith("shared-")).sort()
    assert.deepStrictEqual(shared(left), shared(right))
    for (const [handedOut, stored] of await Effect.runPromise(held(path, [...left, ...right]))) {
      assert.strictEqual(stored, handedOut)
    }
  })

  it.effect("come back as they were: vectors as float32, all else exactly", () =>
    Effect.gen(function* () {
      const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })
      const labels = fc.array(fc.record({ label: fc.string({ unit: "binary" }), score: number }))
      const spans = fc.array(fc.record({ start: fc.nat(), end: fc.nat(), label: fc.string(), score: number }))
      const { get, put } = yield* answerStore(file())
      let runs = 0
      const roundTrip = async (answer: string | Uint8Array) => {
        const text = String(runs++)
        await Effect.runPromise(put(row(text, answer)))
        return (await Effect.runPromise(get(keyOf(text)))) ?? ""
      }
      const plain = (value: unknown) => JSON.parse(JSON.stringify(value))
      const law = fc.asyncProperty(
        fc.array(number, { maxLength: 40 }),
        labels,
        spans,
        async (vector, labels, spans) => {
          const packed = [EMBEDDING.pack(vector), CLASSIFIER.pack(labels), SPANS.pack(spans)]
          const [first = "", second = "", third = ""] = await Promise.all(packed.map(roundTrip))
          assert.deepStrictEqual(EMBEDDING.unpack(first), Array.from(Float32Array.from(vector)))
          assert.deepStrictEqual(CLASSIFIER.unpack(second), plain(labels))
          assert.deepStrictEqual(SPANS.unpack(third), plain(spans))
        }
      )
      yield* Effect.promise(() => fc.assert(law, { numRuns: 30 }))
    })
  )
})

describe("answerKeys", () => {
  it("differ in all that decides an answer", () => {
    const others: ReadonlyArray<Partial<AnswerContext>> = [
      { capability: "classifier" },
      { variant: "relevance" },
      { card: { ...CARD, id: "other" } },
      { card: { ...CARD, revision: "r2" } },
      { card: { ...CARD, revision: null } },
      { card: { ...CARD, backend: "onnx:webgpu" } },
      { card: { ...CARD, dtype: "q8" } },
      { maxTokens: 512 },
      { pooling: "cls" },
      { labels: ["neutral", "toxic"] }
    ]
    const keys = [context, ...others.map((other) => ({ ...context, ...other }))].map((each) => answerKeys(each)("text"))
    assert.strictEqual(new Set(keys).size, keys.length)
    assert.strictEqual(answerKeys({ ...context })("text"), keyOf("text"))
  })

  it("differ for texts that UTF-8 cannot tell apart", () => {
    assert.notStrictEqual(keyOf("\ud800"), keyOf("\ud801"))
  })
})

describe("a store of answers that cannot be used", () => {
  it.effect("says that a folder is missing", () =>
    Effect.gen(function* () {
      const path = join(root, "missing", "answers.sqlite")
      const error = yield* opening(path)
      assert.strictEqual(error._tag, "AnswerStoreError")
      assert.include(error.message, path)
      assert.include(error.message, "Check that the folder exists")
    })
  )

  it.effect("says what to do with garbage", () =>
    Effect.gen(function* () {
      const path = file()
      writeFileSync(path, "this is no database ".repeat(1000))
      const error = yield* opening(path)
      assert.include(error.message, "file is not a database")
      assert.include(error.message, "Stop all runs on it and delete it")
    })
  )

  it.effect("takes no ledger for a store, and leaves it alone", () =>
    Effect.gen(function* () {
      const path = file()
      openForWriting(path).close()
      const before = readFileSync(path)
      assert.include((yield* opening(path)).message, "is an SQLite database but no store of answers")
      assert.isTrue(before.equals(readFileSync(path)))
    })
  )

  it.effect("notices that the file was cut short", () =>
    Effect.gen(function* () {
      const path = file()
      yield* kept(
        path,
        Array.from({ length: 2_000 }, (_, n) => `text ${n}`)
      )
      const { size } = statSync(path)
      truncateSync(path, Math.floor(size / 2))
      assert.include((yield* opening(path)).message, `and should have ${size}. The file is damaged.`)
    })
  )

  it.effect("notices that bytes of an answer have changed", () =>
    Effect.gen(function* () {
      const path = file()
      yield* kept(path, ["the original answer"])
      const handle = openSync(path, "r+")
      writeSync(handle, "another!", readFileSync(path).indexOf("original"))
      closeSync(handle)
      const error = yield* Effect.flip(read(path, ["the original answer"]))
      assert.include(error.message, "is damaged. The file is damaged. Stop all runs on it and delete it")
    })
  )

  it.effect("says that a newer Dialoom made it", () =>
    Effect.gen(function* () {
      const path = file()
      yield* kept(path, ["a"])
      const newer = new DatabaseSync(path)
      newer.exec("PRAGMA user_version = 99")
      newer.close()
      assert.include((yield* opening(path)).message, "newer Dialoom (format 99)")
    })
  )
})
