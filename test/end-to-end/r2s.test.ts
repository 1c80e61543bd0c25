import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { documentIn, GllmTarget } from "../../pipelines/r2s/training/gllm-row.ts"
import { cli, startCli } from "../support/cli.ts"
import { booksOf, itemsOf, pureBytes, rowsOf, scratchFolder } from "../support/dataset-files.ts"

const scratch = scratchFolder()
const at = (name: string) => join(scratch.path, "outputs", name)
const run = (...words: ReadonlyArray<string>) => cli(words, { cwd: scratch.path })
const CORPUS = join(import.meta.dirname, "../../pipelines/r2s/corpus")
/** The Chinese documents, and nothing planted. */
const ZH = ["--set", `documents=${join(CORPUS, "zh")}`, "--set", "mistakes.dialogue=0"]
const SMALL = ["generate", "r2s", "--items", "16"]

interface Spoken {
  readonly role: string
  readonly content: string
}

beforeAll(async () => {
  for (const [name, words] of [
    ["first", SMALL],
    ["zh", ["generate", "r2s", ...ZH]]
  ] as const) {
    const { code, stderr } = await run(...words, "--out", name)
    assert.strictEqual(code, 0, stderr)
  }
}, 120_000)

afterAll(() => scratch.remove())

describe("r2s from the shipped documents with the simulated models", () => {
  it("balances, and every planned chunk is kept or turned down with a reason (R2S 7.19)", async () => {
    const books = booksOf(at("first"))
    assert.deepStrictEqual(
      books.map(({ phase }) => phase),
      ["documents", "chunks", "dialogues", "select"]
    )
    assert.strictEqual(books[0]?.planned, 16)
    const [kept] = await rowsOf(at("first"), "SELECT count(*) AS n FROM dialogues")
    assert.strictEqual(Number(kept?.n), books[3]?.accepted)
    assert.isAbove(Number(kept?.n), 8)
    const [nameless] = await rowsOf(
      at("first"),
      "SELECT count(*) AS n FROM items WHERE outcome <> 'accepted' AND code IS NULL"
    )
    assert.strictEqual(Number(nameless?.n), 0)
  })

  it("every passage is where it is said to be: in the document's text, within its chunk (R2S 7.1)", async () => {
    const passages = await rowsOf(
      at("first"),
      `SELECT r.thought.found AS found, r.thought.found_match AS match, d.text[r.thought.found_start + 1 : r.thought.found_end] AS there,
              c.passage = d.text[d.chunks[c.chunk_index + 1].char_start + 1 : d.chunks[c.chunk_index + 1].char_end] AS same
       FROM (SELECT *, unnest(rounds) AS r FROM dialogues) c JOIN documents d USING (doc_id) WHERE r.thought.found IS NOT NULL`
    )
    assert.isAbove(passages.length, 50)
    for (const { found, match, same, there } of passages) {
      assert.deepStrictEqual([match, same], ["exact", true])
      // The marks at the end of a sentence are no words.
      assert.include(String(found), String(there))
    }
  })

  it("the document stands in the prompt of gllm_train, never in its target, which reads back as the dialogue (R2S 7.13)", async () => {
    const rows = await rowsOf(
      at("first"),
      "SELECT to_json(g.messages)::VARCHAR AS messages, d.passage, to_json(d.rounds)::VARCHAR AS rounds FROM gllm_train g JOIN dialogues d USING (id)"
    )
    assert.isAbove(rows.length, 8)
    for (const row of rows) {
      const [asked, answer] = JSON.parse(String(row.messages)) as [Spoken, Spoken]
      assert.strictEqual(documentIn(asked.content), row.passage)
      assert.notInclude(answer.content, String(row.passage))
      const target = GllmTarget.cod.parse(JSON.parse(answer.content))
      const rounds = JSON.parse(String(row.rounds)) as ReadonlyArray<{ readonly a: string; readonly b: string }>
      assert.deepStrictEqual(
        target.rounds.map(({ a, b }) => [a, b]),
        rounds.map(({ a, b }) => [a, b])
      )
    }
  })

  it("chat_train alternates user and assistant, without thought, chain or document (R2S 7.14)", async () => {
    const rows = await rowsOf(at("first"), "SELECT to_json(messages)::VARCHAR AS messages, system FROM chat_train")
    for (const row of rows) {
      const messages = JSON.parse(String(row.messages)) as ReadonlyArray<Spoken & Record<string, unknown>>
      assert.deepStrictEqual(
        messages.map(({ role }) => role),
        messages.map((_, index) => (index % 2 === 0 ? "user" : "assistant"))
      )
      assert.notMatch(String(row.messages), /logic_type|"thought"|"chain"|role_steps/)
      assert.isBelow(String(row.system).length, 120)
    }
  })

  it("no document is in two splits (R2S 7.11)", async () => {
    const shared = await rowsOf(
      at("first"),
      "SELECT doc_id FROM dialogues GROUP BY doc_id HAVING count(DISTINCT split) > 1"
    )
    assert.deepStrictEqual(shared, [])
  })

  it("writes a report and a card with licences, thresholds and limits (R2S 7.20, 7.22)", () => {
    const card = readFileSync(join(at("first"), "README.md"), "utf8")
    for (const part of ["| CC0-1.0 | 16 |", "## Thresholds", "## Known limits", "synthetic"]) assert.include(card, part)
    const report = readFileSync(join(at("first"), "report.json"), "utf8")
    for (const part of ["Where everything went", "Documents by language and domain", "Splits"])
      assert.include(report, part)
  })

  it("explain shows the sentence, the passage in it, the verdict and the place in the original", async () => {
    const [row] = await rowsOf(
      at("first"),
      "SELECT doc_id || '#' || chunk_index AS key, id FROM dialogues ORDER BY id LIMIT 1"
    )
    for (const key of [String(row?.key), String(row?.id)]) {
      const { code, stdout } = await run("explain", "first", key)
      assert.strictEqual(code, 0)
      assert.match(stdout, /passage \(exact\), characters \d+ to \d+, \d+ in the original:\n\s+\[\[.+\]\]/)
      assert.match(stdout, /supported \(1\.00\): .+ {2}\[sentences [\d, ]+\]/)
      assert.match(stdout, /blind model: answerable/)
    }
  })

  it("stamps what simulated models made", async () => {
    const [row] = await rowsOf(
      at("first"),
      "SELECT bool_and(provenance.simulated AND provenance.synthetic) AS all FROM dialogues"
    )
    assert.isTrue(row?.all)
  })
})

describe("Chinese documents (R2S 7.12)", () => {
  it("become Chinese dialogues, all but few of them kept, the language of the prompts on record", async () => {
    const [row] = await rowsOf(
      at("zh"),
      "SELECT count(*) AS n, count(*) FILTER (dialogue_lang = 'zh' AND lang = 'zh') AS zh FROM dialogues"
    )
    assert.isAtLeast(Number(row?.n), 16)
    assert.strictEqual(Number(row?.zh), Number(row?.n))
    const [letters] = await rowsOf(
      at("zh"),
      String.raw`SELECT avg(length(regexp_replace(r.b, '[^\x{4e00}-\x{9fff}]', '', 'g')) / length(r.b)) AS share
       FROM (SELECT unnest(rounds) AS r FROM dialogues)`
    )
    assert.isAbove(Number(letters?.share), 0.7)
  })

  it("are turned down with F_LANG where their dialogues are asked for in English, since the simulated models only quote", async () => {
    const { code, stdout } = await run(
      "generate",
      "r2s",
      ...ZH,
      "--items",
      "3",
      "--set",
      "dialogueLanguage=en",
      "--out",
      "crossed"
    )
    assert.strictEqual(code, 0)
    assert.match(stdout, /F_LANG +3/)
  })
})

describe("equal and interrupted runs (R2S 7.17)", () => {
  it("an equal run gives byte-identical tables", async () => {
    const { code } = await run(...SMALL, "--out", "again")
    assert.strictEqual(code, 0)
    assert.deepStrictEqual(pureBytes(at("again")), pureBytes(at("first")))
  }, 60_000)

  it("a run that is killed again and again resumes without duplicates or losses", async () => {
    const words = [...SMALL, "--out", "killed"]
    let kills = 0
    for (const commit of [
      "documents/plan-1.json",
      "chunks/plan-1.json",
      "dialogues/plan-1.json",
      "dialogues/000000-1-0.json",
      "select/plan-1.json"
    ]) {
      const file = join(at("killed"), "commits", commit)
      if (existsSync(file)) continue
      const { child, ended } = startCli(words, { cwd: scratch.path })
      const watch = setInterval(() => {
        if (existsSync(file)) child.kill("SIGKILL")
      }, 2)
      const { signal } = await ended
      clearInterval(watch)
      if (signal === "SIGKILL") kills++
    }
    assert.isAtLeast(kills, 3)
    const { code, stderr } = await run(...words)
    assert.strictEqual(code, 0, stderr)
    assert.deepStrictEqual(pureBytes(at("killed")), pureBytes(at("first")))
    assert.deepStrictEqual(await itemsOf(at("killed")), await itemsOf(at("first")))
  }, 90_000)
})

describe("the other modes", () => {
  it.each(["single_pass", "base", "cot"])("%s: makes dialogues and training rows of its variant", async (mode) => {
    const { code, stderr } = await run(
      "generate",
      "r2s",
      "--items",
      "6",
      "--set",
      `mode=${mode}`,
      "--set",
      "mistakes.dialogue=0",
      "--out",
      mode
    )
    assert.strictEqual(code, 0, stderr)
    const rows = await rowsOf(at(mode), "SELECT DISTINCT variant FROM gllm_train")
    assert.deepStrictEqual(rows, [{ variant: mode === "single_pass" ? "cod" : mode }])
    const [calls] = await rowsOf(at(mode), "SELECT count(*) FILTER (role = 'writer') AS n FROM calls")
    const [chunks] = await rowsOf(at(mode), "SELECT count(*) AS n FROM items WHERE phase = 'dialogues'")
    assert.isAtMost(Number(calls?.n), Number(chunks?.n) + 2)
  })
})

describe("bad input", () => {
  const folder = (name: string, files: Readonly<Record<string, string>>) => {
    const path = join(scratch.path, name)
    mkdirSync(path, { recursive: true })
    for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text)
    return ["--set", `documents=${path}`, "--set", "licence=CC0-1.0", "--out", `${name}-out`]
  }
  const text = `The weir was built long ago. ${"It holds the water back in spring. Salmon pass it by a ladder. ".repeat(4)}`

  it.each([
    ["no documents", () => folder("empty", {}), "E_NO_DOCUMENTS"],
    ["an empty file", () => folder("nothing", { "a.txt": "" }), "E_NO_DOCUMENTS"],
    [
      "one doc_id for two texts",
      () =>
        folder("twice", {
          "a.jsonl": [
            `{"doc_id":"weir","text":${JSON.stringify(text)}}`,
            `{"doc_id":"weir","text":${JSON.stringify(`${text} More.`)}}`
          ].join("\n")
        }),
      "E_DUPLICATE_ID"
    ],
    ["an unknown mode", () => ["--set", "mode=stepwize", "--out", "never"], "mode"],
    ["a threshold outside its range", () => ["--set", "found.fuzzy=1.5", "--out", "never"], "found.fuzzy"],
    ["a language without a file", () => ["--set", "dialogueLanguage=tlh", "--out", "never"], "E_CONFIG"],
    ["more wanted rounds than allowed", () => ["--set", "maxRounds=9", "--out", "never"], "E_CONFIG"]
  ])("%s ends with exit code 2 before any call", async (_, words, says) => {
    const { code, stderr } = await run("generate", "r2s", ...words())
    assert.strictEqual(code, 2, stderr)
    assert.include(stderr, says)
    assert.isFalse(existsSync(at("never")))
  })

  it("more failures than maxFailureRate end with exit code 1, fewer with 0 (R2S 7.18)", async () => {
    const broken = ["--items", "5", "--set", "mistakes.brokenReplies=1", "--set", "maxAttempts=1"]
    const failed = await run("generate", "r2s", ...broken, "--out", "broken")
    assert.strictEqual(failed.code, 1)
    assert.match(failed.stdout, /E_SCHEMA/)
    assert.include(failed.stderr + failed.stdout, "ended without a usable reply; maxFailureRate allows 20 %")
    const allowed = await run("generate", "r2s", ...broken, "--set", "maxFailureRate=1", "--out", "allowed")
    assert.strictEqual(allowed.code, 0)
  })

  it("a dry run says what would be called and writes nothing", async () => {
    const { code, stdout } = await run(...SMALL, "--dry-run", "--out", "dry")
    assert.strictEqual(code, 0)
    assert.match(stdout, /16/)
    assert.isFalse(existsSync(at("dry")))
  })
})

describe("evaluate", () => {
  it("scores the dialogues by eight metrics and by coverage", async () => {
    const { code, stderr, stdout } = await run("evaluate", "first", "--legacy-coverage")
    assert.strictEqual(code, 0, stderr)
    assert.match(stdout, /rows in eval_scores/)
    const [row] = await rowsOf(
      at("first-scores"),
      `SELECT count(*) AS n, count(scores.loyalty) AS loyalty, count(coverage) AS coverage, count(legacy_coverage) AS legacy,
              max(scores.consistency) AS consistency, sum(parse_errors) AS errors FROM eval_scores`
    )
    const { coverage, legacy, loyalty, n } = row as Record<string, unknown>
    assert.deepStrictEqual([Number(loyalty), Number(coverage), Number(legacy)], [Number(n), Number(n), Number(n)])
    assert.strictEqual(Number(row?.consistency), 4.5)
    assert.strictEqual(Number(row?.errors), 0)
  }, 60_000)

  it("scores what a trained model answered, and turns down what is not of the form", async () => {
    const rows = await rowsOf(
      at("first"),
      "SELECT id, messages[2].content AS target FROM gllm_train ORDER BY id LIMIT 2"
    )
    const lines = [
      { id: String(rows[0]?.id), output: String(rows[0]?.target) },
      { id: String(rows[1]?.id), output: "Question: who? Answer: him." }
    ]
    writeFileSync(join(scratch.path, "outputs.jsonl"), lines.map((line) => JSON.stringify(line)).join("\n"))
    const { code, stderr } = await run(
      "evaluate",
      "first",
      "--outputs",
      "outputs.jsonl",
      "--set",
      "variant=checkpoint",
      "--out",
      "scored"
    )
    assert.strictEqual(code, 0, stderr)
    const scores = await rowsOf(at("scored"), "SELECT id, variant, level FROM eval_scores")
    assert.deepStrictEqual(scores, [{ id: lines[0]?.id, variant: "checkpoint", level: 1 }])
    const rejected = await rowsOf(at("scored"), "SELECT code FROM rejected")
    assert.deepStrictEqual(rejected, [{ code: "E_SCHEMA" }])
  }, 60_000)

  it("refuses a dataset of another method, and outputs of another dataset, with exit code 2", async () => {
    writeFileSync(join(scratch.path, "foreign.jsonl"), '{"id":"nobody","output":"x"}\n')
    const foreign = await run("evaluate", "first", "--outputs", "foreign.jsonl", "--out", "foreign")
    assert.strictEqual(foreign.code, 2, foreign.stderr)
    assert.include(foreign.stderr, "belong to no dialogue")
    const scored = await run("evaluate", "scored")
    assert.strictEqual(scored.code, 2)
    assert.include(scored.stderr, "the protocols are for dialogues of r2s")
  })
})
