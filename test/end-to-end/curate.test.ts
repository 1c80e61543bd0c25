import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { RunRecord } from "../../schemas/run.ts"
import { cli, startCli } from "../support/cli.ts"
import { booksOf, pureBytes, rowsOf, scratchFolder } from "../support/dataset-files.ts"

const scratch = scratchFolder()
const at = { cwd: scratch.path }
const folder = (name: string) => join(scratch.path, "outputs", name)

const curate = async (...words: ReadonlyArray<string>) => {
  const result = await cli(["curate", ...words], at)
  assert.strictEqual(result.code, 0, result.stderr)
  return result
}

interface Row {
  readonly trajectory_id: string
  readonly user_id: string
  readonly task_kind: string
  readonly n_tool_calls: number
  readonly split: string | null
  readonly messages: ReadonlyArray<{ readonly role: string; readonly content: string | null }>
  readonly provenance: {
    readonly run: string
    readonly pipeline: string
    readonly item: string
    readonly simulated: boolean
  }
}
interface Removal {
  readonly key: string
  readonly step: string
  readonly code: string
  readonly reasons: ReadonlyArray<string>
  readonly partner: string | null
  readonly similarity: number | null
  readonly evidence: string | null
}

const trajectories = (name: string) =>
  rowsOf(folder(name), "FROM trajectories") as unknown as Promise<ReadonlyArray<Row>>
const removals = (name: string) => rowsOf(folder(name), "FROM removals") as unknown as Promise<ReadonlyArray<Removal>>

let made: ReadonlyArray<Row>

beforeAll(async () => {
  for (const [name, seed] of [
    ["one", "1"],
    ["two", "2"]
  ] as const) {
    const words = ["generate", "apigen-mt", "--items", "30", "--seed", seed, "--out", name, "--set", "bestOfN=1"]
    const result = await cli(words, at)
    assert.strictEqual(result.code, 0, result.stderr)
  }
  made = [...(await trajectories("one")), ...(await trajectories("two"))]
}, 120_000)

afterAll(scratch.remove)

describe("curate", () => {
  it("takes the rows of all sources in order, and each keeps where it came from", async () => {
    await curate("one", "two", "--out", "both")
    const rows = await trajectories("both")
    assert.isAbove(rows.length, 20)
    assert.deepStrictEqual(
      rows.map(({ split: _, ...row }) => row),
      made.map((row) => ({ ...row }))
    )
    const runs = ["one", "two"].map(
      (name) => (JSON.parse(readFileSync(join(folder(name), "run.json"), "utf8")) as RunRecord).run
    )
    assert.sameMembers([...new Set(rows.map(({ provenance }) => provenance.run))], runs)
    assert.isTrue(rows.every(({ provenance }) => provenance.simulated && provenance.pipeline === "apigen-mt"))
    assert.match(readFileSync(join(folder("both"), "README.md"), "utf8"), /Made by simulated models/)
  })

  it("removes copies, and names the row that stays in the place of each", async () => {
    await curate("one", "two", "one", "--out", "copies")
    const gone = await removals("copies")
    const of = (await trajectories("one")).length
    assert.deepStrictEqual(
      gone.map(({ key, partner, similarity, step, code }) => [key, partner, similarity, step, code]),
      Array.from({ length: of }, (_, row) => [`one-2/${row}`, `one/${row}`, 1, "exact", "EXACT_DUPLICATE"])
    )
    assert.strictEqual((await trajectories("copies")).length, made.length)
    assert.deepStrictEqual(await booksOf(folder("copies")), [
      { phase: "select", planned: made.length + of, accepted: made.length, rejected: of, failed: 0, pending: 0 }
    ])
  })

  it("removes near copies too, and lets the rows of the highest rank into a quota", async () => {
    await curate(
      ...["one", "one", "--out", "ranked", "--set", "exact=false", "--set", "rank=n_tool_calls"],
      ...["--set", 'quotas=[{"by":"domain","maximum":3}]']
    )
    const own = await trajectories("one")
    const gone = await removals("ranked")
    assert.deepStrictEqual(
      gone.filter(({ step }) => step === "near").map(({ key, partner, similarity }) => [key, partner, similarity]),
      own.map((_, row) => [`one-2/${row}`, `one/${row}`, 1])
    )
    const kept = (await trajectories("ranked")).map(({ n_tool_calls }) => n_tool_calls)
    const most = own.map(({ n_tool_calls }) => n_tool_calls).sort((left, right) => right - left)
    assert.deepStrictEqual(
      kept.toSorted((left, right) => right - left),
      most.slice(0, 3)
    )
  })

  it("removes what stands in an evaluation set, with the span and the reference's row", async () => {
    const references = join(scratch.path, "references")
    mkdirSync(references, { recursive: true })
    const target = made[3] as Row
    const message = target.messages.findIndex(
      ({ content, role }) => role === "user" && (content ?? "").split(" ").length >= 14
    )
    const said = target.messages[message]?.content ?? assert.fail("no long message")
    writeFileSync(
      join(references, "held-out.jsonl"),
      [
        { question: "Something else that nobody in these dialogues would ever say, not even by chance, in a shop" },
        { question: said }
      ]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join("")
    )
    await curate("one", "two", "--out", "clean", "--against", "references", "--set", "near=false")
    const [first, ...others] = (await removals("clean")).filter(({ step }) => step === "contamination")
    assert.isDefined(first)
    const evidence = (JSON.parse(first?.evidence ?? "[]") as ReadonlyArray<Record<string, unknown>>)[0]
    assert.strictEqual(evidence?.row, 2)
    assert.strictEqual(evidence?.file, join(references, "held-out.jsonl"))
    const rows = [first, ...others].map((removal) => made[indexOf(removal?.key ?? "")] as Row)
    assert.include(
      rows.map(({ trajectory_id }) => trajectory_id),
      target.trajectory_id
    )
    const hit = made[indexOf(first?.key ?? "")]?.messages[Number(evidence?.message)]?.content ?? ""
    assert.strictEqual(hit.slice(Number(evidence?.start), Number(evidence?.end)), evidence?.matched)
    const left = await trajectories("clean")
    assert.notInclude(
      left.map(({ trajectory_id }) => trajectory_id),
      target.trajectory_id
    )
  })

  it("removes rows that ask what an evaluation set asks in other words, where a similarity is set", async () => {
    const references = join(scratch.path, "paraphrases")
    mkdirSync(references, { recursive: true })
    const target = made[5] as Row
    const said = target.messages.find(({ content, role }) => role === "user" && (content ?? "").split(" ").length >= 12)
    const words = (said?.content ?? assert.fail("no long message")).split(" ")
    const other = words.map((word, place) => (place % 6 === 5 ? "really" : word)).join(" ")
    writeFileSync(join(references, "asked.jsonl"), `${JSON.stringify({ prompt: other })}\n`)
    const against = ["--against", "paraphrases", "--set", "contamination.ngram=60", "--set", "near=false"]
    await curate("one", "two", "--out", "reworded", ...against, "--set", "contamination.similarity=0.7")
    const gone = await removals("reworded")
    const own = gone.find(({ key }) => made[indexOf(key)]?.trajectory_id === target.trajectory_id)
    assert.strictEqual(own?.code, "PARAPHRASED")
    assert.isAtLeast(own?.similarity ?? 0, 0.7)
    const [evidence] = JSON.parse(own?.evidence ?? "[]") as ReadonlyArray<Record<string, unknown>>
    assert.deepStrictEqual([evidence?.text, evidence?.reference], [said?.content, other])
    await curate("one", "two", "--out", "literal", ...against)
    assert.isEmpty(await removals("literal"))
  })

  it("fills quotas, and never puts one user into two splits", async () => {
    await curate(
      ...["one", "two", "--out", "divided", "--set", 'quotas=[{"by":"task_kind","maximum":5}]'],
      ...["--set", "splits.by=user_id", "--set", 'splits.shares={"train":0.7,"test":0.3}']
    )
    const rows = await trajectories("divided")
    const kinds = Map.groupBy(rows, ({ task_kind }) => task_kind)
    assert.isTrue([...kinds.values()].every((some) => some.length <= 5))
    assert.isTrue([...kinds.values()].some((some) => some.length === 5))
    for (const some of Map.groupBy(rows, ({ user_id }) => user_id).values()) {
      assert.strictEqual(new Set(some.map(({ split }) => split)).size, 1)
    }
    assert.deepStrictEqual([...new Set(rows.map(({ split }) => split))].sort(), ["test", "train"])
    assert.isTrue((await removals("divided")).every(({ code, step }) => step === "quotas" && code === "OVER_QUOTA"))
  })

  it("puts each row through the filters that are asked for, and says what each said", async () => {
    await curate(
      ...["one", "two", "--out", "filtered", "--filter", 'structure={"maxTurns":14}', "--filter", "length={}"],
      ...["--set", "audit=1", "--set", "pilot=5"]
    )
    const judged = (await rowsOf(folder("filtered"), "FROM judgements")) as unknown as ReadonlyArray<{
      readonly key: string
      readonly filter: string
      readonly verdict: string
      readonly provenance: { readonly phase: string }
    }>
    const rejected = judged.filter(({ provenance, verdict }) => provenance.phase === "filters" && verdict === "reject")
    const gone = (await removals("filtered")).filter(({ step }) => step === "filters")
    assert.sameMembers(
      [...new Set(rejected.map(({ key }) => key))],
      gone.map(({ key }) => key)
    )
    assert.isNotEmpty(gone)
    assert.strictEqual((await trajectories("filtered")).length + (await removals("filtered")).length, made.length)
    assert.strictEqual(
      new Set(judged.filter(({ provenance }) => provenance.phase === "pilot").map(({ key }) => key)).size,
      5
    )
  })

  it("gives the same bytes again, in another folder and after kills", async () => {
    const words = ["one", "two", "one", "--filter", "structure={}", "--filter", "repetition={}", "--set", "splits={}"]
    await curate(...words, "--out", "first")
    // Each is the end of one kind of work, and the begin of the next.
    for (const commit of [
      "pilot/plan-1.json",
      "filters/plan-1.json",
      "filters/000000-1-0.json",
      "select/plan-1.json"
    ]) {
      const running = startCli(["curate", ...words, "--out", "second"], at)
      const timer = setInterval(() => {
        if (existsSync(join(folder("second"), "commits", commit))) running.child.kill("SIGKILL")
      }, 1)
      const { signal } = await running.ended
      clearInterval(timer)
      assert.strictEqual(signal, "SIGKILL", commit)
    }
    await curate(...words, "--out", "second")
    assert.deepStrictEqual(await pureBytes(folder("second")), await pureBytes(folder("first")))
  })

  it("gives the same bytes with one item in flight, and where two processes work on one folder", async () => {
    const words = ["one", "two", "--filter", "structure={}", "--filter", "length={}", "--set", "semantic={}"]
    await curate(...words, "--out", "alone", "--concurrency", "1")
    await Promise.all([1, 2].map(() => curate(...words, "--out", "shared", "--set", "splits=false")))
    assert.deepStrictEqual(await pureBytes(folder("shared")), await pureBytes(folder("alone")))
  })

  it("asks no filter about rows that are not wanted to begin with", async () => {
    await curate("one", "--out", "wanted", "--filter", "structure={}", "--set", "where=task_kind = 'write'")
    const kinds = await rowsOf(folder("wanted"), "SELECT count(DISTINCT key)::INT AS rows FROM judgements")
    const writes = (await trajectories("one")).filter(({ task_kind }) => task_kind === "write").length
    assert.deepStrictEqual(kinds, [{ rows: writes }])
    const gone = (await removals("wanted")).filter(({ step }) => step === "where")
    assert.strictEqual(gone.length, (await trajectories("one")).length - writes)
    assert.isTrue(gone.every(({ code }) => code === "WHERE"))
  })

  it("goes on where no row is left, and from a dataset without rows", async () => {
    const words = ["--filter", "structure={}", "--filter", "length={}", "--set", "splits={}", "--set", "semantic={}"]
    await curate("one", "--out", "nothing", "--set", "where=n_tool_calls < 0", ...words, "--set", "diversity.rows=3")
    assert.isEmpty(await trajectories("nothing"))
    await curate("nothing", "--out", "nothing-again", ...words, "--set", "diversity.rows=3")
    assert.deepStrictEqual(
      (await booksOf(folder("nothing-again"))).map(({ planned }) => planned),
      [0, 0, 0]
    )
    await curate("nothing", "one", "--out", "something", ...words, "--set", "diversity.rows=1")
    assert.deepStrictEqual(
      (await trajectories("something")).map(({ split }) => split),
      ["train"]
    )
  })

  it("chooses the rows that are least alike, or those that stand for most", async () => {
    const chosen = async (name: string, ...flags: ReadonlyArray<string>) => {
      await curate("one", "--out", name, "--set", "diversity.rows=5", ...flags)
      return (await trajectories(name)).map(({ trajectory_id }) => trajectory_id)
    }
    const farthest = await chosen("farthest")
    const covering = await chosen("covering", "--set", "diversity.choose=covering")
    assert.deepStrictEqual([farthest.length, covering.length], [5, 5])
    assert.notDeepEqual(covering, farthest)
    assert.isTrue((await removals("covering")).every(({ code, step }) => step === "diversity" && code === "NOT_CHOSEN"))
  })

  it("is a source like any other", async () => {
    await curate("both", "--out", "again", "--set", "where=task_kind = 'write'")
    const rows = await trajectories("again")
    assert.isTrue(rows.every(({ task_kind }) => task_kind === "write"))
    assert.strictEqual(rows.length, made.filter(({ task_kind }) => task_kind === "write").length)
  })
})

describe("what curate refuses, before it writes anything", () => {
  const refused: ReadonlyArray<readonly [why: string, words: ReadonlyArray<string>, message: RegExp]> = [
    ["a dataset that is not there", ["three"], /three/],
    ["a filter that is not there", ["one", "--filter", "lenght={}"], /no filter "lenght".*"length"/s],
    ["an option that a filter does not have", ["one", "--filter", 'length={"longest":3}'], /longest/],
    ["options that are no JSON", ["one", "--filter", "length=3 turns"], /JSON/],
    ["a table that has no dialogues", ["one", "--table", "blueprints"], /trajectories can be curated/],
    ["a source as its own target", ["one", "--out", "one"], /is one of the sources/],
    ["a judge without a model", ["one", "--filter", "judge={}"], /--role judge=/],
    ["a knob that is not there", ["one", "--set", "nearly=false"], /did you mean "near".*config\.ts names every knob/s],
    ["a model for a judge that is not asked", ["one", "--role", "judge=simulated"], /--filter judge=/],
    [
      "two vectors for a row",
      ["one", "--set", "semantic={}", "--set", 'diversity={"rows":3,"over":"user"}'],
      /semantic.over is dialogue/
    ],
    ["no item in flight", ["one", "--concurrency", "0"], /--concurrency must be from 1 to 4096/],
    ["an expression that is no SQL", ["one", "--set", "where=task_kind = = 'write'"], /task_kind = = 'write'/],
    ["a condition that is true of no row by itself", ["one", "--set", "where=count(*) > 3"], /count_star/],
    ["an aggregate by another name", ["one", "--set", "where=geomean(n_tool_calls) > 1"], /1 values for the \d+ rows/],
    ["a condition that is a text", ["one", "--set", "where=task_kind"], /Could not convert string/],
    ["a rank that is a text", ["one", "--set", "rank=task_kind"], /Could not convert string/],
    ["a quota by what there is not", ["one", "--set", 'quotas=[{"by":"kind","maximum":1}]'], /Candidate bindings/],
    ["an evaluation set that is not there", ["one", "--against", "absent"], /absent: it is not there/],
    ["a source given as an evaluation set", ["one", "--against", "outputs/one/run.json"], /holds no \*\.jsonl/]
  ]
  for (const [why, words, message] of refused) {
    it(`${why}`, async () => {
      const result = await cli(["curate", ...words, ...(words.includes("--out") ? [] : ["--out", "refused"])], at)
      assert.strictEqual(result.code, 2, result.stderr)
      assert.match(result.stderr, message)
      assert.strictEqual(result.stdout, "")
      assert.isFalse(existsSync(folder("refused")))
    })
  }
})

/** Position among `made` of a row's key. */
const indexOf = (key: string): number => {
  const [name, row] = key.split("/")
  const before = name === "one" ? 0 : made.filter(({ provenance }) => provenance.run === made[0]?.provenance.run).length
  return before + Number(row)
}
