import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { cli, startCli } from "../support/cli.ts"
import { scratchFolder } from "../support/dataset-files.ts"

const scratch = scratchFolder()
const at = { cwd: scratch.path }
const ESCAPE = "\u001b"

beforeAll(async () => {
  const made = await cli(["generate", "apigen-mt", "--items", "2", "--out", "good"], at)
  assert.strictEqual(made.code, 0, made.stderr)
}, 60_000)

afterAll(scratch.remove)

describe("a reader that stops early", () => {
  it("ends a query without a word", async () => {
    const running = startCli(["query", "good", "select range from range(3000000)", "--format", "csv"], at)
    running.child.stdout?.once("data", () => running.child.stdout?.destroy())
    const { code, signal, stderr } = await running.ended
    assert.deepStrictEqual([code, signal, stderr], [0, null, ""])
  })

  it("does not end a run that nobody watches any more", async () => {
    const running = startCli(["generate", "apigen-mt", "--items", "3", "--out", "unwatched"], at)
    running.child.stderr?.destroy()
    const { code, stdout } = await running.ended
    assert.strictEqual(code, 0)
    assert.include(stdout, "The books balance")
  })
})

describe("control characters in data", () => {
  it("do not reach the terminal by an error that quotes them", async () => {
    const sql = `select cast(key || chr(27) || '[31m' as int) from items`
    const { code, stderr } = await cli(["query", "good", sql], at)
    assert.strictEqual(code, 2)
    assert.include(stderr, "[31m")
    assert.notInclude(stderr, ESCAPE)
  })

  it("do not reach it by a folder's own record either", async () => {
    const file = join(scratch.path, "outputs/good/run.json")
    const before = readFileSync(file, "utf8")
    writeFileSync(file, JSON.stringify({ ...JSON.parse(before), name: `x${ESCAPE}[2J`, startedAt: `${ESCAPE}]0;y` }))
    for (const command of ["status", "report"]) {
      const { code, stderr, stdout } = await cli([command, "good"], at)
      assert.strictEqual(code, 0, stderr)
      assert.include(stdout, "x [2J")
      assert.notInclude(stdout, ESCAPE)
    }
    writeFileSync(file, before)
  })

  it("are kept in what a program reads", async () => {
    const { stdout } = await cli(["query", "good", "select chr(27) as c", "--format", "csv"], at)
    assert.strictEqual(stdout, `c\n${ESCAPE}\n`)
  })
})
