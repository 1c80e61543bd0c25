import { rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Stream } from "effect"
import { openCatalogue } from "../../datasets/catalogue.ts"
import { readPhase } from "../../datasets/commits.ts"
import { Duck } from "../../datasets/duck.ts"
import { type DatasetFolder, ledgerFile, partFile, runFile, writeRun } from "../../datasets/folder.ts"
import { Items } from "../../datasets/house-tables.ts"
import { mergePhase } from "../../datasets/merge.ts"
import { layerStoredTables } from "../../datasets/stored-tables.ts"
import { sweep } from "../../datasets/sweep.ts"
import { TableReader } from "../../datasets/table-reader.ts"
import { Ledger } from "../../models/ledger.ts"
import { layerSqlite } from "../../models/ledger-sqlite.ts"
import { entry } from "../support/ledger-entry.ts"
import { duckLayer, newDataset, planOf, runRecord, settleShard, Tales } from "../support/sample-dataset.ts"

const ask = (folder: DatasetFolder, sql: string) =>
  Effect.flatMap(openCatalogue(folder), (catalogue) => Effect.map(catalogue.query(sql), ({ rows }) => rows))

describe("the views of a dataset", () => {
  it.effect("are empty, with their columns, before anything is committed", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      assert.deepStrictEqual(yield* ask(folder, "SELECT count(*) AS n FROM tales"), [{ n: 0 }])
      assert.deepStrictEqual(
        (yield* ask(folder, "DESCRIBE tales")).map((row) => `${row.column_name} ${row.column_type}`).slice(0, 4),
        [
          "id VARCHAR",
          "chapter INTEGER",
          'lines STRUCT(speaker VARCHAR, "text" VARCHAR, aside VARCHAR)[]',
          "moral VARCHAR"
        ]
      )
      assert.deepStrictEqual(
        (yield* ask(folder, "SHOW TABLES")).map((row) => row.name),
        ["items", "plan", "rejected", "tales"]
      )
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("hold the rows of the commits in force, phase by phase and shard by shard", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const tell = yield* planOf(folder, 10, 4)
      const retell = yield* planOf(folder, 4, 4, 1, "retell")
      yield* settleShard(folder, retell, 0)
      yield* settleShard(folder, tell, 2)
      yield* settleShard(folder, tell, 0, (position) => (position === 1 ? "rejected" : "accepted"))
      assert.deepStrictEqual((yield* ask(folder, "SELECT DISTINCT ON (phase, key) key, phase FROM items")).length, 10)
      assert.deepStrictEqual(
        (yield* ask(folder, "SELECT phase || ' ' || key AS item FROM items")).map((row) => row.item),
        [
          ...["k0", "k1", "k2", "k3", "k8", "k9"].map((key) => `tell ${key}`),
          ...["k0", "k1", "k2", "k3"].map((key) => `retell ${key}`)
        ]
      )
      assert.deepStrictEqual(yield* ask(folder, "SELECT phase, count(*) AS n FROM plan GROUP BY phase ORDER BY n"), [
        { phase: "retell", n: 4 },
        { phase: "tell", n: 10 }
      ])
      assert.deepStrictEqual(yield* ask(folder, "SELECT key, code, payload FROM rejected"), [
        { key: "k1", code: "DULL", payload: '{"n":1}' }
      ])
      assert.deepStrictEqual(
        yield* ask(
          folder,
          "SELECT provenance.item AS item, lines[1].text AS text FROM tales WHERE chapter = 1 LIMIT 1"
        ),
        [{ item: "k0", text: "what a voice, k0!" }]
      )
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("show a running dataset as far as it is committed", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const plan = yield* planOf(folder, 32, 4)
      const catalogue = yield* openCatalogue(folder)
      const writer = yield* Effect.forkChild(
        Effect.forEach([0, 1, 2, 3, 4, 5, 6, 7], (shard) => settleShard(folder, plan, shard))
      )
      const seen: Array<number> = []
      while (seen.at(-1) !== 32) {
        const { rows } = yield* catalogue.query(
          "SELECT (SELECT count(*) FROM items) AS items, (SELECT count(*) FROM tales) AS tales"
        )
        const items = Number(rows[0]?.items)
        // Never half a shard, and the tables of one statement are of one moment.
        assert.strictEqual(items % 4, 0)
        assert.strictEqual(rows[0]?.tales, items * 2)
        seen.push(items)
      }
      assert.deepStrictEqual(
        seen,
        seen.toSorted((left, right) => left - right)
      )
      yield* Fiber.join(writer)
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("find the merged files when the parts were swept away under them", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const plan = yield* planOf(folder, 8, 4)
      for (const shard of [0, 1]) yield* settleShard(folder, plan, shard)
      const catalogue = yield* openCatalogue(folder)
      yield* catalogue.query("FROM items")
      yield* mergePhase(folder, plan)
      yield* sweep(folder, "run-a")
      assert.strictEqual((yield* catalogue.query("FROM items")).rows.length, 8)
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("of another run's plans are history", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      yield* settleShard(folder, yield* planOf(folder, 4, 4), 0)
      const catalogue = yield* openCatalogue(folder)
      assert.strictEqual((yield* catalogue.query("FROM items")).rows.length, 4)
      yield* writeRun(folder, { ...runRecord, run: "run-b" })
      assert.strictEqual((yield* catalogue.query("FROM items")).rows.length, 0)
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("say which file is gone when a committed part is missing", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const plan = yield* planOf(folder, 4, 4)
      const { commit } = yield* settleShard(folder, plan, 0)
      for (const part of commit.parts) rmSync(partFile(folder, part.path))
      const error = yield* Effect.flip(ask(folder, "FROM tales"))
      assert.strictEqual(error.problem, "missing")
      assert.include(error.message, folder.path)
    }).pipe(Effect.provide(duckLayer))
  )
})

describe("a statement", () => {
  it.effect("gives counts as numbers, what is too large as text, and the names and types of its columns", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const catalogue = yield* openCatalogue(folder)
      const result = yield* catalogue.query(
        "SELECT count(*) AS n, sum(range) AS total, 9007199254740993 AS big, 1.50 AS price, [1, 2]::BIGINT[] AS list, NULL AS none FROM range(4)"
      )
      assert.deepStrictEqual(result.rows, [
        { n: 4, total: 6, big: "9007199254740993", price: 1.5, list: [1, 2], none: null }
      ])
      assert.deepStrictEqual(
        result.columns.slice(0, 2).map(({ name, type }) => `${name} ${type}`),
        ["n BIGINT", "total HUGEINT"]
      )
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("that is wrong fails with DuckDB's message", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const error = yield* Effect.flip(ask(folder, "SELECT nothing FROM tales"))
      assert.strictEqual(error.problem, "sql")
      assert.include(error.message, '"nothing" not found')
      assert.include((yield* Effect.flip(ask(folder, "FROM talez"))).message, 'Did you mean "tales"')
      const own = yield* Effect.flip(ask(folder, "FROM 'my-notes.parquet'"))
      assert.strictEqual(own.problem, "sql")
      assert.include(own.message, "my-notes.parquet")
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("can be streamed, and left early", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const catalogue = yield* openCatalogue(folder)
      const { columns, rows } = yield* catalogue.stream("SELECT range AS n FROM range(1000000000)")
      assert.deepStrictEqual(columns, [{ name: "n", type: "BIGINT" }])
      assert.deepStrictEqual(yield* rows.pipe(Stream.take(2), Stream.runCollect), [{ n: 0 }, { n: 1 }])
    }).pipe(Effect.scoped, Effect.provide(duckLayer))
  )

  it.live("that is interrupted stops", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const slow = yield* Effect.forkChild(
        ask(folder, "SELECT count(*) FROM range(100000000000) t(i) WHERE hash(i) % 7 = 3")
      )
      yield* Effect.sleep("100 millis")
      const started = performance.now()
      yield* Fiber.interrupt(slow)
      assert.isBelow(performance.now() - started, 5_000)
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("of strangers reads this dataset only, and changes nothing", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const plan = yield* planOf(folder, 4, 4)
      yield* settleShard(folder, plan, 0)
      const secret = join(folder.path, "..", "secret.csv")
      writeFileSync(secret, "a\n1\n")
      const locked = <A, E>(effect: Effect.Effect<A, E, Duck>) =>
        Effect.provide(effect, Duck.layer({ onlyFolders: [folder.path] }), { local: true })
      const asked = (sql: string) =>
        locked(Effect.flatMap(openCatalogue(folder, { readOnly: true }), (catalogue) => catalogue.query(sql)))
      assert.strictEqual((yield* asked("FROM items")).rows.length, 4)
      assert.strictEqual((yield* asked("DESCRIBE items")).rows.length, 15)
      const refused: ReadonlyArray<readonly [string, RegExp]> = [
        [`SELECT * FROM read_csv('${secret}')`, /disabled by configuration/],
        [`SELECT * FROM read_text('${folder.path}/../secret.csv')`, /disabled by configuration/],
        [`COPY items TO '${folder.path}/x.parquet'`, /only one statement that reads/],
        ["SELECT 1; SELECT 2", /only one statement that reads/],
        ["SET enable_external_access = true", /only one statement that reads/],
        ["ATTACH ':memory:' AS other", /only one statement that reads/],
        ["INSERT INTO items SELECT * FROM items", /only one statement that reads|is not an table/]
      ]
      for (const [sql, reason] of refused) assert.match((yield* Effect.flip(asked(sql))).message, reason)
    }).pipe(Effect.provide(duckLayer))
  )
})

describe("calls", () => {
  it.effect("are the ledger's, with requests and replies only where they are asked for", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const put = (item: string) => Ledger.use((ledger) => ledger.put(entry(item, { item })))
      assert.deepStrictEqual(yield* ask(folder, "SELECT count(*) AS n FROM calls"), [{ n: 0 }])
      const catalogue = yield* openCatalogue(folder)
      const items = Effect.map(catalogue.query("SELECT item FROM calls ORDER BY item"), ({ rows }) =>
        rows.map((row) => row.item)
      )
      yield* put("k1").pipe(Effect.provide(layerSqlite(ledgerFile(folder)), { local: true }))
      assert.deepStrictEqual(yield* items, ["k1"])
      yield* put("k2").pipe(Effect.provide(layerSqlite(ledgerFile(folder)), { local: true }))
      assert.deepStrictEqual(yield* items, ["k1", "k2"])
      const names = (yield* catalogue.query("SELECT * FROM calls")).columns.map(({ name }) => name)
      assert.deepStrictEqual(names, [
        ..."address phase item stage role draw provider model prompt_tokens completion_tokens".split(" "),
        ..."cached_tokens cost_usd milliseconds attempts answered_at".split(" ")
      ])
      const [call] = (yield* catalogue.query(
        "SELECT request->>'$.messages[0].role' AS role, finish_reason, length(address) AS digits, answered_at FROM calls LIMIT 1"
      )).rows
      const known = entry("k1", { item: "k1" })
      assert.deepStrictEqual(call, {
        role: known.request.messages[0]?.role ?? null,
        finish_reason: known.reply.finishReason,
        digits: 64,
        answered_at: new Date(known.at)
          .toISOString()
          .replace("T", " ")
          .replace(/\.?0*Z$/, "")
      })
    }).pipe(Effect.provide(duckLayer))
  )
})

describe("TableReader", () => {
  it.effect("streams a table's rows in commit order, without their provenance", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const plan = yield* planOf(folder, 9, 4)
      for (const shard of [1, 0, 2]) yield* settleShard(folder, plan, shard)
      const layer = layerStoredTables(folder).pipe(Layer.provide(duckLayer))
      yield* Effect.gen(function* () {
        const reader = yield* TableReader
        const rows = yield* Stream.runCollect(reader.rows(Tales))
        assert.deepStrictEqual(rows.map(({ chapter, id }) => `${id}/${chapter}`).slice(6, 10), [
          "tell-k3/0",
          "tell-k3/1",
          "tell-k4/0",
          "tell-k4/1"
        ])
        assert.deepStrictEqual(rows[1], {
          id: "tell-k0",
          chapter: 1,
          lines: [{ speaker: "fox", text: "what a voice, k0!" }],
          moral: "beware"
        })
        assert.strictEqual((yield* Stream.runCollect(reader.rows(Items))).length, 9)
        assert.deepStrictEqual(yield* reader.query("SELECT count(*) AS n FROM tales"), [{ n: 18 }])
      }).pipe(Effect.provide(layer))
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("gives no rows twice when the parts are merged and swept while they are read", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const plan = yield* planOf(folder, 8, 4)
      for (const shard of [0, 1]) yield* settleShard(folder, plan, shard)
      const reader = yield* TableReader.use((service) => Effect.succeed(service)).pipe(
        Effect.provide(layerStoredTables(folder))
      )
      yield* Stream.runDrain(reader.rows(Items))
      yield* mergePhase(folder, plan)
      yield* sweep(folder, "run-a")
      const keys = (yield* Stream.runCollect(reader.rows(Items))).map(({ key }) => key)
      assert.deepStrictEqual(keys, ["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"])
    }).pipe(Effect.provide(duckLayer))
  )

  it.effect("fails with the table, the reason and what to do", () =>
    Effect.gen(function* () {
      const folder = yield* newDataset
      const plan = yield* planOf(folder, 4, 4)
      yield* settleShard(folder, plan, 0)
      const phase = yield* readPhase(folder, "run-a", "tell")
      const reader = yield* TableReader.use((service) => Effect.succeed(service)).pipe(
        Effect.provide(layerStoredTables(folder))
      )
      const tales = phase?.shards[0]?.parts.find(({ table }) => table === "tales")
      writeFileSync(partFile(folder, tales?.path ?? ""), "not a Parquet file at all")
      const error = yield* Effect.flip(Stream.runDrain(reader.rows(Tales)))
      assert.strictEqual(error.table, "tales")
      assert.match(error.message, /No magic bytes.*tales.*npm run verify -- NAME --repair/)
      rmSync(runFile(folder))
      assert.include((yield* Effect.flip(reader.query("FROM items"))).message, "There is no dataset here")
    }).pipe(Effect.provide(duckLayer))
  )
})
