import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { zstdDecompressSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { parquetMetadataAsync, parquetReadObjects } from "hyparquet"
import { Duck } from "../../datasets/duck.ts"
import { partFile, tableFolder } from "../../datasets/folder.ts"
import { encodeRow, isIntact, partLines, writeParquet, writePart } from "../../datasets/parts.ts"
import { sha256 } from "../../schemas/json.ts"
import { rowCodec } from "../../schemas/row-codec.ts"
import { duckLayer, scratch, Tales } from "../support/sample-dataset.ts"

const tale = (n: number) => ({
  id: `t${n}`,
  chapter: n,
  lines: [
    { speaker: "fox" as const, text: `line ${n}`, aside: "psst" },
    { speaker: "crow" as const, text: "…" }
  ],
  moral: n % 2 === 0 ? null : "beware"
})
const compressors = { ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdDecompressSync(bytes)) }

const tales = (count: number) => Array.from({ length: count }, (_, n) => rowCodec(Tales).encode(tale(n)))

describe("a part", () => {
  it.effect("is named for its bytes, and says what it holds", () =>
    Effect.gen(function* () {
      const folder = { name: "a", path: yield* scratch }
      const part = yield* writePart(folder, Tales, tales(3), "tell-1-000000")
      const bytes = readFileSync(partFile(folder, part.path))
      assert.deepStrictEqual(part, {
        table: "tales",
        path: `tables/tales/tell-1-000000-${sha256(bytes).slice(0, 12)}.parquet`,
        rows: 3,
        bytes: bytes.length,
        sha256: sha256(bytes)
      })
      assert.isTrue(yield* isIntact(folder, part))
      assert.deepStrictEqual((yield* Stream.runCollect(partLines(folder, Tales, [part]))).map(rowCodec(Tales).decode), [
        tale(0),
        tale(1),
        tale(2)
      ])
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("has the same bytes in another folder, process and DuckDB, with more threads", () =>
    Effect.gen(function* () {
      const write = Effect.gen(function* () {
        const folder = { name: "a", path: yield* scratch }
        return yield* writePart(folder, Tales, tales(5_000), "p")
      })
      const one = yield* write.pipe(Effect.provide(Duck.layer({ threads: 1 })))
      const two = yield* write.pipe(Effect.provide(Duck.layer({ threads: 2 })))
      assert.strictEqual(one.sha256, two.sha256)
    })
  )

  it.effect("reads the same with another Parquet reader, nested rows and nulls included", () =>
    Effect.gen(function* () {
      const folder = { name: "a", path: yield* scratch }
      const part = yield* writePart(folder, Tales, tales(2_500), "p", 2_048)
      const bytes = readFileSync(partFile(folder, part.path))
      const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
      const metadata = yield* Effect.promise(() => parquetMetadataAsync(file))
      assert.strictEqual(Number(metadata.num_rows), 2_500)
      assert.strictEqual(metadata.row_groups.length, 2)
      const rows = yield* Effect.promise(() =>
        parquetReadObjects({ file, compressors, rowStart: 2_048, rowEnd: 2_050 })
      )
      assert.deepStrictEqual(
        rows,
        [2_048, 2_049].map((n) => ({ ...tale(n), lines: [tale(n).lines[0], { ...tale(n).lines[1], aside: null }] }))
      )
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("written again heals a damaged one", () =>
    Effect.gen(function* () {
      const folder = { name: "a", path: yield* scratch }
      const part = yield* writePart(folder, Tales, tales(3), "p")
      writeFileSync(partFile(folder, part.path), "rubbish")
      assert.isFalse(yield* isIntact(folder, part))
      assert.deepStrictEqual(yield* writePart(folder, Tales, tales(3), "p"), part)
      assert.isTrue(yield* isIntact(folder, part))
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("of a row that does not fit the columns is not made, and leaves nothing behind", () =>
    Effect.gen(function* () {
      const folder = { name: "a", path: yield* scratch }
      for (const line of [
        '{"id":"x","chapter":"one","lines":[],"moral":null}',
        '{"id":"x","chapter":1,"lines":[]}',
        '{"id":"x","chapter":1,"lines":[],"moral":null,"more":1}'
      ]) {
        const error = yield* Effect.flip(writePart(folder, Tales, [...tales(2), line], "p"))
        assert.match(error.message, /numerical|does not have key "moral"|unknown key "more"/)
      }
      assert.deepStrictEqual(readdirSync(tableFolder(folder, "tales")), [])
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("that the disk has no room for fails as disk_full, and leaves nothing behind", () =>
    Effect.gen(function* () {
      // The device that is always full.
      assert.isTrue(existsSync("/dev/full") || process.platform !== "linux")
      const full = existsSync("/dev/full")
        ? "COPY (SELECT range FROM range(100000)) TO '/dev/full' (FORMAT parquet)"
        : null
      const folder = { name: "a", path: yield* scratch }
      const error = yield* Effect.flip(
        writeParquet(folder, "tales", "p", 1, async (on) => {
          if (full === null) throw new Error("IO Error: No space left on device")
          await on.run(full)
        })
      )
      assert.strictEqual(error.problem, "disk_full")
      assert.include(error.remedy, "what is committed is kept")
      assert.deepStrictEqual(readdirSync(tableFolder(folder, "tales")), [])
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("cannot be written out of its folder", () =>
    Effect.gen(function* () {
      const folder = { name: "a", path: yield* scratch }
      for (const prefix of ["../x", "a/b", ""]) {
        const exit = yield* Effect.exit(writePart(folder, Tales, tales(1), prefix))
        assert.include(String(exit), `part prefix "${prefix}"`)
      }
      assert.isFalse(existsSync(join(folder.path, "tables")))
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("takes names with quotes and wildcards in the dataset's path as they are", () =>
    Effect.gen(function* () {
      const folder = { name: "a", path: join(yield* scratch, "it's [1] key=value *") }
      const part = yield* writePart(folder, Tales, tales(2), "p")
      assert.strictEqual((yield* Stream.runCollect(partLines(folder, Tales, [part]))).length, 2)
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("of sixteen rows costs milliseconds", () =>
    Effect.gen(function* () {
      const folder = { name: "a", path: yield* scratch }
      const times: Array<number> = []
      for (let n = 0; n < 12; n++) {
        const lines = Array.from({ length: 16 }, (_, row) => rowCodec(Tales).encode(tale(n * 16 + row)))
        const started = performance.now()
        yield* writePart(folder, Tales, lines, "p")
        times.push(performance.now() - started)
      }
      // About 8 ms on a quiet machine: a bound that only a real regression reaches.
      assert.isBelow(times.sort((left, right) => left - right)[3] ?? 0, 150)
    }).pipe(Effect.provide(duckLayer))
  )
})

describe("encoding a row", () => {
  it.effect("names the table, the field and what is wrong", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(encodeRow(Tales, { ...tale(1), chapter: 1.5 }))
      assert.strictEqual(error.problem, "invalid_row")
      assert.match(error.message, /^table tales: chapter: /)
    })
  )
})
