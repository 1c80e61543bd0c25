import { assert, describe, it } from "@effect/vitest"
import { chunkDocument } from "../../../../pipelines/r2s/chunks/chunk-document.ts"
import { chunkOf } from "../../../../pipelines/r2s/chunks/chunk-of.ts"
import { R2sConfig } from "../../../../pipelines/r2s/config.ts"
import type { Document } from "../../../../pipelines/r2s/tables.ts"

const text = "Ada Brandt built the weir. It is old.\n\nThe crest was raised in 1911. The town has flooded once since."
const { chunks, chunksSplit } = chunkDocument(text, {
  lang: "en",
  options: R2sConfig.parse({ chunk: { latin: 50, cjk: 50, max: 200 }, minSentences: 2, minDocument: { latin: 500 } })
})
const document: Document = {
  doc_id: "weir",
  title: "Harrow Weir",
  lang: "en",
  domain: null,
  source_uri: null,
  licence: "CC0-1.0",
  split: "train",
  text,
  chunks: [
    { chunk_index: 0, char_start: 0, char_end: 39, sentences: [{ sid: 1, start: 0, end: 26 }] },
    {
      chunk_index: 1,
      char_start: 39,
      char_end: text.length,
      sentences: [
        { sid: 1, start: 39, end: 68 },
        { sid: 2, start: 69, end: 103 }
      ]
    }
  ],
  chunks_split: chunksSplit,
  instruction_suspects: 0,
  file: "weir.txt",
  record: null,
  map: [{ at: 0, from: 0 }]
}

describe("a chunk of a document", () => {
  it("has its body and its sentences with offsets into the body", () => {
    assert.deepStrictEqual(chunkOf(document, 1), {
      doc_id: "weir",
      chunk_index: 1,
      title: "Harrow Weir",
      lang: "en",
      body: "The crest was raised in 1911. The town has flooded once since.",
      char_start: 39,
      sentences: [
        { sid: 1, start: 0, end: 29, text: "The crest was raised in 1911." },
        { sid: 2, start: 30, end: 64, text: "The town has flooded once since." }
      ]
    })
  })

  it("slices to the sentences that chunking found (R2S 7.1)", () => {
    const whole = { ...document, chunks: [...chunks] }
    for (const { chunk_index } of chunks) {
      const { body, sentences } = chunkOf(whole, chunk_index)
      for (const { end, start, text: own } of sentences) assert.strictEqual(body.slice(start, end), own)
      assert.isTrue(text.includes(body))
    }
  })

  it("is the caller's mistake where there is none", () => {
    assert.throws(() => chunkOf(document, 2), /weir has 2 chunks, none with the index 2/)
  })
})
