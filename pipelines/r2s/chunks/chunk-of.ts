import type { Chunk } from "../draft.ts"
import type { Document } from "../tables.ts"

/** One chunk of a document as prompts and checks read it: offsets are into its body. A wrong index is the caller's mistake. */
export const chunkOf = ({ chunks, doc_id, lang, text, title }: Document, index: number): Chunk => {
  const stored = chunks[index]
  if (stored === undefined)
    throw new Error(`chunkOf: ${doc_id} has ${chunks.length} chunks, none with the index ${index}`)
  const { char_end, char_start, chunk_index, sentences } = stored
  return {
    doc_id,
    chunk_index,
    title,
    lang,
    body: text.slice(char_start, char_end),
    char_start,
    sentences: sentences.map(({ end, sid, start }) => ({
      sid,
      start: start - char_start,
      end: end - char_start,
      text: text.slice(start, end)
    }))
  }
}
