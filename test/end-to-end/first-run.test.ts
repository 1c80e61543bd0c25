import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { startServer } from "../server/server.ts"
import { type CliResult, cli } from "../support/cli.ts"
import { booksOf, exists, filesHolding, itemsOf, pureBytes, rowsOf, scratchFolder } from "../support/dataset-files.ts"

const SECRET = "sk-first-run-0123456789"

const scratch = scratchFolder()
const outputs = (name: string) => join(scratch.path, "outputs", name)
const run = (...words: ReadonlyArray<string>): Promise<CliResult> => cli(words, { cwd: scratch.path })
const succeeds = async (...words: ReadonlyArray<string>): Promise<string> => {
  const { code, stderr, stdout } = await run(...words)
  assert.strictEqual(code, 0, stderr)
  return stdout
}

let shown: CliResult

beforeAll(async () => {
  shown = await run("generate", "apigen-mt")
}, 120_000)

afterAll(scratch.remove)

describe("a new user's first run: generate apigen-mt, nothing else", () => {
  it("needs no key and no network, and says where the dataset is and how to ask it", () => {
    assert.strictEqual(shown.code, 0, shown.stderr)
    assert.include(shown.stdout, "The books balance: planned = accepted + rejected + failed + pending.")
    assert.include(shown.stdout, `rows in trajectories. The dataset is in ${outputs("apigen-mt")}\n`)
    assert.include(shown.stdout, 'Ask it:    npm run query -- apigen-mt "select * from trajectories limit 3"')
    assert.include(shown.stdout, "Read more: npm run report -- apigen-mt")
    assert.match(shown.stderr, /trajectories \d+\/\d+ \(100 %\)/)
  })

  it("gives at least 60 dialogues, and turns down at least 10 items for at least 4 reasons", async () => {
    const books = booksOf(outputs("apigen-mt"))
    assert.isAtLeast(books[1]?.accepted ?? 0, 60)
    assert.strictEqual(
      books.reduce((sum, one) => sum + one.failed + one.pending, 0),
      0
    )
    const [rejected] = await rowsOf(
      outputs("apigen-mt"),
      "SELECT count(*) AS items, count(DISTINCT (stage, code)) AS reasons, min(len(reasons)) AS told FROM rejected"
    )
    assert.isAtLeast(Number(rejected?.items), 10)
    assert.isAtLeast(Number(rejected?.reasons), 4)
    assert.isAtLeast(Number(rejected?.told), 1)
  })

  it("answers the README's question in SQL, in every format", async () => {
    const sql = "select domain, count(*) as n, avg(n_tool_calls) as calls from trajectories group by 1"
    const accepted = booksOf(outputs("apigen-mt"))[1]?.accepted
    const [line] = (await succeeds("query", "apigen-mt", sql, "--format", "json")).trim().split("\n")
    const row = JSON.parse(line ?? "") as Record<string, unknown>
    assert.strictEqual(row.domain, "retail")
    assert.strictEqual(row.n, accepted)
    assert.isAbove(Number(row.calls), 1)
    assert.match(await succeeds("query", "apigen-mt", sql), new RegExp(`retail +${accepted} `))
    assert.match(
      await succeeds("query", "apigen-mt", sql, "--format", "csv"),
      new RegExp(`^domain,n,calls\nretail,${accepted},`)
    )
    await succeeds("query", "apigen-mt", sql, "--format", "parquet", "--output", "answer.parquet")
    assert.strictEqual(readFileSync(join(scratch.path, "answer.parquet")).toString("latin1", 0, 4), "PAR1")
  })

  it("answers statements from a pipe, and goes on after a mistake", async () => {
    const asked = await cli(["query", "apigen-mt"], {
      cwd: scratch.path,
      input:
        "select 6 * 7\n as answer;\nselec;\nselect count(*) as planned from plan where phase = 'blueprints';\n.quit\nselect 'never';\n"
    })
    assert.strictEqual(asked.code, 0, asked.stderr)
    assert.match(asked.stdout, /answer\n-+\n +42\n/)
    assert.match(asked.stdout, /planned\n-+\n +120\n/)
    assert.include(asked.stderr, 'syntax error at or near "selec"')
    assert.include(asked.stderr, "Tables: ")
    assert.notInclude(asked.stdout, "never")
  })

  it("is explained by status, report and explain", async () => {
    const status = await succeeds("status", "apigen-mt")
    assert.match(status, /^apigen-mt: apigen-mt, started .*, finished\n/)
    assert.match(status, /blueprints +120 /)
    const json = JSON.parse(await succeeds("status", "apigen-mt", "--json")) as Record<string, unknown>
    assert.isTrue(json.complete)
    assert.deepStrictEqual(json.books, booksOf(outputs("apigen-mt")))

    const report = await succeeds("report", "apigen-mt")
    assert.include(report, "Books (balanced)")
    assert.include(report, `As data: ${join(outputs("apigen-mt"), "report.json")}`)

    const [turned] = await rowsOf(
      outputs("apigen-mt"),
      "SELECT key, stage, code, reasons[1] AS reason FROM items WHERE outcome = 'rejected' AND calls > 0 ORDER BY position LIMIT 1"
    )
    const story = await succeeds("explain", "apigen-mt", String(turned?.key))
    assert.include(story, `Item ${turned?.key} of phase blueprints`)
    assert.include(story, `Outcome: rejected at stage ${turned?.stage}, reason ${turned?.code}`)
    assert.include(story, String(turned?.reason).split("\n")[0] ?? "(no reason)")
    const [call] = /^[0-9a-f]{16}/m.exec(story) ?? []
    const one = await succeeds("explain", "apigen-mt", "--call", String(call))
    assert.match(one, new RegExp(`^Call ${call}[0-9a-f]{48}\n`))
    assert.include(one, `item ${turned?.key}`)
    assert.match(one, / {2}user: /)
  })

  it("has nothing to retry, and starting it again changes no byte", async () => {
    assert.include(await succeeds("retry", "apigen-mt"), "Nothing to retry: no item failed that way.")
    const before = pureBytes(outputs("apigen-mt"))
    const again = await run("generate", "apigen-mt", "--max-calls", "1")
    assert.strictEqual(again.code, 0, again.stderr)
    assert.include(again.stderr, "Resuming ")
    assert.deepStrictEqual(pureBytes(outputs("apigen-mt")), before)
  })
})

describe("what a user tries next", () => {
  const FEW = ["--items", "12", "--set", "bestOfN=1"]

  it("the same seed in another folder gives the same bytes, another seed others", async () => {
    await succeeds("generate", "apigen-mt", "--out", "one", ...FEW, "--seed", "7")
    await succeeds("generate", "apigen-mt", "--out", "two", ...FEW, "--seed", "7", "--concurrency", "3")
    await succeeds("generate", "apigen-mt", "--out", "three", ...FEW, "--seed", "8")
    assert.deepStrictEqual(pureBytes(outputs("one")), pureBytes(outputs("two")))
    assert.deepStrictEqual(await itemsOf(outputs("one")), await itemsOf(outputs("two")))
    assert.notDeepEqual(pureBytes(outputs("one")), pureBytes(outputs("three")))
  }, 90_000)

  it("a budget of calls ends with code 3 and is kept; the same command with a higher one goes on to the same bytes", async () => {
    const stopped = await run("generate", "apigen-mt", "--out", "brake", ...FEW, "--seed", "7", "--max-calls", "60")
    assert.strictEqual(stopped.code, 3, stopped.stderr)
    assert.include(stopped.stderr, "The budget of 60 calls is used up")
    assert.include(stopped.stderr, "run the same command with a higher --max-calls to go on")
    assert.isFalse(exists(join(outputs("brake"), "report.json")))
    const [spent] = await rowsOf(outputs("brake"), "SELECT count(*) AS calls FROM calls")
    assert.strictEqual(Number(spent?.calls), 60)
    await succeeds("generate", "apigen-mt", "--out", "brake", ...FEW, "--seed", "7")
    assert.deepStrictEqual(pureBytes(outputs("brake")), pureBytes(outputs("one")))
  }, 60_000)

  it("a dry run says what it would cost and leaves no folder", async () => {
    const text = await succeeds("generate", "apigen-mt", "--out", "dry", ...FEW, "--dry-run")
    assert.include(text, "12 items of apigen-mt, estimated from a pilot of 12")
    assert.match(text, /In all about \d+ calls \(95 %: \d+ to \d+\), USD 0\.0000/)
    assert.include(text, "Nothing was sent.")
    assert.isFalse(exists(outputs("dry")))
  }, 60_000)

  it("the config is shown as it would be used", async () => {
    const text = await succeeds("generate", "apigen-mt", "--set", "bestOfN=2", "--items", "5", "--show-config")
    const config = JSON.parse(text) as Record<string, unknown>
    assert.deepInclude(config, { items: 5, bestOfN: 2, judges: 3, domain: "retail" })
  })

  it("models says how to add one, what an endpoint can do, and what is wrong with a key without showing it", async () => {
    assert.include(
      await succeeds("models"),
      "No model is configured, so every role is spoken by the pipeline's simulated models."
    )
    const server = await startServer({ keys: ["right"], models: ["m"], toolCallRate: 1 })
    const asked = (key: string) =>
      cli(["models", "--model", `m@${server.url}`], { cwd: scratch.path, env: { DIALOOM_API_KEY: key } })
    const good = await asked("right")
    assert.strictEqual(good.code, 0, good.stderr)
    assert.match(good.stdout, /http:\/\/127\.0\.0\.1:\d+\/v1 +yes +yes +native +yes +yes/)
    const bad = await asked(SECRET)
    await server.close()
    assert.strictEqual(bad.code, 1)
    assert.include(bad.stderr, "401")
    assert.notInclude(bad.stdout + bad.stderr, SECRET)
    assert.deepStrictEqual(filesHolding(scratch.path, SECRET), [])
  })
})
