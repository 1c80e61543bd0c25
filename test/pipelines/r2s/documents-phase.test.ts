import { symlinkSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { checkInputs, countInputs } from "../../../engine/check-inputs.ts"
import { documentsPhase, sourceFiles } from "../../../pipelines/r2s/documents-phase.ts"
import { originalAt } from "../../../stages/documents/mapped-text.ts"
import { column, tinyPdf } from "../../stages/documents/tiny-pdf.ts"
import { scratch, tableHashes } from "../../support/tiny-run.ts"

import { CONFIG, outcome, payloads, read, write } from "./documents-lab.ts"

const ACCENTS = "Łódź [wut͡ɕ] lies on the Łódka; café, naïve, Dvořák, Ħal Għaxaq, θɪŋ, 5 µm ± 2 %, 堰由磨坊主建成。"

describe("the phase documents", () => {
  it.live("reads every kind of document, each with its way back to the original (R2S 7.1, 7.2)", () =>
    Effect.gen(function* () {
      const tail = "The tail of the article has no more than a few characters and is kept."
      const { books, documents, failed, rejected, rows } = yield* read(
        {
          "a.txt": "Harrow Weir\n\nBuilt  in\t1783.\n",
          "b/page.html": "<title>Weir &amp; mill</title><nav>Home</nav><p>Caf&eacute; at the weir.<p>Open.",
          "b/metadata.jsonl":
            '{"file":"page.html","doc_id":"page","lang":"en","domain":"science","source_uri":"https://example.com","licence":"CC-BY-4.0"}',
          "c.md": "---\ntitle: The weir\n---\n# Harrow\n\nBuilt in *1783*.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
          "d.pdf": tinyPdf([column(["Built by the mil-", "ler in 1783."], 700), column(["Second page."], 700)]),
          "e.jsonl":
            '{"text":"First.","doc_id":7,"title":"One","license":"MIT"}\n\n{"text":"Zweiter.","lang":"de","domain":"artifact"}\n',
          "f.json": JSON.stringify({
            version: "v2.0",
            data: [
              {
                title: "Harrow_Weir",
                paragraphs: [{ context: "First paragraph.", qas: [{ question: "Who?" }] }, { context: tail }]
              },
              { title: "Other", paragraphs: [{ context: "Text." }] }
            ]
          })
        },
        { domain: "wikipedia" }
      )
      assert.deepStrictEqual(books, { phase: "documents", planned: 8, accepted: 8, rejected: 0, failed: 0, pending: 0 })
      assert.deepStrictEqual([rejected, failed], [[], []])
      assert.deepStrictEqual(
        rows.map(({ map: _, ...row }) => row),
        [
          {
            given_id: null,
            file: "a.txt",
            kind: "text",
            record: null,
            title: null,
            lang: null,
            domain: "wikipedia",
            source_uri: null,
            licence: "CC0-1.0",
            text: "Harrow Weir\n\nBuilt in\t1783.",
            original_characters: 29
          },
          {
            given_id: "page",
            file: "b/page.html",
            kind: "html",
            record: null,
            title: "Weir & mill",
            lang: "en",
            domain: "science",
            source_uri: "https://example.com",
            licence: "CC-BY-4.0",
            text: "Café at the weir.\n\nOpen.",
            original_characters: 80
          },
          {
            given_id: null,
            file: "c.md",
            kind: "markdown",
            record: null,
            title: "The weir",
            lang: null,
            domain: "wikipedia",
            source_uri: null,
            licence: "CC0-1.0",
            text: "Harrow\n\nBuilt in 1783.\n\na | b\n1 | 2",
            original_characters: 82
          },
          {
            given_id: null,
            file: "d.pdf",
            kind: "pdf",
            record: null,
            title: null,
            lang: null,
            domain: "wikipedia",
            source_uri: null,
            licence: "CC0-1.0",
            text: "Built by the miller in 1783.\n\nSecond page.",
            original_characters: 43
          },
          {
            given_id: "7",
            file: "e.jsonl",
            kind: "jsonl",
            record: 1,
            title: "One",
            lang: null,
            domain: "wikipedia",
            source_uri: null,
            licence: "MIT",
            text: "First.",
            original_characters: 6
          },
          {
            given_id: null,
            file: "e.jsonl",
            kind: "jsonl",
            record: 3,
            title: null,
            lang: "de",
            domain: "artifact",
            source_uri: null,
            licence: "CC0-1.0",
            text: "Zweiter.",
            original_characters: 8
          },
          {
            given_id: null,
            file: "f.json",
            kind: "squad",
            record: 0,
            title: "Harrow Weir",
            lang: null,
            domain: "wikipedia",
            source_uri: null,
            licence: "CC0-1.0",
            text: `First paragraph.\n\n${tail}`,
            original_characters: 18 + tail.length
          },
          {
            given_id: null,
            file: "f.json",
            kind: "squad",
            record: 1,
            title: "Other",
            lang: null,
            domain: "wikipedia",
            source_uri: null,
            licence: "CC0-1.0",
            text: "Text.",
            original_characters: 5
          }
        ]
      )
      assert.deepStrictEqual(rows[0]?.map, [
        { at: 0, from: 0 },
        { at: 19, from: 20 }
      ])
      const page = rows[1]
      assert.strictEqual(
        originalAt(page?.map ?? [], page?.text.indexOf("é") ?? 0),
        "<title>Weir &amp; mill</title><nav>Home</nav><p>Caf".length
      )
      assert.deepStrictEqual(
        sourceFiles({ ...CONFIG, documents }),
        ["a.txt", "b/page.html", "c.md", "d.pdf", "e.jsonl", "f.json", "b/metadata.jsonl"].map((name) =>
          join(documents, name)
        )
      )
    })
  )

  it.live("keeps accents, IPA, CJK and symbols byte for byte, whatever the kind (R2S 7.3)", () =>
    Effect.gen(function* () {
      const { rows } = yield* read({
        "a.txt": ACCENTS,
        "b.md": ACCENTS,
        "c.html": `<p>${ACCENTS}`,
        "d.jsonl": JSON.stringify({ text: ACCENTS }),
        "e.json": JSON.stringify({ data: [{ paragraphs: [{ context: ACCENTS }] }] }),
        "f.html": Buffer.from(`\ufeff<p>${ACCENTS}`, "utf16le")
      })
      assert.deepStrictEqual(
        rows.map(({ text }) => Buffer.from(text).toString("hex")),
        Array.from({ length: 6 }, () => Buffer.from(ACCENTS).toString("hex"))
      )
    })
  )

  it.live("never runs what it reads: code stays text (R2S 7.21)", () =>
    Effect.gen(function* () {
      const code =
        '${globalThis.harm = 1}; require("child_process").exec("touch harm"); {{constructor.constructor("harm()")()}}'
      const { rows } = yield* read({
        "a.txt": code,
        "b.jsonl": JSON.stringify({ text: code, title: code, __proto__: null, constructor: "c" }),
        "c.html": `<script>globalThis.harm = 1</script><img onerror="globalThis.harm = 1" src=x>${code}`
      })
      assert.deepStrictEqual(
        rows.map(({ text }) => text),
        [code, code, code]
      )
      assert.strictEqual(rows[1]?.title, code)
      assert.isFalse("harm" in globalThis)
    })
  )

  it.live("reads RefGPT's and museum records by the name of their field", () =>
    Effect.gen(function* () {
      const { rejected, rows } = yield* read(
        { "refgpt.jsonl": '{"reference":"堰由磨坊主建成。","dialogue":"..."}\n{"text":"no"}' },
        { textField: "reference" }
      )
      assert.deepStrictEqual(
        rows.map(({ record, text }) => [record, text]),
        [[1, "堰由磨坊主建成。"]]
      )
      assert.deepStrictEqual(
        rejected.map(({ code, key }) => [key, code]),
        [["refgpt.jsonl#2", "E_MISSING_FIELD"]]
      )
    })
  )

  it.live("says once, when all is planned, what was left aside", () =>
    Effect.gen(function* () {
      const path = yield* scratch
      write(path, { "a.txt": "a", "b.csv": "b", "c.csv": "c", "d.docx": "d" })
      symlinkSync("/", join(path, "out"))
      const said: Array<unknown> = []
      const logger = Logger.layer([Logger.make(({ message }) => said.push(message))])
      const phase = documentsPhase({ ...CONFIG, licence: "MIT", documents: path })
      yield* checkInputs([phase]).pipe(Effect.provide(logger))
      assert.deepStrictEqual(said, [])
      yield* payloads(phase).pipe(Effect.provide(logger))
      assert.deepStrictEqual(said.flat(), [
        "documents: files of other kinds are left aside (.csv: 2, .docx: 1); links out of the folder are not followed (1)"
      ])
    })
  )

  it.live("plans at most so many documents, and names the files that they can come from", () =>
    Effect.gen(function* () {
      const { documents, rows } = yield* read(
        { "a.jsonl": '{"text":"1"}\n{"text":"2"}\n', "b.txt": "3", "c.txt": "4", "d.txt": "5" },
        { items: 3 }
      )
      assert.deepStrictEqual(
        rows.map(({ text }) => text),
        ["1", "2", "3"]
      )
      assert.deepStrictEqual(
        sourceFiles({ ...CONFIG, documents, items: 2 }),
        ["a.jsonl", "b.txt", "c.txt"].map((name) => join(documents, name))
      )
      assert.strictEqual(yield* countInputs([documentsPhase({ ...CONFIG, documents })]), 5)
    })
  )

  it.live("gives the same bytes again (R2S 7.17)", () =>
    Effect.gen(function* () {
      const files = {
        "a.md": "# A\n\nText.",
        "b.jsonl": '{"text":"One."}\n{"no":1}\n{"text":"Two."}',
        "c.html": "<p>c"
      }
      const hashes = Effect.map(read(files), ({ out }) => tableHashes(out, ["extracted", "rejected", "plan"]))
      assert.deepStrictEqual(yield* hashes, yield* hashes)
    })
  )

  it.live("reads of a large file each record once", () =>
    Effect.gen(function* () {
      const path = yield* scratch
      const line = (index: number) => JSON.stringify({ text: `Record ${index}. ${"x".repeat(20_000)}` })
      write(path, { "a.jsonl": Array.from({ length: 1_000 }, (_, index) => line(index)).join("\n") })
      const phase = documentsPhase({ ...CONFIG, licence: "MIT", documents: path })
      const planned = yield* payloads(phase)
      assert.isBelow(Math.max(...planned.map((payload) => payload.length)), 400)
      const before = performance.now()
      for (const payload of planned) yield* outcome(phase, payload)
      // Read from the beginning each time it would be 10 GB.
      assert.isBelow(performance.now() - before, 5_000)
    })
  )
})
