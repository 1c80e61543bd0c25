import { spawnSync } from "node:child_process"
import {
  cpSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync
} from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { readTotals } from "../../models/ledger-read.ts"
import { type CliResult, cli } from "../support/cli.ts"
import { booksOf, itemsOf, pureBytes, scratchFolder } from "../support/dataset-files.ts"

/** Two shards of blueprints, merged; one of trajectories. */
const GENERATE = ["generate", "apigen-mt", "--items", "20", "--set", "bestOfN=1"]

const scratch = scratchFolder()
const intact = join(scratch.path, "intact")
let bytes: Readonly<Record<string, string>>
let calls: number

const run = (...words: ReadonlyArray<string>): Promise<CliResult> => cli(words, { cwd: scratch.path })

/** A copy of the finished dataset, to be damaged. */
const copy = (name: string): string => {
  const path = join(scratch.path, name)
  cpSync(intact, path, { recursive: true })
  return path
}

const says = (result: CliResult, code: number, ...parts: ReadonlyArray<string>) => {
  assert.strictEqual(result.code, code, result.stderr)
  for (const part of parts) assert.include(result.stderr, part)
  assert.notMatch(result.stdout + result.stderr, /\n\s+at .*:\d+:\d+/, "a stack trace")
}

const isRestored = async (path: string) => {
  assert.deepStrictEqual(pureBytes(path), bytes)
  assert.deepStrictEqual(await itemsOf(path), await itemsOf(intact))
  assert.deepStrictEqual(booksOf(path), booksOf(intact))
}

const partOf = (path: string, table: string): string => {
  const [name] = readdirSync(join(path, "tables", table))
  return join(path, "tables", table, name ?? "none")
}

beforeAll(async () => {
  says(await run(...GENERATE, "--out", intact), 0)
  bytes = pureBytes(intact)
  calls = readTotals(join(intact, "ledger.sqlite")).calls
}, 60_000)

afterAll(scratch.remove)

describe("a damaged part", () => {
  const REMEDY = "`npm run verify -- NAME --repair` takes back the commits that name it"

  it.each([
    "trajectories",
    "blueprints"
  ])("of %s is named by every reader, and comes back byte for byte without a new call", async (table) => {
    const path = copy(`part-of-${table}`)
    const part = partOf(path, table)
    truncateSync(part, Math.floor(readFileSync(part).length / 2))
    says(await run("query", path, `select * from ${table}`), 1, part, REMEDY)
    says(await run("report", path), 1, part, REMEDY)
    const found = await run("verify", path)
    says(found, 1, "--repair takes them back")
    assert.include(found.stdout, `damaged or missing: tables/${table}/`)
    says(await run("verify", path, "--repair"), 0)
    says(await run(...GENERATE, "--out", path, "--max-calls", String(calls)), 0)
    await isRestored(path)
    assert.strictEqual(readTotals(join(path, "ledger.sqlite")).calls, calls)
    says(await run("verify", path), 0)
  }, 90_000)

  it("is named where only some of its bytes are others", async () => {
    const path = copy("flipped")
    const part = partOf(path, "trajectories")
    const file = openSync(part, "r+")
    writeSync(file, Buffer.alloc(64, 0xfd), 0, 64, Math.floor(readFileSync(part).length / 2))
    assert.include((await run("verify", path)).stdout, "damaged or missing: tables/trajectories/")
  })
})

describe("a damaged commit", () => {
  it("is named with a remedy that brings everything back without a new call", async () => {
    const path = copy("commit")
    const commit = join(path, "commits", "blueprints", "000000-1-0.json")
    writeFileSync(commit, readFileSync(commit, "utf8").slice(0, 40))
    for (const words of [
      ["query", path, "from items"],
      ["status", path],
      [...GENERATE, "--out", path]
    ]) {
      says(
        await run(...words),
        1,
        `${commit} is no JSON`,
        "Remove this file, then run `npm run verify -- NAME --repair`"
      )
    }
    rmSync(commit)
    says(await run("verify", path, "--repair"), 0)
    says(await run(...GENERATE, "--out", path, "--max-calls", String(calls)), 0)
    await isRestored(path)
    assert.strictEqual(readTotals(join(path, "ledger.sqlite")).calls, calls)
  }, 90_000)
})

describe("a ledger that lost its tail", () => {
  it("is named and can be salvaged: only calls that are gone are made again, and the tables stay as they are", async () => {
    const path = copy("ledger")
    const ledger = join(path, "ledger.sqlite")
    truncateSync(ledger, readFileSync(ledger).length - 50_000)
    for (const words of [
      ["status", path],
      [...GENERATE, "--out", path]
    ]) {
      says(await run(...words), 1, `${ledger} has`, "salvage it (`npm run salvage -- NAME`)")
    }
    const salvaged = await run("salvage", path)
    says(salvaged, 0)
    const [, kept] = /^(\d+) calls are in the fresh ledger/.exec(salvaged.stdout) ?? []
    assert.isAbove(Number(kept), calls / 2)
    assert.isBelow(Number(kept), calls)
    says(await run(...GENERATE, "--out", path), 0)
    assert.strictEqual(readTotals(ledger).calls, Number(kept), "committed items need no call")
    await isRestored(path)
    rmSync(join(path, "commits"), { recursive: true })
    rmSync(join(path, "tables"), { recursive: true })
    says(await run(...GENERATE, "--out", path), 0)
    assert.strictEqual(readTotals(ledger).calls, calls)
    await isRestored(path)
  }, 90_000)
})

describe("a disk that is full", () => {
  // A small file system of its own where this user may mount one; elsewhere a limit on the size of files, which fails alike.
  const mounts = process.platform === "linux" && spawnSync("unshare", ["-rm", "true"]).status === 0
  const sentence = mounts
    ? "The disk is full: the last replies were not stored and not used. Free some space"
    : "The disk or the file system failed."

  it("is named, and with space again the run goes on to the same bytes", async () => {
    const small = join(scratch.path, "small")
    mkdirSync(small)
    const out = join(small, "dataset")
    const words = `"${process.execPath}" "${join(import.meta.dirname, "../../scripts/dialoom.mjs")}" ${GENERATE.join(" ")} --out "${out}"`
    const script = mounts
      ? `mount -t tmpfs -o size=2m tmpfs "${small}" || exit 99
         ${words} || echo "ended with $?"
         mount -o remount,size=200m "${small}" && ${words} || exit 98
         cp -r "${out}" "${scratch.path}/grown"`
      : `(ulimit -f 1024; ${words}) || echo "ended with $?"
         ${words} || exit 98
         cp -r "${out}" "${scratch.path}/grown"`
    const [file = "", ...rest] = mounts ? ["unshare", "-rm", "sh", "-c", script] : ["sh", "-c", script]
    const { status, stderr, stdout } = spawnSync(file, rest, { encoding: "utf8", cwd: scratch.path })
    assert.strictEqual(status, 0, stderr)
    assert.include(stdout, "ended with 1\n")
    assert.include(stderr, `${join(out, "ledger.sqlite")}: `)
    assert.include(stderr, sentence)
    assert.notMatch(stderr, /\n\s+at .*:\d+:\d+/)
    await isRestored(join(scratch.path, "grown"))
    assert.strictEqual(readTotals(join(scratch.path, "grown", "ledger.sqlite")).calls, calls)
  }, 90_000)
})
