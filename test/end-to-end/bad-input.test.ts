import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type RunningServer, startServer } from "../server/server.ts"
import { type CliOptions, cli } from "../support/cli.ts"
import { exists, filesBelow, filesHolding, scratchFolder } from "../support/dataset-files.ts"

const SECRET = "sk-bad-input-0123456789"
const GENERATE = ["generate", "apigen-mt", "--items", "2"]

const scratch = scratchFolder()
const path = (name: string) => join(scratch.path, name)
let locked: RunningServer
let elsewhere: RunningServer
let good: ReadonlyArray<string>

/** The words must end with this code and say this on stderr, once, without a stack and without the key. */
const refuses = async (
  words: ReadonlyArray<string>,
  code: number,
  says: ReadonlyArray<string>,
  options: Partial<CliOptions> = {}
) => {
  const result = await cli(words, { cwd: scratch.path, ...options })
  const both = result.stdout + result.stderr
  assert.strictEqual(result.code, code, both)
  for (const part of says) assert.include(result.stderr, part)
  assert.notMatch(both, /\n\s+at .*:\d+:\d+/, "a stack trace")
  assert.notInclude(both, "bug in Dialoom")
  assert.notInclude(both, SECRET)
}

beforeAll(async () => {
  locked = await startServer({ keys: ["the right one"] })
  elsewhere = await startServer({ models: ["another"] })
  mkdirSync(path("foreign"))
  writeFileSync(path("foreign/thesis.txt"), "mine")
  mkdirSync(path("benchmark"))
  writeFileSync(path("benchmark/users.json"), "{ broken")
  writeFileSync(path("a-file"), "mine")
  mkdirSync(path("other"))
  const made = await cli([...GENERATE, "--out", "good"], { cwd: scratch.path })
  assert.strictEqual(made.code, 0, made.stderr)
  good = filesBelow(path("outputs/good"))
  const run = readFileSync(path("outputs/good/run.json"), "utf8")
  writeFileSync(path("other/run.json"), run.replace('"pipeline": "apigen-mt"', '"pipeline": "tooldial"'))
}, 60_000)

afterAll(async () => {
  await Promise.all([locked.close(), elsewhere.close()])
  scratch.remove()
})

describe("words that the command line does not know", () => {
  it.each([
    ["a pipeline", ["generate", "apigen"], 'There is no pipeline "apigen". Did you mean "apigen-mt"?'],
    ["a command", ["generat"], 'Unknown subcommand "generat" for "dialoom"\n\n  Did you mean this?\n    generate'],
    ["a flag", [...GENERATE, "--itemz", "3"], "Unrecognized flag: --itemz"],
    ["a role", [...GENERATE, "--role", "agnet=simulated"], 'no such role (did you mean "agent"?)'],
    ["a model", [...GENERATE, "--model", "simulatd"], '(did you mean "simulated"?)'],
    ["a settings file", [...GENERATE, "--config", "none.ts"], "none.ts. Check --config, or leave it out."]
  ])("%s gets what was meant, and exit code 2", (_, words, says) => refuses(words, 2, [says]))
})

describe("a config that the pipeline does not accept", () => {
  const REMEDY = 'Change it with --set KEY=VALUE, or under pipelines["apigen-mt"] of dialoom.config.ts.'
  it.each([
    ["a value of another type", ["--set", "judges=many"], "judges: Invalid input: expected number, received string"],
    ["an unknown knob", ["--set", "bestOfM=2"], '"bestOfM" is not a knob of this pipeline (did you mean "bestOfN"?)'],
    [
      "an even committee",
      ["--set", "judges=4"],
      '4 judges can be split evenly: take an odd number, or set tieRule to "zero"'
    ],
    ["no items at all", ["--items", "0"], "items: Too small: expected number to be >=1"]
  ])("%s is named with its knob and the remedy", (_, words, says) =>
    refuses(["generate", "apigen-mt", ...words, "--out", "never"], 2, [says, REMEDY]))

  it("leaves no folder behind", () => assert.isFalse(exists(path("outputs/never"))))
})

describe("limits that make no sense", () => {
  it.each([
    ["a budget of nothing", ["--max-calls", "0"], "--max-calls must be more than 0, not 0."],
    ["no call in flight", ["--concurrency", "0"], "--concurrency must be from 1 to 4096, not 0."]
  ])("%s is refused", (_, words, says) => refuses([...GENERATE, ...words], 2, [says]))

  it("a budget in dollars needs the model's price", () =>
    refuses([...GENERATE, "--model", `m@${elsewhere.url}`, "--max-usd", "1"], 2, [
      "--max-usd needs the price of m, which is not known.",
      "--max-tokens or --max-calls instead"
    ]))
})

describe("an endpoint that cannot serve the run", () => {
  it("is named where nobody listens, before any call", async () => {
    const gone = await startServer()
    await gone.close()
    await refuses([...GENERATE, "--model", `m@${gone.url}`, "--out", "never"], 2, [
      `${gone.url} does not answer`,
      "ECONNREFUSED",
      'Start the server of model "m", or check the URL'
    ])
    assert.isFalse(exists(path("outputs/never")))
  })

  it("is named with the variable to check where it refuses the key, before any call", async () => {
    const words = [...GENERATE, "--model", `m@${locked.url}`, "--out", "never"]
    await refuses(
      words,
      2,
      ['refuses the key for model "m" (status 401)', "Check the environment variable DIALOOM_API_KEY"],
      {
        env: { DIALOOM_API_KEY: SECRET }
      }
    )
    await refuses(words, 2, ["No key was sent: set DIALOOM_API_KEY."])
    assert.strictEqual(locked.log.entries.length, 0)
    assert.isFalse(exists(path("outputs/never")))
  })

  it("stops the run at once where it lacks the model; the folder can go on with another one, and holds no key", async () => {
    const words = [...GENERATE, "--out", "lacking"]
    await refuses(
      [...words, "--model", `m@${elsewhere.url}`],
      1,
      ["has no such model or path (404)", 'called "m" there'],
      {
        env: { DIALOOM_API_KEY: SECRET }
      }
    )
    assert.isAtMost(elsewhere.log.entries.length, 2)
    assert.deepStrictEqual(filesHolding(path("outputs/lacking"), SECRET), [])
    const resumed = await cli([...words, "--model", "simulated"], { cwd: scratch.path })
    assert.strictEqual(resumed.code, 0, resumed.stderr)
    assert.include(resumed.stderr, 'model of agent: "openai:m" -> "simulated:simulated"')
  })
})

describe("a place that cannot hold the dataset", () => {
  const unwritable = process.platform === "darwin" ? "/System/dialoom" : "/sys/dialoom"
  it.each([
    ["without the right to write", unwritable, `cannot make a dataset in ${unwritable}: no permission. Give this user`],
    [
      "full of other things",
      "./foreign",
      "is not empty and no dataset: it holds thesis.txt and no run.json. Choose another --out"
    ],
    ["taken by a file", "./a-file", "is a file, not a folder. Choose another name, or move the file away."],
    ["of another pipeline", "./other", "holds a dataset of tooldial, not of apigen-mt. Choose another --out."],
    ["outside of outputs", "up/../../x", '"up/../../x" is no name for a dataset.']
  ])("%s is refused", (_, out, says) => refuses([...GENERATE, "--out", out], 2, [says]))

  it("is left as it was", () => {
    assert.deepStrictEqual(filesBelow(path("foreign")), ["thesis.txt"])
    assert.deepStrictEqual(filesBelow(path("other")), ["run.json"])
  })
})

describe("a benchmark folder that is broken", () => {
  it("is named with its file, before any call, and the dataset that was there stays as it was", async () => {
    const before = readFileSync(path("outputs/good/run.json"), "utf8")
    const broken = path("benchmark")
    await refuses([...GENERATE, "--out", "good", "--set", `databaseFolder=${broken}`], 2, [
      `${join(broken, "users.json")}: is not JSON. The folder must hold users.json, products.json and orders.json`
    ])
    assert.strictEqual(readFileSync(path("outputs/good/run.json"), "utf8"), before)
    assert.deepStrictEqual(filesBelow(path("outputs/good")), good)
  })
})

describe("questions that have no answer", () => {
  it.each([
    ["SQL with a mistake", ["query", "good", "selec 1"], 'syntax error at or near "selec"'],
    [
      "SQL about an unknown column",
      ["query", "good", "select domian from trajectories"],
      'Candidate bindings: "domain"'
    ],
    ["SQL about an unknown table", ["query", "good", "from trajectorys"], 'Did you mean "trajectories"?'],
    ["an unknown item", ["explain", "good", "b99"], 'good has no item "b99". Near it: b0, b1'],
    [
      "an unknown call",
      ["explain", "good", "--call", "abcdef123456"],
      "has no call whose address begins with abcdef123456"
    ],
    [
      "an unknown dataset",
      ["query", "nothing", "select 1"],
      "There is no dataset here: `generate` with --out nothing makes one."
    ]
  ])("%s ends with code 2 and the way on", (_, words, says) => refuses(words, 2, [says]))
})
