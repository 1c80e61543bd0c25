import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { cli } from "../support/cli.ts"
import { booksOf, exists, rowsOf, scratchFolder } from "../support/dataset-files.ts"

const scratch = scratchFolder()
const outputs = (name: string) => join(scratch.path, "outputs", name)
const run = (...words: ReadonlyArray<string>) => cli(words, { cwd: scratch.path })

beforeAll(async () => {
  const made = await run("generate", "apigen-mt", "--out", "night", "--items", "16", "--set", "bestOfN=1")
  assert.strictEqual(made.code, 0, made.stderr)
}, 120_000)

afterAll(scratch.remove)

const FEW = [
  "--rows",
  "4",
  "--filter",
  "structure={}",
  "--filter",
  "toxicity={}",
  "--set",
  'defects=["role-order","near-copy"]'
]

describe("calibrate", () => {
  it("measures filters on a dataset, draws the picture, and a second run changes nothing", async () => {
    const made = await run("calibrate", "night", ...FEW)
    assert.strictEqual(made.code, 0, made.stderr)
    assert.include(made.stdout, "The books balance")
    const picture = join(outputs("night-calibration"), "calibration.svg")
    assert.include(made.stdout, `As a picture: ${picture}`)
    const drawn = readFileSync(picture, "utf8")
    assert.match(drawn, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
    assert.include(drawn, "role-order (4)")
    const [trials, duplicates] = booksOf(outputs("night-calibration"))
    assert.deepStrictEqual([trials?.planned, trials?.accepted, duplicates?.planned], [8, 8, 2])

    const again = await run("calibrate", "night", ...FEW)
    assert.strictEqual(again.code, 0, again.stderr)
    assert.include(again.stderr, "Resuming ")
    assert.strictEqual(readFileSync(picture, "utf8"), drawn)
  }, 60_000)

  it("can be asked like any dataset: report, query, verify", async () => {
    const report = await run("report", "night-calibration")
    assert.strictEqual(report.code, 0, report.stderr)
    assert.match(report.stdout, /structure +role-order +4 +1 +0\.5101 +1 /)
    assert.include(report.stdout, "False alarms: why")
    const [caught] = await rowsOf(
      outputs("night-calibration"),
      "SELECT count(*) AS n FROM trials JOIN plants USING (key) WHERE judge = 'structure' AND verdict = 'reject'"
    )
    assert.strictEqual(caught?.n, 4)
    const verified = await run("verify", "night-calibration")
    assert.strictEqual(verified.code, 0, verified.stderr)
  }, 60_000)

  it("refuses a filter that is not there, naming the nearest, and leaves no folder", async () => {
    const refused = await run("calibrate", "night", "--out", "none", "--filter", "toxicty={}")
    assert.strictEqual(refused.code, 2)
    assert.include(refused.stderr, 'Did you mean "toxicity"?')
    const wrong = await run("calibrate", "night", "--out", "none", "--filter", "toxicity=high")
    assert.include(wrong.stderr, "the options of a filter are JSON, {} for its defaults")
    assert.isFalse(exists(outputs("none")))
  }, 60_000)

  it("refuses a dataset whose run has not ended, and one that is not there", async () => {
    rmSync(join(outputs("night"), "report.json"))
    const unfinished = await run("calibrate", "night", ...FEW, "--out", "early")
    assert.strictEqual(unfinished.code, 2)
    assert.include(unfinished.stderr, "is not finished")
    const missing = await run("calibrate", "day")
    assert.strictEqual(missing.code, 2)
    assert.include(missing.stderr, "outputs/day")
  }, 60_000)
})
