import { Effect, Stream } from "effect"
import type { DatasetError } from "../dataset-error.ts"
import type { Duck } from "../duck.ts"
import { GramIndex } from "./gram-index.ts"
import { normalOffsets } from "./normal-offsets.ts"
import { ReferenceStore } from "./reference-store.ts"
import { type ReferenceFolder, referenceTexts } from "./reference-texts.ts"
import { normalText, Words } from "./words.ts"
import { inSteps, io, WorkFile, workFolder } from "./work-files.ts"

export interface CheckedRow {
  readonly id: number
  /** By the index of a message; "" for one without text, or one that is not to be looked at. */
  readonly texts: ReadonlyArray<string>
}

/** Words are characters, in scripts without spaces. */
export interface ContaminationOptions {
  /** Words following each other that a row may not share with a reference. 13 is GPT-3's (Brown et al. 2020, arXiv 2005.14165, appendix C). */
  readonly words: number
  /** A reference of fewer words than `words`, but of so many, may not occur within a message. 8 is the fewest that GPT-3's check used. */
  readonly contained: number
  /** A reference of still fewer words, but of so many, may not be a whole message: below 3 are "yes" and names. */
  readonly equal: number
  /** Different n-grams of references in memory at a time, 24 to 48 bytes each; the rows are read once for each such part. 8 million if absent. */
  readonly gramsAtATime?: number
}

/** A stretch of a row that is in an evaluation set. */
export interface Contamination {
  readonly id: number
  /** The message is the reference; or the whole reference is in it; or both share `words` words and more. */
  readonly kind: "equal" | "contained" | "overlap"
  readonly message: number
  /** In the message, UTF-16 code units: `text.slice(start, end)` is `matched`. */
  readonly start: number
  readonly end: number
  readonly matched: string
  /** Words of the stretch, and of the reference. */
  readonly words: number
  readonly referenceWords: number
  readonly file: string
  /** From 1: the line of a JSON Lines file, the row of a Parquet file. */
  readonly row: number
  readonly field: string
}

/**
 * What rows share with evaluation sets, as long as it goes: found by 53-bit hashes of n-grams, then compared word by word, so that no
 * hash collision is ever a hit. Punctuation, case and compatibility forms do not count. Of references that share a text the first is
 * named. Hits come in the order of rows, once for each part of the references that is in memory at a time; `rows` is read once for
 * each part too. Fails with file, row and remedy where a reference can't be read. No model calls.
 */
export const contamination = <E, R>(
  rows: Stream.Stream<CheckedRow, E, R>,
  references: ReadonlyArray<ReferenceFolder>,
  options: ContaminationOptions,
  folder: string
): Stream.Stream<Contamination, E | DatasetError, R | Duck> => {
  const { contained, equal, words } = options
  if (!(equal >= 1 && contained >= equal && words >= contained)) {
    throw new Error(`contamination: ${equal} <= ${contained} <= ${words} does not hold`)
  }
  return Stream.unwrap(
    Effect.gen(function* () {
      const work = yield* workFolder(folder)
      const store = new ReferenceStore(yield* WorkFile.open(work, "references"))
      for (const reference of references) {
        yield* Stream.runForEachArray(referenceTexts(reference), (some) =>
          io(work, () => {
            for (const text of some) store.append(text)
          })
        )
      }
      yield* io(work, () => store.flush())
      const part = (from: number): Stream.Stream<Contamination, E | DatasetError, R> =>
        from >= store.count
          ? Stream.empty
          : Stream.unwrap(
              Effect.map(indexed(work, store, from, options), ({ index, next, sizes }) => {
                const search = new Search(store, index, sizes, options)
                return rows.pipe(
                  Stream.mapEffect((row) => io(work, () => search.row(row))),
                  Stream.flattenIterable,
                  Stream.concat(Stream.suspend(() => part(next)))
                )
              })
            )
      return part(0)
    })
  )
}

/** As many references from the first on as fit, the sizes of their n-grams, the longest first, and where to go on. */
const indexed = (work: string, store: ReferenceStore, from: number, options: ContaminationOptions) =>
  Effect.gen(function* () {
    const index = new GramIndex()
    const most = options.gramsAtATime ?? 8_000_000
    const words = new Words()
    const sizes = new Set<number>()
    let next = from
    function* fill(): Generator<undefined, void> {
      for (; next < store.count && index.count < most; next++) {
        words.read(store.text(next))
        if (words.count < options.equal) continue
        const size = Math.min(options.words, words.count)
        sizes.add(size)
        for (let place = 0; place + size <= words.count; place++) index.add(words.gram(place, size), next, place)
        if (next % 256 === 0) yield
      }
    }
    yield* inSteps(work, fill())
    return { index, next, sizes: [...sizes].sort((a, b) => b - a) }
  })

class Search {
  readonly #store: ReferenceStore
  readonly #index: GramIndex
  readonly #sizes: ReadonlyArray<number>
  readonly #options: ContaminationOptions
  readonly #words = new Words()

  constructor(store: ReferenceStore, index: GramIndex, sizes: ReadonlyArray<number>, options: ContaminationOptions) {
    this.#store = store
    this.#index = index
    this.#sizes = sizes
    this.#options = options
  }

  row({ id, texts }: CheckedRow): Array<Contamination> {
    const hits: Array<Contamination> = []
    for (const [message, text] of texts.entries()) {
      if (text === "") continue
      const normal = normalText(text)
      const { count } = this.#words.read(normal)
      // For each word how far a hit goes that covers it: within one nothing is looked for again.
      const coveredTo = new Int32Array(count)
      // References that are shorter have hashes of their own sizes.
      for (const size of this.#sizes) {
        if (size < this.#options.contained && size !== count) continue
        for (let from = 0; from + size <= count; from++) {
          const to = coveredTo[from] as number
          if (to >= from + size) {
            from = to - size
            continue
          }
          const match = this.#match(normal, from, size)
          if (match === undefined) continue
          for (let at = match.from; at < match.to; at++) coveredTo[at] = Math.max(coveredTo[at] as number, match.to)
          hits.push(this.#hit(id, message, text, match))
          from = match.to - size
        }
      }
    }
    return hits
  }

  /** The longest stretch round these words that the reference shares. */
  #match(normal: string, from: number, size: number): Match | undefined {
    const found = this.#index.find(this.#words.gram(from, size))
    if (found === undefined) return undefined
    const reference = this.#store.at(found.reference)
    const { count, end, start } = this.#words
    const shift = found.place - from
    const same = (at: number) => normal.slice(start[at], end[at]) === reference.words[at + shift]
    for (let at = from; at < from + size; at++) if (!same(at)) return undefined
    let first = from
    let last = from + size
    while (first > 0 && first + shift > 0 && same(first - 1)) first--
    while (last < count && last + shift < reference.words.length && same(last)) last++
    const whole = last - first === reference.words.length
    return {
      reference,
      from: first,
      to: last,
      kind: !whole ? "overlap" : last - first === count ? "equal" : "contained",
      start: start[first] as number,
      end: end[last - 1] as number
    }
  }

  #hit(id: number, message: number, text: string, match: Match): Contamination {
    const [start, end] = normalOffsets(text)(match.start, match.end)
    const { field, file, row, words } = match.reference
    return {
      id,
      kind: match.kind,
      message,
      start,
      end,
      matched: text.slice(start, end),
      words: match.to - match.from,
      referenceWords: words.length,
      file,
      row,
      field
    }
  }
}

interface Match {
  readonly reference: ReturnType<ReferenceStore["at"]>
  readonly kind: Contamination["kind"]
  /** Words of the message. */
  readonly from: number
  readonly to: number
  /** In the message's normal text. */
  readonly start: number
  readonly end: number
}
