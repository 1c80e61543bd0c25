import { createReadStream } from "node:fs"
import { type ByteRange, isBlank } from "./squad-articles.ts"

/** A line of a JSON Lines file that is not empty, by its number from 1. */
export interface LineRange extends ByteRange {
  readonly line: number
}

const NEW_LINE = 0x0a
const MARK = [0xef, 0xbb, 0xbf]

/** Where the lines of a file are. Never more of it in memory than one piece, however long a line is. */
export async function* lineRanges(path: string): AsyncGenerator<LineRange> {
  let line = 1
  let start = 0
  let at = 0
  let isEmpty = true
  for await (const piece of createReadStream(path, { highWaterMark: 2 ** 18 })) {
    const bytes: Uint8Array = piece
    let from = 0
    if (at === 0 && MARK.every((byte, index) => bytes[index] === byte)) {
      from = MARK.length
      start = MARK.length
    }
    for (;;) {
      const found = bytes.indexOf(NEW_LINE, from)
      const to = found < 0 ? bytes.length : found
      for (let index = from; isEmpty && index < to; index++) isEmpty = isBlank(bytes[index])
      if (found < 0) break
      if (!isEmpty) yield { line, offset: start, length: at + found - start }
      line++
      isEmpty = true
      from = found + 1
      start = at + from
    }
    at += bytes.length
  }
  if (!isEmpty) yield { line, offset: start, length: at - start }
}
