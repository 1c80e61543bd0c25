import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import {
  closeSync,
  existsSync,
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
import { Effect, Option } from "effect"
import { Ledger, type LedgerEntry, LedgerError } from "../../models/ledger.ts"
import { checkKind, openForWriting } from "../../models/ledger-file.ts"
import { packer } from "../../models/ledger-format.ts"
import { guarded } from "../../models/ledger-guard.ts"
import { findCalls, heldAddresses, readCalls, readTotals } from "../../models/ledger-read.ts"
import { salvage } from "../../models/ledger-salvage.ts"
import { layerMemory, layerSqlite } from "../../models/ledger-sqlite.ts"
import { ledgerWriter } from "../../models/ledger-writer.ts"
import { address, entry } from "../support/ledger-entry.ts"

const root = mkdtempSync(join(tmpdir(), "dialoom-ledger-"))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let folders = 0
const file = () => {
  const folder = join(root, String(folders++))
  mkdirSync(folder)
  return join(folder, "ledger.sqlite")
}

const putAll = (entries: ReadonlyArray<LedgerEntry>) =>
  Ledger.use((ledger) => Effect.forEach(entries, ledger.put, { concurrency: "unbounded" }))
const filled = (path: string, count: number) =>
  putAll(Array.from({ length: count }, (_, n) => entry(`call-${n}`))).pipe(Effect.provide(layerSqlite(path)))

const child = fileURLToPath(new URL("../support/ledger-child.ts", import.meta.url))

/**
 * Runs ledger-child; the lines that it printed whole, and what it said on stderr. `killAfter` kills it with SIGKILL at that many
 * lines; `prefix` is shell that comes before it.
 */
const runChild = (
  args: ReadonlyArray<string>,
  options: { readonly killAfter?: number; readonly prefix?: string } = {}
): Promise<{ readonly lines: ReadonlyArray<string>; readonly errors: string }> =>
  new Promise((resolve) => {
    const shell = `${options.prefix ?? ""} exec "$0" "$@"`
    const running = spawn("/bin/sh", ["-c", shell, process.execPath, child, ...args], {
      stdio: ["ignore", "pipe", "pipe"]
    })
    let text = ""
    let errors = ""
    running.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString()
    })
    running.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString()
      if (text.split("\n").length > (options.killAfter ?? Number.POSITIVE_INFINITY)) running.kill("SIGKILL")
    })
    running.on("close", () => resolve({ lines: text.split("\n").slice(0, -1), errors }))
  })

for (const [name, layer] of [
  ["layerSqlite", () => layerSqlite(file())],
  ["layerMemory", () => layerMemory]
] as const) {
  describe(`Ledger.${name}`, () => {
    it.effect("answers what was put, whole, and nothing else", () =>
      Effect.gen(function* () {
        const ledger = yield* Ledger
        const long = "policy ".repeat(100)
        const whole = entry("whole", {
          request: {
            model: "small",
            messages: [
              { role: "system", content: long },
              { role: "user", content: "no change" },
              {
                role: "assistant",
                content: null,
                reasoning: "look it up",
                tool_calls: [{ id: "c1", name: "find", arguments: '{"n":1}' }]
              },
              { role: "tool", content: `${long}\u0000é😀`, tool_call_id: "c1", name: "find" }
            ],
            tools: [{ name: "find", description: long, parameters: { type: "object", properties: {} } }],
            response: { name: "answer", schema: { type: "object", description: long } },
            sampling: { temperature: 0.7, topP: 0.9, maxTokens: 9, stop: ["x"], seed: 5 }
          }
        })
        yield* ledger.put(whole)
        assert.deepStrictEqual(Option.getOrThrow(yield* ledger.get(whole.address)), whole)
        assert.isTrue(Option.isNone(yield* ledger.get(address("other"))))
      }).pipe(Effect.provide(layer()))
    )

    it.effect("keeps the first write of an address, and says so to the second", () =>
      Effect.gen(function* () {
        const ledger = yield* Ledger
        const first = yield* ledger.put(entry("same", { item: "first" }))
        const second = yield* ledger.put(entry("same", { item: "second" }))
        assert.deepStrictEqual([first.item, second.item], ["first", "first"])
        assert.deepStrictEqual(second, entry("same", { item: "first" }))
      }).pipe(Effect.provide(layer()))
    )

    it.effect("keeps one of two writes that come at once", () =>
      Effect.gen(function* () {
        const both = yield* putAll([entry("same", { item: "a" }), entry("same", { item: "b" })])
        assert.deepStrictEqual(
          both.map(({ item }) => item),
          ["a", "a"]
        )
      }).pipe(Effect.provide(layer()))
    )

    it.effect("adds up the calls that count, once each", () =>
      Effect.gen(function* () {
        yield* putAll([entry("a"), entry("b"), entry("a")])
        assert.deepStrictEqual(yield* Ledger.use((ledger) => ledger.totals), {
          calls: 2,
          promptTokens: 40,
          completionTokens: 10,
          costUsd: 0.5
        })
      }).pipe(Effect.provide(layer()))
    )
  })
}

describe("the ledger's file", () => {
  it.effect("is read again by the next process, totals included", () => {
    const path = file()
    return Effect.gen(function* () {
      yield* filled(path, 600)
      const [found, totals] = yield* Ledger.use((ledger) =>
        Effect.all([ledger.get(address("call-599")), ledger.totals])
      ).pipe(Effect.provide(layerSqlite(path)))
      assert.deepStrictEqual(Option.getOrThrow(found), entry("call-599"))
      assert.strictEqual(totals.calls, 600)
    })
  })

  it.effect("stores what is queued before it closes, also of a fiber that was interrupted", () => {
    const path = file()
    return Effect.gen(function* () {
      yield* Effect.gen(function* () {
        const ledger = yield* Ledger
        yield* Effect.timeoutOption(ledger.put(entry("late")), 0).pipe(Effect.forkChild)
        yield* Effect.yieldNow
      }).pipe(Effect.provide(layerSqlite(path)))
      assert.deepStrictEqual([...heldAddresses(path, [address("late"), address("never")])], [address("late")])
    })
  })

  it("holds every acknowledged put after kill -9 in the middle of writing", async () => {
    const path = file()
    const { lines: acknowledged } = await runChild([path, "killed", "200000"], { killAfter: 2000 })
    assert.isAtLeast(acknowledged.length, 1000)
    const addresses = acknowledged.map((line) => address(line.split(" ")[0] ?? ""))
    assert.strictEqual(heldAddresses(path, addresses).size, addresses.length)
    const stored = readTotals(path).calls
    assert.isAtLeast(stored, addresses.length)
    assert.isBelow(stored, 200000)
    assert.strictEqual([...readCalls(path, { bodies: true })].length, stored)
  })

  it("takes a ledger that another process makes in this very moment for one", () => {
    const path = file()
    const database = new DatabaseSync(path)
    let made = false
    const prepare: DatabaseSync["prepare"] = (sql) => {
      const statement = database.prepare(sql)
      const get = () => {
        const row = statement.get()
        if (!made) openForWriting(path).close()
        made = true
        return row
      }
      return new Proxy(statement, {
        get: (target, name) => (name === "get" ? get : Reflect.get(target, name))
      })
    }
    try {
      checkKind(path, { prepare })
      assert.isTrue(made)
    } finally {
      database.close()
    }
  })

  it("lets two processes write at once, and tells both of one winner for each address", async () => {
    const path = file()
    const [left, right] = await Promise.all([
      runChild([path, "left", "1500", "500"]),
      runChild([path, "right", "1500", "500"])
    ])
    assert.deepStrictEqual([left.errors, right.errors], ["", ""])
    assert.deepStrictEqual([left.lines.length, right.lines.length], [1500, 1500])
    assert.strictEqual(readTotals(path).calls, 2500)
    const shared = (lines: ReadonlyArray<string>) => lines.filter((line) => line.startsWith("shared-")).sort()
    assert.deepStrictEqual(shared(left.lines), shared(right.lines))
  })

  it.effect("stores a text that requests repeat once", () => {
    const path = file()
    const policy = "Refunds take five days. ".repeat(500)
    const calls = Array.from({ length: 100 }, (_, n) => {
      const call = entry(`p${n}`)
      return { ...call, request: { ...call.request, messages: [{ role: "system", content: policy } as const] } }
    })
    return Effect.gen(function* () {
      yield* putAll(calls).pipe(Effect.provide(layerSqlite(path)))
      assert.isBelow(statSync(path).size, 15 * policy.length)
      const [read] = [...readCalls(path, { item: "item-p7", bodies: true })]
      assert.deepStrictEqual(JSON.parse(read?.request ?? ""), calls[7]?.request)
    })
  })
})

describe("readers", () => {
  it.effect("see a running ledger without stopping it, in the order in which calls were stored", () => {
    const path = file()
    return Effect.gen(function* () {
      yield* putAll(Array.from({ length: 1200 }, (_, n) => entry(`n${n}`, { phase: n % 2 === 0 ? "even" : "odd" })))
      const rows = readCalls(path, { phase: "odd", bodies: false })
      const first = rows.next().value
      assert.deepStrictEqual(first, {
        address: address("n1"),
        phase: "odd",
        item: "item-n1",
        stage: "converse",
        role: "agent",
        draw: 0,
        provider: "openai",
        model: "small-2025",
        prompt_tokens: 20,
        completion_tokens: 5,
        cached_tokens: 4,
        cost_usd: 0.25,
        milliseconds: 120,
        attempts: 1,
        at: 1_700_000_000_000,
        reply: null,
        request: null
      })
      // In the middle of a read, writing and folding the log into the file both go on.
      yield* Ledger.use((ledger) => ledger.put(entry("meanwhile", { phase: "odd" })))
      const rest = [...rows].map(({ item }) => item)
      assert.strictEqual(rest.length, 600)
      assert.deepStrictEqual([rest[0], rest[598], rest[599]], ["item-n3", "item-n1199", "item-meanwhile"])
    }).pipe(Effect.provide(layerSqlite(path)))
  })

  it.effect("find a call by the first digits of its address", () => {
    const path = file()
    return Effect.gen(function* () {
      yield* filled(path, 50)
      assert.deepStrictEqual(findCalls(path, address("call-7").slice(0, 16)), [entry("call-7")])
      assert.deepStrictEqual(findCalls(path, address("call-99").slice(0, 16)), [])
    })
  })

  it("take a ledger that is not there for one without calls", () => {
    const path = file()
    assert.deepStrictEqual([...readCalls(path, { bodies: true })], [])
    assert.deepStrictEqual(readTotals(path), { calls: 0, promptTokens: 0, completionTokens: 0, costUsd: 0 })
    assert.isFalse(existsSync(path))
    // Another process has just made the file and not yet said what is in it.
    writeFileSync(path, "")
    assert.deepStrictEqual([...readCalls(path, { bodies: true })], [])
    assert.strictEqual(readTotals(path).calls, 0)
  })
})

describe("a ledger that cannot be used", () => {
  const opening = (path: string) =>
    Effect.flip(Ledger.use((ledger) => ledger.totals).pipe(Effect.provide(layerSqlite(path))))

  it.effect("fails by name where a folder is missing", () =>
    Effect.gen(function* () {
      const path = join(root, "missing", "ledger.sqlite")
      const error = yield* opening(path)
      assert.instanceOf(error, LedgerError)
      assert.strictEqual(error.path, path)
      assert.include(error.message, "Check that the folder exists")
    })
  )

  it.effect("fails by name where the file is garbage", () =>
    Effect.gen(function* () {
      const path = file()
      writeFileSync(path, "this is no database ".repeat(1000))
      const error = yield* opening(path)
      assert.strictEqual(error.path, path)
      assert.include(error.message, "file is not a database")
      assert.include(error.message, "salvage it")
      assert.deepStrictEqual(salvage(path), { calls: 0, lost: null, damaged: `${path}.damaged-1` })
      assert.include(readFileSync(`${path}.damaged-1`, "utf8"), "this is no database")
    })
  )

  it.effect("fails where the file is another SQLite database, and leaves it alone", () =>
    Effect.gen(function* () {
      const path = file()
      const other = new DatabaseSync(path)
      other.exec("CREATE TABLE recipes (name TEXT)")
      other.close()
      const before = createHash("sha256").update(readFileSync(path)).digest("hex")
      assert.include((yield* opening(path)).message, "is an SQLite database but no ledger")
      assert.strictEqual(createHash("sha256").update(readFileSync(path)).digest("hex"), before)
    })
  )

  it.effect("fails where a newer Dialoom wrote it", () =>
    Effect.gen(function* () {
      const path = file()
      yield* filled(path, 1)
      const newer = new DatabaseSync(path)
      newer.exec("PRAGMA user_version = 99")
      newer.close()
      assert.include((yield* opening(path)).message, "newer Dialoom (format 99)")
    })
  )

  it.effect("fails where the file was cut short, and salvage keeps what is left of it", () =>
    Effect.gen(function* () {
      const path = file()
      yield* filled(path, 2000)
      const size = statSync(path).size
      truncateSync(path, Math.floor(size / 2))
      const error = yield* opening(path)
      assert.include(error.message, `and should have ${size}`)
      const saved = salvage(path)
      assert.strictEqual(saved.damaged, `${path}.damaged-1`)
      assert.isAtLeast(saved.calls, 500)
      assert.strictEqual(saved.calls + (saved.lost ?? Number.NaN), 2000)
      assert.strictEqual(statSync(saved.damaged).size, Math.floor(size / 2))
      const rows = [...readCalls(path, { bodies: true })]
      assert.strictEqual(rows.length, saved.calls)
      const found = yield* Ledger.use((ledger) => ledger.get(rows[0]?.address ?? "")).pipe(
        Effect.provide(layerSqlite(path))
      )
      assert.strictEqual(Option.getOrThrow(found).reply.content, JSON.parse(rows[0]?.reply ?? "{}").content)
    })
  )

  it.effect("fails where bytes inside a call have changed, and salvage drops that call alone", () =>
    Effect.gen(function* () {
      const path = file()
      yield* filled(path, 300)
      const at = readFileSync(path).indexOf("On its way, call-123.")
      const handle = openSync(path, "r+")
      writeSync(handle, "Oh it's ", at)
      closeSync(handle)
      const error = yield* Ledger.use((ledger) => ledger.get(address("call-123"))).pipe(
        Effect.provide(layerSqlite(path)),
        Effect.flip
      )
      assert.include(error.message, `call ${address("call-123")} is damaged`)
      assert.include(error.message, "salvage it")
      assert.deepInclude(salvage(path), { calls: 299, lost: 1 })
      assert.strictEqual(heldAddresses(path, [address("call-122"), address("call-123")]).size, 1)
    })
  )

  it.effect("keeps all that is readable round pages of garbage", () =>
    Effect.gen(function* () {
      const path = file()
      yield* filled(path, 2000)
      const handle = openSync(path, "r+")
      const pages = Math.floor(statSync(path).size / 4096)
      for (const part of [0.3, 0.5, 0.8])
        writeSync(handle, Buffer.alloc(4096, 0xa5), 0, 4096, Math.floor(pages * part) * 4096)
      closeSync(handle)
      const saved = salvage(path)
      assert.isAtLeast(saved.calls, 1500)
      assert.strictEqual([...readCalls(path, { bodies: true })].length, saved.calls)
    })
  )

  it.effect("is not taken for a new one while a salvage that was cut short has left only the damaged copy", () =>
    Effect.gen(function* () {
      const path = file()
      yield* filled(path, 10)
      writeFileSync(`${path}.damaged-1`, readFileSync(path))
      rmSync(path)
      assert.include((yield* opening(path)).message, "a salvage was cut short")
      assert.strictEqual(salvage(path).calls, 10)
      assert.strictEqual(readTotals(path).calls, 10)
    })
  )

  it("stores nothing of a commit that finds the disk full", () => {
    const path = file()
    const database = openForWriting(path)
    const { write } = ledgerWriter(database)
    const { pack } = packer()
    write([pack(entry("before"))])
    const big = entry("big")
    // As SQLite sees a full disk: no page more.
    database.exec("PRAGMA max_page_count = 1")
    let thrown: unknown
    try {
      guarded(path, () =>
        write([pack(entry("with it")), pack({ ...big, reply: { ...big.reply, content: "x".repeat(99_999) } })])
      )
    } catch (error) {
      thrown = error
    }
    assert.instanceOf(thrown, LedgerError)
    assert.include(thrown.message, "The disk is full: the last replies were not stored and not used.")
    database.close()
    assert.strictEqual(readTotals(path).calls, 1)
  })

  it("fails a put that the file system did not take, and holds all that it acknowledged", async () => {
    const path = file()
    // The file may grow to 400 blocks of 512 bytes.
    const { errors, lines } = await runChild([path, "limited", "5000"], { prefix: "ulimit -f 400; trap '' XFSZ;" })
    assert.include(errors, "The disk or the file system failed")
    assert.isAtLeast(lines.length, 10)
    const addresses = lines.map((line) => address(line.split(" ")[0] ?? ""))
    assert.strictEqual(heldAddresses(path, addresses).size, addresses.length)
  })
})
