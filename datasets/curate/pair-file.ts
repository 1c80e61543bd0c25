import { Stream } from "effect"
import type { DatasetError } from "../dataset-error.ts"
import type { Pair } from "./clusters.ts"
import { io, type WorkFile } from "./work-files.ts"

const PAIR_BYTES = 16
const READ_PAIRS = 2 ** 16
/** Pairs that are sorted at a time: some 40 MB. */
const SORTED_PAIRS = 2 ** 20

/** Pairs of rows as they are found, in any order and maybe more than once; given back once each and in order. */
export class PairFile {
  readonly #file: WorkFile
  readonly #path: string
  /** For each left row the pairs written. */
  readonly #counts: Uint32Array
  readonly #pair = new ArrayBuffer(PAIR_BYTES)
  readonly #rows = new Uint32Array(this.#pair, 0, 2)
  readonly #similarity = new Float64Array(this.#pair, 8, 1)
  readonly #bytes = new Uint8Array(this.#pair)

  constructor(file: WorkFile, path: string, rows: number) {
    this.#file = file
    this.#path = path
    this.#counts = new Uint32Array(rows)
  }

  append(left: number, right: number, similarity: number): void {
    this.#rows[0] = left
    this.#rows[1] = right
    this.#similarity[0] = similarity
    this.#counts[left] = (this.#counts[left] as number) + 1
    this.#file.append(this.#bytes)
  }

  flush(): void {
    this.#file.flush()
  }

  /** By left and right. The file is read once for every million of pairs. */
  sorted(ids: ArrayLike<number>): Stream.Stream<Pair, DatasetError> {
    return Stream.suspend(() => Stream.fromIterable(this.#ranges())).pipe(
      Stream.mapEffect(({ from, to }) => io(this.#path, () => this.#range(from, to, ids))),
      Stream.flattenIterable
    )
  }

  /** Left rows by stretches of about a million pairs. */
  *#ranges(): Generator<{ readonly from: number; readonly to: number }> {
    let from = 0
    let pairs = 0
    for (let row = 0; row < this.#counts.length; row++) {
      const more = this.#counts[row] as number
      if (pairs > 0 && pairs + more > SORTED_PAIRS) {
        yield { from, to: row }
        from = row
        pairs = 0
      }
      pairs += more
    }
    if (pairs > 0) yield { from, to: this.#counts.length }
  }

  #range(from: number, to: number, ids: ArrayLike<number>): Array<Pair> {
    const starts = new Uint32Array(to - from + 1)
    for (let row = from; row < to; row++) {
      starts[row - from + 1] = (starts[row - from] as number) + (this.#counts[row] as number)
    }
    const total = starts[to - from] as number
    const found: Array<Array<{ readonly right: number; readonly similarity: number }> | undefined> = new Array(
      to - from
    )
    const buffer = new ArrayBuffer(READ_PAIRS * PAIR_BYTES)
    const numbers = new Uint32Array(buffer)
    const similarities = new Float64Array(buffer)
    let seen = 0
    for (let position = 0; seen < total; position += buffer.byteLength) {
      const bytes = Math.min(buffer.byteLength, this.#file.length - position)
      this.#file.read(new Uint8Array(buffer, 0, bytes), position)
      for (let at = 0; at < bytes / PAIR_BYTES; at++) {
        const left = numbers[at * 4] as number
        if (left < from || left >= to) continue
        const one = { right: numbers[at * 4 + 1] as number, similarity: similarities[at * 2 + 1] as number }
        const others = found[left - from]
        if (others === undefined) found[left - from] = [one]
        else others.push(one)
        seen++
      }
    }
    const pairs: Array<Pair> = []
    for (let row = from; row < to; row++) {
      let before = -1
      for (const { right, similarity } of (found[row - from] ?? []).sort((a, b) => a.right - b.right)) {
        if (right === before) continue
        pairs.push({ left: ids[row] as number, right: ids[right] as number, similarity })
        before = right
      }
    }
    return pairs
  }
}
