import { appendFileSync, rmSync, truncateSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { documentsPhase, sourceFiles } from "../../../pipelines/r2s/documents-phase.ts"
import { tinyPdf } from "../../stages/documents/tiny-pdf.ts"
import { scratch } from "../../support/tiny-run.ts"

import { CONFIG, outcome, payloads, planFails, read, settled, write } from "./documents-lab.ts"

describe("the phase documents, given bad input", () => {
  it.live(
    "turns down what cannot be read, and the run goes on (R2S bad input: E_ENCODING, E_MISSING_FIELD, E_FORMAT, E_EMPTY)",
    () =>
      Effect.gen(function* () {
        const convert =
          "Save it as UTF-8, or name its encoding in it: HTML by <meta charset>, UTF-16 by its byte order mark."
        const named = "Name the field that holds the text with textField; there are"
        const { failed, rejected, rows } = yield* read({
          "a.txt": Buffer.from([0x63, 0x61, 0x66, 0xe9]),
          "b.jsonl": Buffer.concat([
            Buffer.from('{"reference":"r","id":1}\n{"text":5}\n{broken\n[1]\n{"text":"\\ud83d"}\n{"text":"'),
            Buffer.from([0xe9]),
            Buffer.from('"}\n{"text":" \\n "}\n{"text":"t","title":{"a":1}}\n{}\n{"text":"Good."}\n')
          ]),
          "c.md": "```\nonly code\n```\n",
          "d.pdf": "not a pdf",
          "e.pdf": tinyPdf([[]]),
          "f.json": '{"data":[{"paragraphs":[{"context":"Good."}]},{"paragraphs":[{"text":"t"}]}]}',
          "g.txt": ""
        })
        assert.deepStrictEqual(
          rows.map(({ file, record, text }) => [file, record, text]),
          [
            ["b.jsonl", 10, "Good."],
            ["f.json", 0, "Good."]
          ]
        )
        assert.deepStrictEqual(failed, [])
        assert.deepStrictEqual(
          rejected.map(({ code, key, reasons }) => [key, code, reasons.join()]),
          [
            ["a.txt", "E_ENCODING", `a.txt: its bytes are no UTF-8, and it declares no other encoding. ${convert}`],
            ["b.jsonl#1", "E_MISSING_FIELD", `b.jsonl, line 1: it has no field "text". ${named}: reference, id.`],
            ["b.jsonl#2", "E_MISSING_FIELD", `b.jsonl, line 2: its field "text" is no text. ${named}: text.`],
            [
              "b.jsonl#3",
              "E_FORMAT",
              "b.jsonl, line 3: it is no JSON object. Write one object a line, or take the line out."
            ],
            [
              "b.jsonl#4",
              "E_FORMAT",
              "b.jsonl, line 4: it is no JSON object. Write one object a line, or take the line out."
            ],
            [
              "b.jsonl#5",
              "E_ENCODING",
              "b.jsonl, line 5: its text holds half of a character, a surrogate without its pair. Write the character whole."
            ],
            [
              "b.jsonl#6",
              "E_ENCODING",
              `b.jsonl, line 6: its bytes are no UTF-8, and it declares no other encoding. ${convert}`
            ],
            [
              "b.jsonl#7",
              "E_EMPTY",
              "b.jsonl, line 7: it holds no text. Take it out, or give the text itself: code blocks, navigation and forms are not counted as text."
            ],
            [
              "b.jsonl#8",
              "E_FORMAT",
              "b.jsonl, line 8: title: Invalid input: expected string, received object. Correct the field, or take it out."
            ],
            ["b.jsonl#9", "E_MISSING_FIELD", `b.jsonl, line 9: it has no field "text". ${named}: none.`],
            [
              "c.md",
              "E_EMPTY",
              "c.md: it holds no text. Take it out, or give the text itself: code blocks, navigation and forms are not counted as text."
            ],
            [
              "d.pdf",
              "E_FORMAT",
              "d.pdf: it cannot be read as PDF (Invalid PDF structure). Open it in a viewer and save it anew, or save its text as .txt."
            ],
            [
              "e.pdf",
              "E_EMPTY",
              "e.pdf: it holds no text. A scan has no text layer: run it through OCR, or take it out."
            ],
            [
              "f.json#1",
              "E_FORMAT",
              'f.json, article 1: it is no SQuAD article. Each needs "paragraphs", and each of them a "context".'
            ],
            [
              "g.txt",
              "E_EMPTY",
              "g.txt: it holds no text. Take it out, or give the text itself: code blocks, navigation and forms are not counted as text."
            ]
          ]
        )
      })
  )

  it.live("turns down documents of over 50 MB without reading them (R2S bad input: E_TOO_LARGE)", () =>
    Effect.gen(function* () {
      const path = yield* scratch
      write(path, { "big.txt": "x", "good.txt": "Good.", "limit.txt": "x" })
      truncateSync(join(path, "big.txt"), 50_000_001)
      truncateSync(join(path, "limit.txt"), 50_000_000)
      const outcomes = yield* settled(documentsPhase({ ...CONFIG, licence: "MIT", documents: path }))
      assert.deepStrictEqual(outcomes.slice(0, 2), [
        ["E_TOO_LARGE", "big.txt: it has 50.0 MB, over 50. Split it, and give the parts."],
        ["accepted", ""]
      ])
      // It is read, and found to be 50 MB of nothing.
      assert.strictEqual(outcomes[2]?.[0], "E_ENCODING")
    })
  )

  it.live("wants a licence of every document, unless unknown ones are allowed (R2S bad input: E_LICENSE)", () =>
    Effect.gen(function* () {
      const files = {
        "a.jsonl": '{"text":"One.","licence":"MIT"}\n{"text":"Two."}\n{"text":"Three.","license":"unknown"}',
        "b.txt": "Four.",
        "metadata.jsonl": '{"file":"b.txt","license":"CC0-1.0"}'
      }
      const strict = yield* read(files, { licence: null })
      assert.deepStrictEqual(
        strict.rows.map(({ licence, text }) => [text, licence]),
        [
          ["One.", "MIT"],
          ["Four.", "CC0-1.0"]
        ]
      )
      assert.deepStrictEqual(
        strict.rejected.map(({ code, key, reasons }) => [key, code, reasons.join()]),
        [2, 3].map((line) => [
          `a.jsonl#${line}`,
          "E_LICENSE",
          `a.jsonl, line ${line}: it names no licence. Name one in its record or in a metadata.jsonl beside it, or for all documents with licence=SPDX-NAME; or use it all the same with allowUnknownLicence=true.`
        ])
      )
      const allowed = yield* read(files, { licence: null, allowUnknownLicence: true })
      assert.deepStrictEqual(
        allowed.rows.map(({ licence }) => licence),
        ["MIT", "unknown", "unknown", "CC0-1.0"]
      )
      const given = yield* read(files, { licence: "CC-BY-4.0", allowUnknownLicence: true })
      assert.deepStrictEqual(
        given.rows.map(({ licence }) => licence),
        ["MIT", "CC-BY-4.0", "CC-BY-4.0", "CC0-1.0"]
      )
    })
  )

  it.live("fails the items of a file that is another than when the run was planned, and no others", () =>
    Effect.gen(function* () {
      const { failed, rows } = yield* read(
        { "a.jsonl": '{"text":"One."}\n', "b.txt": "Two.", "c.txt": "Three." },
        {},
        (path) => {
          appendFileSync(join(path, "a.jsonl"), '{"text":"More."}\n')
          rmSync(join(path, "b.txt"))
        }
      )
      assert.deepStrictEqual(
        rows.map(({ text }) => text),
        ["Three."]
      )
      assert.deepStrictEqual(
        failed.map(({ code, key, reasons }) => [key, code, reasons.join()]),
        [
          [
            "a.jsonl#1",
            "SOURCE_CHANGED",
            "a.jsonl had 16 bytes when the run was planned and has 33 now. Put the old file back and retry, or start the run anew."
          ],
          [
            "b.txt",
            "SOURCE_UNREADABLE",
            "b.txt cannot be read: no such file or directory. It was there when the run was planned: put it back and retry."
          ]
        ]
      )
    })
  )

  it.live("stops before any call where there are no documents (R2S bad input: E_NO_DOCUMENTS)", () =>
    Effect.gen(function* () {
      const path = yield* scratch
      write(path, { "none/a.csv": "a", "blank/a.jsonl": "\n \n", "squad/a.json": '{"data":[]}', "empty.txt": "" })
      const at = (name: string) => join(path, name)
      assert.match(
        yield* planFails({ documents: at("missing") }),
        /^E_NO_DOCUMENTS: .*missing cannot be read: no such file/
      )
      assert.match(
        yield* planFails({ documents: at("none") }),
        /^E_NO_DOCUMENTS: .*none holds no documents \(\.csv: 1\)\. Give /
      )
      assert.match(yield* planFails({ documents: at("empty.txt") }), /^E_NO_DOCUMENTS: .*empty\.txt is empty\. Give /)
      for (const name of ["blank", "squad"]) {
        assert.strictEqual(
          yield* planFails({ documents: at(name) }),
          `E_NO_DOCUMENTS: ${at(name)} holds no documents: its files have no records. Give files with text in them.`
        )
      }
      assert.deepStrictEqual(sourceFiles({ ...CONFIG, documents: at("missing") }), [])
    })
  )

  it.live("stops where a metadata.jsonl cannot be understood, with file and line", () =>
    Effect.gen(function* () {
      const path = yield* scratch
      write(path, { "a.txt": "a", "metadata.jsonl": '{"file":"a.txt"}\n{"file":"b.txt"}' })
      assert.strictEqual(
        yield* planFails({ documents: path }),
        `${join(path, "metadata.jsonl")}, line 2: there is no file "b.txt" in this folder. Correct the name, or take the line out.`
      )
    })
  )

  it.live("reads no file outside its root, whatever a plan says", () =>
    Effect.gen(function* () {
      const path = yield* scratch
      write(path, { "in/a.txt": "Text.", "secret.txt": "Text." })
      const phase = documentsPhase({ ...CONFIG, licence: "MIT", documents: join(path, "in") })
      const [planned] = yield* payloads(phase)
      const forged = (planned ?? "").replaceAll("a.txt", "../secret.txt")
      assert.deepStrictEqual(yield* outcome(phase, forged), [
        "SOURCE_UNREADABLE",
        `../secret.txt is not below ${join(path, "in")}. Start the run anew.`
      ])
    })
  )
})
