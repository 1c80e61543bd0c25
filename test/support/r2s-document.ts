import type { Document } from "../../pipelines/r2s/tables.ts"
import { PASSAGE } from "./r2s-candidate.ts"

/** The document that `candidate()` was made from: its text begins 12 characters into the original, after a heading. */
export const document = (over: Partial<Document> = {}): Document => ({
  doc_id: "harrow-weir",
  title: "Harrow Weir",
  lang: "en",
  domain: "wikipedia",
  source_uri: null,
  licence: "CC0-1.0",
  split: "train",
  text: PASSAGE,
  chunks: [
    {
      chunk_index: 0,
      char_start: 0,
      char_end: PASSAGE.length,
      sentences: [
        { sid: 1, start: 0, end: 55 },
        { sid: 2, start: 56, end: PASSAGE.length }
      ]
    }
  ],
  chunks_split: 0,
  instruction_suspects: 0,
  file: "weirs/harrow.md",
  record: null,
  map: [{ at: 0, from: 12 }],
  ...over
})
