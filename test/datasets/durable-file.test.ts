import { spawn } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { createIfAbsent, replaceFile, temporaryName, temporaryOwner } from "../../datasets/durable-file.ts"
import { scratch } from "../support/sample-dataset.ts"

const FILES = 20

/** A process that waits for a line on stdin and then creates files `0.json` to `19.json`. */
const racer = (folder: string, name: string) => {
  const child = spawn(process.execPath, [
    join(import.meta.dirname, "../support/create-child.ts"),
    folder,
    String(FILES),
    name
  ])
  const lines: Array<string> = []
  let rest = ""
  let waiting: ((line: string) => void) | null = null
  child.stdout.on("data", (data: Buffer) => {
    rest += data.toString()
    const cut = rest.split("\n")
    rest = cut.pop() ?? ""
    for (const line of cut) {
      if (waiting === null) lines.push(line)
      else {
        waiting(line)
        waiting = null
      }
    }
  })
  const line = () =>
    new Promise<string>((resolve, reject) => {
      const known = lines.shift()
      if (known !== undefined) return resolve(known)
      waiting = resolve
      child.once("exit", (code) => code !== 0 && reject(new Error(`child ended with ${code}`)))
    })
  return { line, start: () => child.stdin.end("go\n") }
}

describe("creating a file only if it is absent", () => {
  it.live("has one winner a file among processes, and readers see that winner's text, whole", () =>
    Effect.gen(function* () {
      const folder = yield* scratch
      const racers = ["a", "b", "c"].map((name) => ({ name, ...racer(folder, name) }))
      yield* Effect.promise(() => Promise.all(racers.map((child) => child.line())))
      for (const child of racers) child.start()
      const won = yield* Effect.promise(() =>
        Promise.all(
          racers.map(async (child) => ({ name: child.name, files: JSON.parse(await child.line()) as Array<number> }))
        )
      )
      assert.deepStrictEqual(
        won.flatMap(({ files }) => files).sort((left, right) => left - right),
        Array.from({ length: FILES }, (_, file) => file)
      )
      for (const { files, name } of won) {
        for (const file of files) {
          assert.strictEqual(readFileSync(join(folder, `${file}.json`), "utf8"), `${name} ${"x".repeat(20_000)}\n`)
        }
      }
      assert.deepStrictEqual(
        readdirSync(folder).filter((name) => name.endsWith(".tmp")),
        []
      )
    })
  )

  it.effect("has one winner among fibers", () =>
    Effect.gen(function* () {
      const file = join(yield* scratch, "commits", "one", "0.json")
      const won = yield* Effect.forEach([1, 2, 3, 4, 5, 6, 7, 8], (n) => createIfAbsent(file, `${n}`), {
        concurrency: 8
      })
      const winners = won.flatMap((first, index) => (first ? [String(index + 1)] : []))
      assert.strictEqual(winners.length, 1)
      assert.strictEqual(readFileSync(file, "utf8"), winners[0])
    })
  )

  it.effect("fails where a folder stands in its place's way, and leaves nothing behind", () =>
    Effect.gen(function* () {
      const folder = yield* scratch
      writeFileSync(join(folder, "commits"), "")
      const error = yield* Effect.flip(createIfAbsent(join(folder, "commits", "0.json"), "{}"))
      assert.strictEqual(error.problem, "not_a_folder")
      assert.deepStrictEqual(readdirSync(folder), ["commits"])
    })
  )
})

describe("replacing a file", () => {
  it.effect("keeps the old text where the new one cannot be written", () =>
    Effect.gen(function* () {
      const folder = yield* scratch
      mkdirSync(join(folder, "run.json"))
      const error = yield* Effect.flip(replaceFile(join(folder, "run.json"), "{}"))
      assert.strictEqual(error.problem, "not_a_folder")
      assert.deepStrictEqual(readdirSync(folder), ["run.json"])
    })
  )
})

describe("a temporary name", () => {
  it("says whose it is", () => {
    assert.deepStrictEqual(temporaryOwner(temporaryName("/a/b.json")), { pid: process.pid, here: true, own: true })
    assert.notStrictEqual(temporaryName("/a/b.json"), temporaryName("/a/b.json"))
    assert.deepStrictEqual(temporaryOwner("b.json.00000000-12-0.tmp"), { pid: 12, here: false, own: false })
    assert.isNull(temporaryOwner("thesis.tmp"))
  })

  it.effect("is not that of a killed process that had this one's id, as the first process of each container has", () =>
    Effect.gen(function* () {
      const file = join(yield* scratch, "run.json")
      const before = temporaryName(file).replace(/-[0-9a-f]+\.tmp$/, "")
      for (let n = 0; n < 100; n++) writeFileSync(`${before}-${n}.tmp`, "half")
      yield* replaceFile(file, "{}")
      assert.isTrue(yield* createIfAbsent(`${file}.other`, "{}"))
      assert.strictEqual(readFileSync(file, "utf8"), "{}")
    })
  )
})
