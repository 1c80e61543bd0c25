import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ignoredWords, listDocuments } from "../../../stages/documents/list-documents.ts"
import { SourceError } from "../../../stages/documents/source-error.ts"
import { scratch } from "../../support/tiny-run.ts"

const SQUAD = JSON.stringify({ data: [{ title: "Weir", paragraphs: [{ context: "A low dam." }] }] })

/** A folder with these files. */
const folderOf = (files: Readonly<Record<string, string>>) =>
  Effect.map(scratch, (path) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(path, name)), { recursive: true })
      writeFileSync(join(path, name), text)
    }
    return path
  })

const listed = (path: string) => listDocuments(path).files.map(({ file, kind }) => [file, kind])

const problemOf = (path: string): readonly [string, string] => {
  try {
    listDocuments(path)
  } catch (error) {
    if (error instanceof SourceError) return [error.problem, error.message]
    throw error
  }
  return ["none", ""]
}

describe("the documents of a folder", () => {
  it.live("are those of known kinds, by path; others are counted", () =>
    Effect.gen(function* () {
      const path = yield* folderOf({
        "b.txt": "b",
        "a/z.MD": "z",
        "a/page.html": "h",
        "a.md": "a",
        "x.xhtml": "x",
        "notes.rst": "r",
        "old.htm": "o",
        "paper.pdf": "p",
        "rows.ndjson": "{}",
        "squad.json": SQUAD,
        "package.json": "{}",
        "broken.json": "{",
        README: "r",
        "LICENSE-MIT": "m",
        Makefile: "m",
        "table.csv": "t",
        "b.CSV": "t",
        ".hidden.md": "h",
        ".git/config.txt": "g",
        "node_modules/p/README.md": "n",
        "deep/node_modules/q.txt": "n"
      })
      const { files, ignored } = listDocuments(path)
      assert.deepStrictEqual(
        files.map(({ file, kind }) => [file, kind]),
        [
          ["LICENSE-MIT", "text"],
          ["README", "text"],
          ["a.md", "markdown"],
          ["a/page.html", "html"],
          ["a/z.MD", "markdown"],
          ["b.txt", "text"],
          ["notes.rst", "text"],
          ["old.htm", "html"],
          ["paper.pdf", "pdf"],
          ["rows.ndjson", "jsonl"],
          ["squad.json", "squad"],
          ["x.xhtml", "html"]
        ]
      )
      assert.strictEqual(ignoredWords(ignored), ".csv: 2, .json: 2, no extension: 1")
      assert.deepStrictEqual(files.find(({ file }) => file === "squad.json")?.articles?.length, 1)
    })
  )

  it.live("are each there once; links are followed within the folder, and counted where they lead out of it", () =>
    Effect.gen(function* () {
      const outside = yield* folderOf({ "secret.txt": "s" })
      const path = yield* folderOf({ "a/b.txt": "b", ".store/kept.txt": "k", "c.txt": "c" })
      symlinkSync(outside, join(path, "out"))
      symlinkSync(join(outside, "secret.txt"), join(path, "out.txt"))
      symlinkSync(join(path, "nowhere"), join(path, "gone.txt"))
      symlinkSync(path, join(path, "a/loop"))
      symlinkSync("a", join(path, "A"))
      symlinkSync("c.txt", join(path, "0.txt"))
      symlinkSync("../.store/kept.txt", join(path, "a/kept.txt"))
      symlinkSync(".store", join(path, "store"))
      const { files, strayLinks } = listDocuments(path)
      assert.deepStrictEqual(
        files.map(({ file }) => file),
        ["a/b.txt", "a/kept.txt", "c.txt"]
      )
      assert.strictEqual(strayLinks, 3)
    })
  )

  it.live("may be a single file, or behind a link", () =>
    Effect.gen(function* () {
      const path = yield* folderOf({ "d/a.txt": "a", "d/b.txt": "b" })
      symlinkSync(join(path, "d"), join(path, "link"))
      assert.deepStrictEqual(listed(join(path, "d/b.txt")), [["b.txt", "text"]])
      assert.deepStrictEqual(listed(join(path, "link")), [
        ["a.txt", "text"],
        ["b.txt", "text"]
      ])
    })
  )

  it.live("are said not to be there, with what to do (R2S bad input: E_NO_DOCUMENTS)", () =>
    Effect.gen(function* () {
      const KINDS =
        ".txt, .text, .rst, .md, .markdown, .htm, .html, .xhtml, .pdf, .jsonl, .ndjson, SQuAD .json, and README or LICENSE without extension"
      const path = yield* folderOf({ "none/a.csv": "a", "none/b.docx": "b", "empty/a.txt": "", "c.json": "{}" })
      mkdirSync(join(path, "nothing"))
      const at = (name: string) => join(path, name)
      assert.deepStrictEqual(problemOf(at("missing")), [
        "no_documents",
        `${at("missing")} cannot be read: no such file or directory. Give a file or a folder that is there and that this user may read.`
      ])
      assert.deepStrictEqual(problemOf(at("none")), [
        "no_documents",
        `${at("none")} holds no documents (.csv: 1, .docx: 1). Give a file or a folder with ${KINDS}.`
      ])
      assert.deepStrictEqual(problemOf(at("nothing")), [
        "no_documents",
        `${at("nothing")} holds no documents. Give a file or a folder with ${KINDS}.`
      ])
      assert.deepStrictEqual(problemOf(at("c.json")), [
        "no_documents",
        `${at("c.json")} is no document of a kind that is read. Give a file or a folder with ${KINDS}.`
      ])
      assert.deepStrictEqual(problemOf(at("empty")), [
        "no_documents",
        `${at("empty")} holds only files of 0 bytes. Give a file or a folder with text in it.`
      ])
      assert.deepStrictEqual(problemOf(at("empty/a.txt")), [
        "no_documents",
        `${at("empty/a.txt")} is empty. Give a file or a folder with text in it.`
      ])
    })
  )
})

describe("metadata.jsonl", () => {
  it.live("says of the files of its folder what they don't say themselves, and is no document", () =>
    Effect.gen(function* () {
      const path = yield* folderOf({
        "a.txt": "a",
        "d/a.txt": "a",
        "d/metadata.jsonl":
          '{"file":"a.txt","doc_id":17,"title":" Weir ","lang":"en","domain":"science","source_uri":"https://example.com","license":"CC0-1.0","pages":3}\n\n'
      })
      const { files, metadata } = listDocuments(path)
      assert.deepStrictEqual(
        files.map(({ file, given }) => [file, given]),
        [
          ["a.txt", { doc_id: null, title: null, lang: null, domain: null, source_uri: null, licence: null }],
          [
            "d/a.txt",
            {
              doc_id: "17",
              title: "Weir",
              lang: "en",
              domain: "science",
              source_uri: "https://example.com",
              licence: "CC0-1.0"
            }
          ]
        ]
      )
      assert.deepStrictEqual(metadata, [join(path, "d/metadata.jsonl")])
      assert.deepStrictEqual(
        listDocuments(join(path, "d/a.txt")).files.map(({ given }) => given.licence),
        ["CC0-1.0"]
      )
    })
  )

  it.live("is refused with file and line where it cannot be understood", () =>
    Effect.gen(function* () {
      const path = yield* folderOf({ "a.txt": "a", "b.jsonl": "{}", "d/c.txt": "c" })
      const file = join(path, "metadata.jsonl")
      const says = (text: string) => {
        writeFileSync(file, text)
        const [problem, message] = problemOf(path)
        assert.strictEqual(problem, "metadata")
        return message
      }
      assert.strictEqual(
        says('{"file":"a.txt"}\n{"file":'),
        `${file}, line 2: no JSON object. Write one a line, as {"file": "a.txt", "licence": "CC0-1.0"}.`
      )
      assert.strictEqual(
        says('{"licence":"MIT"}'),
        `${file}, line 1: it names no file. Add "file": the name of a file of this folder.`
      )
      for (const name of ["z.txt", "d/c.txt", "../x", "d", ""]) {
        assert.strictEqual(
          says(`\n{"file":"${name}"}`),
          `${file}, line 2: there is no file "${name}" in this folder. Correct the name, or take the line out.`
        )
      }
      assert.strictEqual(
        says('{"file":"a.txt"}\n{"file":"a.txt"}'),
        `${file}, line 2: "a.txt" has a line already. Keep one a file.`
      )
      assert.strictEqual(
        says('{"file":"a.txt","title":["A"]}'),
        `${file}, line 1: title: Invalid input: expected string, received array. Correct the field, or take it out.`
      )
      assert.strictEqual(
        says('{"file":"b.jsonl","doc_id":"b"}'),
        `${file}: "b.jsonl" holds many documents, and one doc_id cannot name them all. Put doc_id into its records.`
      )
    })
  )
})
