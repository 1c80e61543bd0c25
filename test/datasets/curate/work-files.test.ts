import { existsSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { BandFile } from "../../../datasets/curate/band-files.ts"
import { Buckets } from "../../../datasets/curate/buckets.ts"
import { PairFile } from "../../../datasets/curate/pair-file.ts"
import { SetFile, WorkFile, workFolder } from "../../../datasets/curate/work-files.ts"
import { scratch } from "../../support/sample-dataset.ts"
import { numbers } from "../../support/texts.ts"

const opened = (name: string, bufferBytes?: number) =>
  Effect.flatMap(scratch, (folder) => WorkFile.open(folder, name, bufferBytes))

describe("work files", () => {
  it.effect("give back what was written, in pieces smaller and larger than the buffer", () =>
    Effect.gen(function* () {
      const file = yield* opened("some", 64)
      const pieces = [10, 60, 200, 0, 64, 1].map((length, at) => new Uint8Array(length).fill(at + 1))
      for (const piece of pieces) file.append(piece)
      file.flush()
      assert.strictEqual(file.length, 335)
      const all = new Uint8Array(335)
      file.read(all, 0)
      assert.deepStrictEqual(all, Uint8Array.from(pieces.flatMap((piece) => [...piece])))
      const two = new Uint8Array(2)
      file.read(two, 69)
      assert.deepStrictEqual([...two], [2, 3])
    }).pipe(Effect.scoped)
  )

  it.effect("stand in a folder that goes away with the scope, and say when it cannot be made", () =>
    Effect.gen(function* () {
      const folder = yield* scratch
      const work = yield* Effect.scoped(
        Effect.gen(function* () {
          const path = yield* workFolder(join(folder, "deep", "work"))
          const file = yield* WorkFile.open(path, "a")
          file.append(Uint8Array.of(7))
          file.flush()
          // A process that is killed leaves no gigabytes behind.
          assert.deepStrictEqual(readdirSync(path), [])
          const read = new Uint8Array(1)
          file.read(read, 0)
          assert.strictEqual(read[0], 7)
          return path
        })
      )
      assert.isFalse(existsSync(work))
      writeFileSync(join(folder, "file"), "")
      const error = yield* Effect.flip(workFolder(join(folder, "file")))
      assert.strictEqual(error.problem, "not_a_folder")
    }).pipe(Effect.scoped)
  )

  it.effect("hold sets, also more of them than stay in memory", () =>
    Effect.gen(function* () {
      const sets = new SetFile(yield* opened("sets"))
      const size = (place: number) => (place % 10 === 9 ? 0 : 125_000 + place)
      for (let place = 0; place < 100; place++) sets.append(new Float64Array(size(place)).fill(place))
      sets.flush()
      for (const place of [0, 99, 50, 9, ...Array(100).keys(), 0]) {
        assert.strictEqual(sets.size(place), size(place))
        const set = sets.at(place)
        assert.strictEqual(set.length, size(place))
        assert.isTrue(set.every((value) => value === place))
      }
    }).pipe(Effect.scoped)
  )

  it.effect("give bands back one by one, when rows end within a block", () =>
    Effect.gen(function* () {
      const bands = new BandFile(yield* opened("bands"), 3)
      for (let row = 0; row < 10_000; row++) bands.append(Uint32Array.of(row, row + 1, row * 2))
      bands.flush()
      const keys = new Uint32Array(10_000)
      bands.read(1, keys)
      assert.isTrue(keys.every((key, row) => key === row + 1))
      bands.read(2, keys)
      assert.isTrue(keys.every((key, row) => key === row * 2))
    }).pipe(Effect.scoped)
  )

  it.effect("give pairs back in order, each once, though they are sorted a million at a time", () =>
    Effect.gen(function* () {
      const rows = 2_000
      const pairs = new PairFile(yield* opened("pairs"), "pairs", rows)
      const next = numbers(1)
      const wanted = new Set<number>()
      for (let pair = 0; pair < 1_100_000; pair++) {
        const right = 1 + Math.floor(next() * (rows - 1))
        const left = Math.floor(next() * right)
        wanted.add(left * rows + right)
        pairs.append(left, right, left / right)
      }
      pairs.flush()
      const ids = Array.from({ length: rows }, (_, row) => row * 10)
      const found = yield* Stream.runCollect(pairs.sorted(ids))
      const sorted = [...wanted].sort((a, b) => a - b)
      assert.strictEqual(found.length, sorted.length)
      for (const [at, { left, right, similarity }] of found.entries()) {
        if ((left / 10) * rows + right / 10 !== sorted[at] || similarity !== left / right)
          assert.fail(`pair ${at}: ${left} ${right}`)
      }
    }).pipe(Effect.scoped)
  )
})

describe("buckets", () => {
  const of = (keys: ReadonlyArray<number>, leftOut: ReadonlyArray<number> = []) => {
    const marks = Uint8Array.from(keys, (_, row) => (leftOut.includes(row) ? 1 : 0))
    const found: Array<ReadonlyArray<number>> = []
    for (const bucket of new Buckets(keys.length).of(Uint32Array.from(keys), marks)) found.push([...bucket])
    return found
  }

  it("are the rows of a key, two at least, in the order of rows", () => {
    assert.deepStrictEqual(of([7, 1, 7, 2, 1, 7, 3]), [
      [0, 2, 5],
      [1, 4]
    ])
    assert.deepStrictEqual(of([]), [])
  })

  it("keep keys apart that fall on one slot, and rows out that are marked", () => {
    assert.deepStrictEqual(of([8, 0, 16, 8, 0, 16], [2]), [
      [0, 3],
      [1, 4]
    ])
    assert.deepStrictEqual(of([8, 8, 8], [0]), [[1, 2]])
  })
})
