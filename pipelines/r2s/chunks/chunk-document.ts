import type { z } from "zod"
import type { R2sConfig } from "../config.ts"
import type { DocumentChunk } from "../tables.ts"
import type { Range } from "./range.ts"
import { isCjkLanguage } from "./script.ts"
import { splitRange } from "./split-chunk.ts"
import { type Told, told } from "./telling-sentences.ts"

export type ChunkOptions = Pick<R2sConfig, "chunk" | "minDocument" | "minSentences">
type StoredChunk = z.output<typeof DocumentChunk>

interface Paragraph extends Range {
  /** With what separates it from the next. */
  readonly end: number
  /** Where its own text ends. */
  readonly textEnd: number
}

/**
 * A cleaned text as chunks (section 2.4). Paragraphs are put together until a chunk has more than `chunk.latin` characters (`chunk.cjk`
 * in Chinese, Japanese and Korean), at least `minSentences` telling sentences, and does not end in a heading. What is left at the end
 * joins the last chunk where both fit into `chunk.max`; else it is a chunk of its own where it passes the minimum of a document, and
 * otherwise both are taken as one. A chunk above `chunk.max` is split at ends of sentences; `chunksSplit` counts the chunks that exist
 * only for that.
 *
 * Every character of the text is in exactly one chunk; separators belong to what they follow. Sentences are the telling ones, numbered
 * from 1 in each chunk, with offsets into the text; one that a split went through has a part in each. Linear in the text.
 */
export const chunkDocument = (
  text: string,
  { lang, options }: { readonly lang: string; readonly options: ChunkOptions }
): { readonly chunks: ReadonlyArray<StoredChunk>; readonly chunksSplit: number } => {
  const sentences = told(text)
  const { max } = options.chunk
  let chunksSplit = 0
  const ranges = greedy(text, sentences, options, isCjkLanguage(lang)).flatMap((range) => {
    const parts = splitRange(text, range, sentences, max)
    chunksSplit += parts.length - 1
    return parts
  })
  return { chunks: withSentences(text, ranges, sentences), chunksSplit }
}

const greedy = (
  text: string,
  sentences: ReadonlyArray<Told>,
  { chunk, minDocument, minSentences }: ChunkOptions,
  isCjk: boolean
): ReadonlyArray<Range> => {
  const least = isCjk ? chunk.cjk : chunk.latin
  const closed: Array<Range> = []
  let start = 0
  let textEnd = 0
  let telling = 0
  let next = 0
  for (const paragraph of paragraphs(text)) {
    let last: Told | undefined
    for (; next < sentences.length && (sentences[next] as Told).start < paragraph.end; next++) {
      last = sentences[next] as Told
      if (last.isTelling) telling++
    }
    textEnd = paragraph.textEnd
    const length = textEnd - start
    if (length <= least || (length <= chunk.max && (last?.isHeading === true || telling < minSentences))) continue
    closed.push({ start, end: paragraph.end })
    start = paragraph.end
    telling = 0
  }
  if (start === text.length) return closed
  const before = closed.pop()
  if (before === undefined) return [{ start, end: text.length }]
  const isWhole = textEnd - start >= (isCjk ? minDocument.cjk : minDocument.latin) && telling >= minSentences
  return text.length - before.start > chunk.max && isWhole
    ? [...closed, before, { start, end: text.length }]
    : [...closed, { start: before.start, end: text.length }]
}

function* paragraphs(text: string): Generator<Paragraph> {
  let start = 0
  for (const { 0: blank, index } of text.matchAll(/\n{2,}/g)) {
    const end = index + blank.length
    yield { start, textEnd: index, end }
    start = end
  }
  if (start < text.length) yield { start, textEnd: text.length, end: text.length }
}

const withSentences = (
  text: string,
  ranges: ReadonlyArray<Range>,
  sentences: ReadonlyArray<Told>
): ReadonlyArray<StoredChunk> => {
  const telling = sentences.filter(({ isTelling }) => isTelling)
  let next = 0
  return ranges.map(({ end, start }, chunk_index) => {
    const own: Array<StoredChunk["sentences"][number]> = []
    for (; next < telling.length; next++) {
      const sentence = telling[next] as Told
      if (sentence.start >= end) break
      const part = trimmed(text, { start: Math.max(sentence.start, start), end: Math.min(sentence.end, end) })
      if (part.end > part.start) own.push({ sid: own.length + 1, ...part })
      // Its rest is in the next chunk.
      if (sentence.end > end) break
    }
    return { chunk_index, char_start: start, char_end: end, sentences: own }
  })
}

const trimmed = (text: string, { end, start }: Range): Range => {
  const part = text.slice(start, end)
  const from = start + part.length - part.trimStart().length
  return { start: from, end: Math.max(from, start + part.trimEnd().length) }
}
