import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Effect, type Scope } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { Asked, CapabilityServer, Reply } from "../server/capabilities/serve.ts"
import { type TeiOptions, teiServer } from "../server/capabilities/tei.ts"
import { type CliResult, cli, startCli } from "../support/cli.ts"
import {
  booksOf,
  bytesInForce,
  exists,
  filesHolding,
  pureBytes,
  rowsOf,
  scratchFolder
} from "../support/dataset-files.ts"

const MODEL = "org/toxicity"
const CARD = { id: MODEL, revision: "abc", backend: "tei", dtype: "float16", max_tokens: 100_000 }
/** Small batches, so that a run has many of them. Texts are never cut: what is asked is what is kept. */
const SERVER: TeiOptions = { model: MODEL, type: "classifier", sha: "abc", mostInputs: 4, maxTokens: 100_000 }

const scratch = scratchFolder()
const folder = (name: string) => join(scratch.path, "outputs", name)

/** With a server that lives as long as the test. */
const served = (
  options: Partial<TeiOptions>,
  test: (server: CapabilityServer) => Promise<void>
): (() => Promise<void>) => {
  const program: Effect.Effect<void, never, Scope.Scope> = Effect.flatMap(
    teiServer({ ...SERVER, ...options }),
    (server) => Effect.promise(() => test(server))
  )
  return () => Effect.runPromise(Effect.scoped(program))
}

/** A settings file that gives up soon; its name. */
const settingsFor = (url: string, more: Readonly<Record<string, unknown>> = {}): string => {
  const name = `settings-${new URL(url).port}.json`
  const toxicity = { provider: "tei", model: MODEL, baseUrl: url, concurrency: 2, patienceMillis: 100, ...more }
  writeFileSync(join(scratch.path, name), JSON.stringify({ localModels: { toxicity } }))
  return name
}

const words = (out: string, config: string, options = "{}"): ReadonlyArray<string> => [
  ...["curate", "one", "--out", out, "--filter", `toxicity=${options}`, "--config", config, "--concurrency", "2"],
  // What is kept is not to hang on anything but the filter.
  ...["--set", "near=false", "--set", "exact=false"]
]

const run = (out: string, config: string, env: Readonly<Record<string, string>> = {}): Promise<CliResult> =>
  cli(words(out, config), { cwd: scratch.path, env })

interface ItemRow {
  readonly phase: string
  readonly key: string
  readonly outcome: string
  readonly stage: string | null
  readonly code: string | null
  readonly reasons: ReadonlyArray<string>
}

const itemsOf = (name: string, outcome: string) =>
  rowsOf(
    folder(name),
    `FROM items WHERE phase = 'filters' AND outcome = '${outcome}' ORDER BY position`
  ) as unknown as Promise<ReadonlyArray<ItemRow>>

const trajectoryIds = async (name: string): Promise<ReadonlyArray<string>> =>
  (await rowsOf(folder(name), "SELECT trajectory_id FROM trajectories")).map((row) => String(row.trajectory_id))

/** Texts of all requests but the probe's, in the order in which they came. */
const textsOf = (asked: ReadonlyArray<Asked>): ReadonlyArray<string> =>
  asked
    .flatMap(({ body }) => (body as { readonly inputs: ReadonlyArray<readonly [string]> }).inputs)
    .map(([text]) => text)
    .filter((text) => text !== "The sky is blue on a clear day.")

const keptAnswers = (name: string): number => {
  const database = new DatabaseSync(join(folder(name), "answers.sqlite"), { readOnly: true })
  const row = database.prepare("SELECT count(*) AS count FROM answers").get()
  database.close()
  return Number(row?.count)
}

/** What a run without any trouble asks and makes. */
let undisturbed: ReadonlyArray<string>
let made: ReadonlyArray<{ readonly trajectory_id: string }>

beforeAll(async () => {
  const generated = await cli(["generate", "apigen-mt", "--items", "15", "--out", "one"], { cwd: scratch.path })
  assert.strictEqual(generated.code, 0, generated.stderr)
  made = (await rowsOf(folder("one"), "FROM trajectories")) as unknown as typeof made
  await served({}, async (server) => {
    const { code, stderr } = await run("undisturbed", settingsFor(server.url))
    assert.strictEqual(code, 0, stderr)
    undisturbed = textsOf(server.work())
  })()
}, 120_000)

afterAll(scratch.remove)

describe("a local model behind a server", () => {
  it("judges every row, is asked each text once, and is named beside every verdict", async () => {
    assert.isAbove(made.length, 6)
    assert.isAbove(undisturbed.length, 40)
    assert.strictEqual(new Set(undisturbed).size, undisturbed.length)
    assert.strictEqual(keptAnswers("undisturbed"), undisturbed.length)
    const judged = await rowsOf(folder("undisturbed"), "SELECT key, verdict, score, model FROM judgements")
    assert.deepStrictEqual(
      judged.map(({ model, score, verdict }) => [verdict, score, model]),
      made.map(() => ["pass", 0.25, CARD])
    )
    assert.deepStrictEqual(
      await trajectoryIds("undisturbed"),
      made.map(({ trajectory_id }) => trajectory_id)
    )
  })

  it(
    "that goes away in the middle fails the rows that it did not judge; retry and the same command complete the run",
    served({}, async (server) => {
      const config = settingsFor(server.url)
      let asked = 0
      server.setFault((reply) => {
        if (++asked > 6) void server.goAway()
        return reply
      })
      const gone = await run("gone", config)
      assert.strictEqual(gone.code, 0, gone.stderr)
      const failed = await itemsOf("gone", "failed")
      const accepted = await itemsOf("gone", "accepted")
      assert.isNotEmpty(failed)
      for (const { code, reasons, stage } of failed) {
        assert.deepStrictEqual([stage, code], ["classifier", "MODEL_UNREACHABLE"])
        assert.match(reasons[0] ?? "", /^text-embeddings-inference at http:.* (cannot be reached|broke off)/)
      }
      assert.strictEqual(accepted.length + failed.length, made.length)
      assert.deepStrictEqual(booksOf(folder("gone")), [
        {
          phase: "filters",
          planned: made.length,
          accepted: accepted.length,
          rejected: 0,
          failed: failed.length,
          pending: 0
        },
        { phase: "select", planned: accepted.length, accepted: accepted.length, rejected: 0, failed: 0, pending: 0 }
      ])
      const kept = await trajectoryIds("gone")
      const unjudged = failed.map(({ key }) => made[Number(key.split("/")[1])]?.trajectory_id)
      assert.strictEqual(kept.length, accepted.length)
      assert.isEmpty(kept.filter((id) => unjudged.includes(id)))

      server.setFault(undefined)
      await server.comeBack()
      const before = textsOf(server.work())
      const stored = keptAnswers("gone")
      const retried = await cli(["retry", "gone", "--config", config, "--concurrency", "2"], { cwd: scratch.path })
      assert.strictEqual(retried.code, 0, retried.stderr)
      assert.include(retried.stdout, `${failed.length} items were settled again.`)
      assert.include(retried.stdout, "npm run curate -- ... --out")
      const again = await run("gone", config)
      assert.strictEqual(again.code, 0, again.stderr)
      assert.isEmpty(await itemsOf("gone", "failed"))
      assert.deepStrictEqual(await bytesInForce(folder("gone")), await bytesInForce(folder("undisturbed")))
      assert.strictEqual(textsOf(server.work()).length - before.length, undisturbed.length - stored)
    }),
    60_000
  )

  for (const [what, change, reason] of [
    [
      "no number",
      (scores) => scores.map((score) => ({ ...score, score: null })),
      /score: Invalid input: expected number/
    ],
    ["fewer answers than texts", () => undefined, /\d answers? .*\d/]
  ] as ReadonlyArray<readonly [string, (scores: ReadonlyArray<object>) => ReadonlyArray<object> | undefined, RegExp]>) {
    it(
      `that gives ${what} fails the rows that hang on it, and they are not kept`,
      served({}, async (server) => {
        // One text that is in a batch of every run, whatever else is.
        const bad = undisturbed[10] ?? assert.fail("too few texts")
        server.setFault((reply, { body }) => {
          const at = (body as { readonly inputs: ReadonlyArray<readonly [string]> }).inputs.findIndex(
            ([text]) => text === bad
          )
          if (at < 0) return reply
          const answers = reply.body as ReadonlyArray<ReadonlyArray<object>>
          const changed = answers.flatMap((scores, index) => (index === at ? [change(scores) ?? []] : [scores]))
          return { ...reply, body: changed.filter((scores) => scores.length > 0) } satisfies Reply
        })
        const name = `bad-${what.replaceAll(" ", "-")}`
        const result = await run(name, settingsFor(server.url))
        assert.strictEqual(result.code, 0, result.stderr)
        const failed = await itemsOf(name, "failed")
        assert.isNotEmpty(failed)
        for (const { code, reasons } of failed) {
          assert.strictEqual(code, "MODEL_BAD_OUTPUT")
          assert.match(reasons[0] ?? "", reason)
        }
        const unjudged = failed.map(({ key }) => made[Number(key.split("/")[1])]?.trajectory_id)
        const kept = await trajectoryIds(name)
        assert.strictEqual(kept.length, made.length - failed.length)
        assert.isEmpty(kept.filter((id) => unjudged.includes(id)))
        assert.isTrue(booksOf(folder(name)).every(({ pending }) => pending === 0))
      }),
      60_000
    )
  }

  it(
    "is never asked again what it has answered, also after kill -9",
    served({}, async (server) => {
      const config = settingsFor(server.url)
      let asked = 0
      const running = startCli(words("killed", config), { cwd: scratch.path })
      server.setFault((reply) => {
        if (++asked === 8) running.child.kill("SIGKILL")
        return reply
      })
      assert.strictEqual((await running.ended).signal, "SIGKILL")
      server.setFault(undefined)
      const before = textsOf(server.work())
      const stored = keptAnswers("killed")
      assert.isAbove(stored, 0)
      assert.isBelow(stored, undisturbed.length)
      const resumed = await run("killed", config)
      assert.strictEqual(resumed.code, 0, resumed.stderr)
      const after = textsOf(server.work()).slice(before.length)
      // Each text that lies in the file is not asked again, and each other one is, once.
      assert.strictEqual(after.length, undisturbed.length - stored)
      assert.strictEqual(new Set(after).size, after.length)
      assert.deepStrictEqual([...new Set([...before, ...after])].sort(), [...undisturbed].sort())
      assert.deepStrictEqual(pureBytes(folder("killed")), pureBytes(folder("undisturbed")))
    }),
    60_000
  )

  it(
    "whose kept answers are damaged stops the run with one sentence that says what to do; without the file it goes on",
    served({}, async (server) => {
      const config = settingsFor(server.url)
      // Each is another run, which asks for answers that an earlier one has kept.
      const next = (passBelow: number) =>
        cli(words("damaged", config, JSON.stringify({ passBelow })), { cwd: scratch.path })
      assert.strictEqual((await next(0.41)).code, 0)
      const asked = textsOf(server.work()).length
      assert.strictEqual((await next(0.42)).code, 0)
      assert.strictEqual(textsOf(server.work()).length, asked)
      const file = join(folder("damaged"), "answers.sqlite")
      const bytes = readFileSync(file)
      for (const [what, damage] of [
        ["cut short", bytes.subarray(0, bytes.length - 4_096)],
        ["something else", Buffer.from("this is no database ".repeat(1_000))],
        [
          "overwritten in the middle",
          Buffer.concat([bytes.subarray(0, 4_096), Buffer.alloc(bytes.length - 4_096, 0xff)])
        ]
      ] as const) {
        writeFileSync(file, damage)
        const damaged = await next(0.43)
        assert.strictEqual(damaged.code, 1, `${what}: ${damaged.stderr}`)
        const told = damaged.stderr.split("\n").filter((line) => line.includes("answers.sqlite"))
        assert.strictEqual(told.length, 1, `${what}: ${damaged.stderr}`)
        assert.include(told[0], "Stop all runs on it and delete it")
        assert.isFalse(exists(join(folder("damaged"), "report.json")), what)
      }
      for (const suffix of ["", "-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true })
      const mended = await next(0.43)
      assert.strictEqual(mended.code, 0, mended.stderr)
      assert.strictEqual((await itemsOf("damaged", "accepted")).length, made.length)
    }),
    60_000
  )
})

describe("a local model that cannot be asked, before anything is written", () => {
  const KEY = "sk-that-nobody-may-see"

  const refused = async (out: string, result: CliResult, message: RegExp) => {
    assert.strictEqual(result.code, 2, result.stderr)
    assert.match(result.stderr, message)
    assert.strictEqual(result.stdout, "")
    assert.isFalse(exists(folder(out)))
  }

  it(
    "another one than asked for is told by its name",
    served({ model: "org/other" }, async (server) => {
      const told =
        /toxicity \(tei:org\/toxicity\): .* serves "org\/other", not "org\/toxicity"\. Name the model as the server does/
      await refused("other", await run("other", settingsFor(server.url)), told)
      assert.isEmpty(server.work())
    })
  )

  it(
    "another revision is told by both",
    served({}, async (server) => {
      const config = settingsFor(server.url, { revision: "def" })
      await refused(
        "revision",
        await run("revision", config),
        /serves revision abc of "org\/toxicity", and def is insisted on/
      )
    })
  )

  it(
    "a key that is refused, or that is not set, is told by its variable and never shown",
    served({ key: "right" }, async (server) => {
      const config = settingsFor(server.url, { apiKeyEnv: "TOXICITY_KEY" })
      const wrong = await run("wrong-key", config, { TOXICITY_KEY: KEY })
      await refused("wrong-key", wrong, /refused the key .*401.* Check the key in TOXICITY_KEY/)
      assert.notInclude(wrong.stderr, KEY)
      await refused(
        "no-key",
        await run("no-key", config),
        /Check the key in TOXICITY_KEY\..* TOXICITY_KEY is not set\./
      )
      const local = ["--local", `toxicity=tei:${MODEL}@${server.url}`]
      const onLine = await cli(["curate", "one", "--out", "on-line", "--filter", "toxicity={}", ...local], {
        cwd: scratch.path,
        env: { DIALOOM_API_KEY: KEY }
      })
      await refused("on-line", onLine, /Check the key in DIALOOM_API_KEY/)
      const right = await run("right-key", config, { TOXICITY_KEY: "right" })
      assert.strictEqual(right.code, 0, right.stderr)
      assert.deepStrictEqual(filesHolding(scratch.path, KEY), [])
      assert.deepStrictEqual(filesHolding(folder("right-key"), '"right"'), [])
    }),
    60_000
  )

  it(
    "a server that is not there is waited for as long as its patience lasts, and told by its address",
    served({}, async (server) => {
      await server.goAway()
      await refused(
        "nobody",
        await run("nobody", settingsFor(server.url)),
        /127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/
      )
    })
  )

  it(
    "a model that gives no numbers is found by its first answer",
    served({}, async (server) => {
      server.setFault((reply) => ({ ...reply, body: [[{ label: "toxic", score: null }]] }))
      await refused(
        "no-numbers",
        await run("no-numbers", settingsFor(server.url)),
        /score: Invalid input: expected number/
      )
    })
  )

  for (const [what, words, message] of [
    [
      "a folder",
      ["--filter", "toxicity={}", "--local", "toxicity=onnx:./nowhere"],
      /toxicity \(onnx:\.\/nowhere\): .*nowhere: check the path/
    ],
    [
      "a file",
      ["--filter", 'perplexity={"low":1,"high":100}', "--local", "perplexity=llama:./nowhere.gguf"],
      /nowhere\.gguf/
    ],
    [
      "a folder for vectors",
      ["--set", "semantic={}", "--local", "embedding=onnx:./nowhere"],
      /embedding \(onnx:\.\/nowhere\)/
    ],
    ["any model for reward", ["--filter", 'reward={"rejectBelow":0,"passAbove":1}'], /--local reward=/]
  ] as const) {
    it(`${what} that is not there`, async () => {
      const out = `missing-${what.replaceAll(" ", "-")}`
      await refused(out, await cli(["curate", "one", "--out", out, ...words], { cwd: scratch.path }), message)
    })
  }
})
