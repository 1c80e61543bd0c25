import { type Edit, edited, type MappedText } from "./mapped-text.ts"

/** A character with what may combine with it: marks, and the vowels and finals of Hangul. */
const CLUSTER = /[^\p{M}\u1160-\u11ff\ud7b0-\ud7ff]?[\p{M}\u1160-\u11ff\ud7b0-\ud7ff]*/gu

/** The text in NFC, character by character, so that the map stays exact. */
export const composed = (source: MappedText): MappedText => {
  if (source.text.normalize("NFC") === source.text) return source
  const edits: Array<Edit> = []
  let start = 0
  // Nothing combines across a line break: most lines need no second look.
  for (const line of source.text.split("\n")) {
    const wanted = line.normalize("NFC")
    if (wanted !== line) for (const edit of lineEdits(line, wanted, start)) edits.push(edit)
    start += line.length + 1
  }
  return edited(source, edits)
}

const lineEdits = (line: string, wanted: string, offset: number): ReadonlyArray<Edit> => {
  const edits: Array<Edit> = []
  let whole = ""
  for (const { 0: cluster, index } of line.matchAll(CLUSTER)) {
    const composedCluster = cluster.normalize("NFC")
    whole += composedCluster
    if (composedCluster !== cluster) {
      edits.push({ start: offset + index, end: offset + index + cluster.length, with: composedCluster })
    }
  }
  // A script whose vowels combine without being marks: right all the same, if less finely mapped.
  return whole === wanted ? edits : [{ start: offset, end: offset + line.length, with: wanted }]
}
