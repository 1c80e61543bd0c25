import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { Report } from "../../schemas/report.ts"
import { cli } from "../support/cli.ts"
import { filesBelow, scratchFolder } from "../support/dataset-files.ts"

const scratch = scratchFolder()
const path = (name: string) => join(scratch.path, name)
const at = { cwd: scratch.path }

/** The statement of docs/apigen-mt.md that draws drafts to be labelled. */
const documented = (): string => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/apigen-mt.md"), "utf8")
  const [, sql] =
    /^npm run --silent query -- apigen-mt "(select item, round, .*)" --format json > labels.jsonl$/m.exec(page) ?? []
  return sql ?? assert.fail("docs/apigen-mt.md no longer says how to draw drafts")
}

interface Line {
  readonly item: string
  readonly round: number
  readonly shown: { readonly task: string; readonly diffs: ReadonlyArray<string> }
}
let drawn: ReadonlyArray<Line>
let text: string

const labelled = async (lines: ReadonlyArray<unknown>, ...flags: ReadonlyArray<string>) => {
  writeFileSync(path("labels.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""))
  return cli(["report", "people", "--labels", "labels.jsonl", ...flags], at)
}

beforeAll(async () => {
  const made = await cli(["generate", "apigen-mt", "--items", "80", "--out", "people", "--set", "bestOfN=1"], at)
  assert.strictEqual(made.code, 0, made.stderr)
  const draw = await cli(["query", "people", documented(), "--format", "json"], at)
  assert.strictEqual(draw.code, 0, draw.stderr)
  text = draw.stdout
  drawn = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line)
}, 120_000)

afterAll(scratch.remove)

describe("labels by people (done-means 25)", () => {
  it("are asked of 100 drafts, the same each time, in no order of items, with the task and without the votes", async () => {
    assert.strictEqual(drawn.length, 100)
    assert.strictEqual((await cli(["query", "people", documented(), "--format", "json"], at)).stdout, text)
    const order = drawn.map((line) => Number(line.item.slice(1)))
    assert.notDeepEqual(
      order,
      order.toSorted((left, right) => left - right)
    )
    for (const { shown } of drawn) assert.isString((JSON.parse(shown.task) as { intent: unknown }).intent)
    assert.isTrue(drawn.some(({ shown }) => shown.diffs.some((diff) => diff.startsWith("diff --git"))))
    assert.notMatch(text, /reviewer-|verdict|planted|<thought>/)
  })

  it("stand beside the committee's in the report and in its JSON: people who say what it says agree with it", async () => {
    const majority = await cli(
      [
        "query",
        "people",
        "select item, round, m.criterion as criterion, m.score as score from (select item, round, unnest(verdict.majority) as m from blueprint_attempts)",
        "--format",
        "json"
      ],
      at
    )
    const scores = majority.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { item: string; round: number; criterion: string; score: number })
    const lines = drawn.map((line) => ({
      ...line,
      labeller: "echo",
      ...Object.fromEntries(
        scores
          .filter((one) => one.item === line.item && one.round === line.round)
          .map((one) => [one.criterion, one.score])
      )
    }))
    const result = await labelled(lines, "--json")
    assert.strictEqual(result.code, 0, result.stderr)
    const section = (JSON.parse(result.stdout) as Report).sections.at(-1)
    assert.strictEqual(section?.title, "Reviewers: agreement with people")
    assert.notInclude(section?.note, "fewer than")
    for (const [judge, criterion, drafts, people, committee, agreement, low, high] of section?.rows.slice(0, 4) ?? []) {
      assert.deepStrictEqual([judge, drafts, agreement, low, high], ["committee", 100, 1, 0.963, 1], String(criterion))
      assert.strictEqual(people, committee)
    }
    const shown = await labelled(lines.slice(0, 99))
    assert.strictEqual(shown.code, 0, shown.stderr)
    assert.include(shown.stdout, "Reviewers: agreement with people\nPeople labelled 99 drafts.")
    assert.include(shown.stdout, "fewer than the 100 asked for: correctness 99, completeness 99")
  })

  it("come back from a spreadsheet by way of SQL", async () => {
    const csv = await cli(["query", "people", documented(), "--format", "csv"], at)
    // Each column of a line but the long last one, filled in as a spreadsheet would.
    writeFileSync(path("labels.csv"), csv.stdout.replaceAll(/^(b\d+,\d+),,,,,,/gm, "$1,ann,1,0,1,1,"))
    const lines = await cli(["query", "people", "from read_csv('labels.csv')", "--format", "json"], at)
    writeFileSync(path("from-csv.jsonl"), lines.stdout)
    const result = await cli(["report", "people", "--labels", "from-csv.jsonl", "--json"], at)
    assert.strictEqual(result.code, 0, result.stderr)
    const rows = (JSON.parse(result.stdout) as Report).sections.at(-1)?.rows
    assert.deepStrictEqual(
      rows?.slice(0, 2).map((row) => row.slice(0, 4)),
      [
        ["committee", "correctness", 100, 1],
        ["committee", "completeness", 100, 0]
      ]
    )
  })

  it("that cannot be used end the report with code 2, one message with file and line, and nothing else", async () => {
    const before = filesBelow(scratch.path)
    const report = readFileSync(path("outputs/people/report.json"), "utf8")
    const [first, second] = drawn
    const cases: ReadonlyArray<readonly [line: unknown, says: string]> = [
      [{ ...second, correctness: 2 }, "labels.jsonl, line 2: correctness: must be 0 or 1, not 2. A line is one JSON"],
      [{ ...second, item: "b800" }, 'labels.jsonl, line 2: the dataset has no draft of an item "b800". Near it: b'],
      [{ ...second, draft: "sha256-0" }, "labels.jsonl, line 2: labels the draft sha256-0 of item"]
    ]
    for (const [line, says] of cases) {
      const result = await labelled([{ ...first, correctness: 1 }, line])
      assert.deepStrictEqual([result.code, result.stdout], [2, ""])
      assert.isTrue(result.stderr.startsWith(says), result.stderr)
      assert.strictEqual(result.stderr.trim().split("\n").length, 1)
    }
    assert.deepStrictEqual(filesBelow(scratch.path), before)
    assert.strictEqual(readFileSync(path("outputs/people/report.json"), "utf8"), report)
  })
})
