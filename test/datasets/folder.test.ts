import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { DatasetError } from "../../datasets/dataset-error.ts"
import { createOrOpen, datasetFolder, openDataset, phaseFolder, runFile, writeRun } from "../../datasets/folder.ts"
import { readLayout, tablesFileText, writeLayout } from "../../datasets/layout.ts"
import { layout, newDataset, runRecord, scratch } from "../support/sample-dataset.ts"

const problemOf = <A, R>(effect: Effect.Effect<A, DatasetError, R>) =>
  Effect.map(Effect.flip(effect), ({ message, problem, remedy }) => ({ problem, message, remedy }))

describe("the name of a dataset", () => {
  it.effect("is a folder of outputs, or an explicit path", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* datasetFolder("my-run.2", "/o"), { name: "my-run.2", path: resolve("/o/my-run.2") })
      assert.deepStrictEqual(yield* datasetFolder("/data/x[1]", "/o"), { name: "x[1]", path: resolve("/data/x[1]") })
      assert.strictEqual((yield* datasetFolder("./here", "/o")).path, resolve("here"))
    })
  )

  for (const name of ["../secret/..", "a/b", "..", ".hidden", "", "a b", "-x", "x\u0000y", "/"]) {
    it.effect(`is not ${JSON.stringify(name)}`, () =>
      Effect.gen(function* () {
        // "../secret/.." is explicit, so it is taken as the path it is; every other one is refused.
        if (name.startsWith("../")) assert.strictEqual((yield* datasetFolder(name, "/o")).path, resolve(".."))
        else assert.strictEqual((yield* problemOf(datasetFolder(name, "/o"))).problem, "bad_name")
      })
    )
  }

  it("of a phase never leads out of the folder", () => {
    assert.throws(() => phaseFolder({ name: "x", path: "/o/x" }, "../../etc"), /phase "\.\.\/\.\.\/etc"/)
  })
})

describe("opening a dataset's folder", () => {
  it.effect("makes it, and gives the run record when there is one", () =>
    Effect.gen(function* () {
      const folder = { name: "a", path: join(yield* scratch, "deep", "a") }
      assert.isNull(yield* createOrOpen(folder))
      yield* writeRun(folder, runRecord)
      assert.deepStrictEqual(yield* createOrOpen(folder), runRecord)
      assert.deepStrictEqual(yield* openDataset(folder), runRecord)
    })
  )

  it.effect("takes an empty folder and one with leftovers of a run that died before its record", () =>
    Effect.gen(function* () {
      const path = yield* scratch
      writeFileSync(join(path, "run.json.0123abcd-1-0.tmp"), "{")
      writeFileSync(join(path, ".DS_Store"), "")
      assert.isNull(yield* createOrOpen({ name: "a", path }))
    })
  )

  it.effect("refuses a folder with other things in it, and names them", () =>
    Effect.gen(function* () {
      const path = yield* scratch
      mkdirSync(join(path, "thesis"))
      writeFileSync(join(path, "notes.txt"), "")
      const { message, problem } = yield* problemOf(createOrOpen({ name: "a", path }))
      assert.strictEqual(problem, "foreign")
      assert.include(message, "it holds notes.txt, thesis and no run.json")
    })
  )

  it.effect("refuses a file in the folder's place", () =>
    Effect.gen(function* () {
      const path = join(yield* scratch, "a")
      writeFileSync(path, "")
      assert.strictEqual((yield* problemOf(createOrOpen({ name: "a", path }))).problem, "not_a_folder")
      assert.strictEqual((yield* problemOf(openDataset({ name: "a", path }))).problem, "not_a_folder")
    })
  )

  it.effect("says so where nothing can be written", () =>
    Effect.gen(function* () {
      const path = join(yield* scratch, "file")
      writeFileSync(path, "")
      assert.strictEqual((yield* problemOf(createOrOpen({ name: "a", path: join(path, "a") }))).problem, "not_a_folder")
      // A file system that nobody can write to, not even root.
      const { problem } = yield* problemOf(createOrOpen({ name: "a", path: "/proc/dialoom/a" }))
      assert.include(["missing", "unwritable"], problem)
    })
  )

  it.effect("says which part of a broken run.json is wrong", () =>
    Effect.gen(function* () {
      const folder = { name: "a", path: yield* scratch }
      writeFileSync(runFile(folder), '{"dialoom": ')
      assert.include((yield* problemOf(createOrOpen(folder))).message, "run.json is no JSON")
      writeFileSync(runFile(folder), JSON.stringify({ ...runRecord, seed: 7 }))
      const { message, problem, remedy } = yield* problemOf(createOrOpen(folder))
      assert.strictEqual(problem, "corrupt")
      assert.include(message, "seed: ")
      assert.include(remedy, "choose another --out")
    })
  )

  it.effect("of a dataset that is not there says how to make one", () =>
    Effect.gen(function* () {
      const { problem, remedy } = yield* problemOf(openDataset({ name: "a", path: join(yield* scratch, "a") }))
      assert.strictEqual(problem, "missing")
      assert.include(remedy, "--out a")
    })
  )
})

describe("tables.json", () => {
  it.effect("reads back as it was written", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      assert.deepStrictEqual(yield* readLayout(folder), layout)
    })
  )

  it.effect("cannot smuggle SQL in by a name or a type", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      for (const evil of [
        { name: "a\" AS x; COPY y TO 'z", type: "utf8" },
        { name: "a", type: "VARCHAR); DROP TABLE x" },
        { name: "a", type: { struct: [{ name: "b c", type: "utf8" }] } }
      ]) {
        const text = JSON.stringify({ ...layout, tables: [{ name: "tales", description: "", columns: [evil] }] })
        writeFileSync(join(folder.path, "tables.json"), text)
        assert.strictEqual((yield* problemOf(readLayout(folder))).problem, "corrupt")
      }
    })
  )

  it.effect("is replaced whole", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      yield* Effect.forEach([1, 2, 3, 4], () => writeLayout(folder, layout), { concurrency: 4 })
      assert.strictEqual(readFileSync(join(folder.path, "tables.json"), "utf8"), tablesFileText(layout))
    })
  )
})
