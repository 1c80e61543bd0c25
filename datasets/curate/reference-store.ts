import type { ReferenceText } from "./reference-texts.ts"
import { Numbers } from "./row-numbers.ts"
import { normalText, Words } from "./words.ts"
import type { WorkFile } from "./work-files.ts"

const KEPT = 256

export interface Reference {
  readonly file: string
  readonly row: number
  readonly field: string
  readonly words: ReadonlyArray<string>
}

/** Texts of references on disk, some 40 bytes each in memory; the last 256 that were asked for stay there as words. */
export class ReferenceStore {
  readonly #texts: WorkFile
  readonly #ends = new Numbers()
  readonly #rows = new Numbers()
  readonly #files = new Numbers()
  readonly #fields = new Numbers()
  readonly #names: Array<string> = []
  readonly #numberOf = new Map<string, number>()
  readonly #words = new Words()
  readonly #kept = new Map<number, Reference>()

  constructor(texts: WorkFile) {
    this.#texts = texts
  }

  get count(): number {
    return this.#ends.length
  }

  append({ field, file, row, text }: ReferenceText): void {
    this.#texts.append(Buffer.from(normalText(text)))
    this.#ends.push(this.#texts.length)
    this.#rows.push(row)
    this.#files.push(this.#name(file))
    this.#fields.push(this.#name(field))
  }

  flush(): void {
    this.#texts.flush()
  }

  /** As `normalText` gives it. */
  text(reference: number): string {
    const start = reference === 0 ? 0 : this.#ends.at(reference - 1)
    const bytes = Buffer.allocUnsafe(this.#ends.at(reference) - start)
    this.#texts.read(bytes, start)
    return bytes.toString()
  }

  at(reference: number): Reference {
    const kept = this.#kept.get(reference)
    if (kept !== undefined) return kept
    const text = this.text(reference)
    const { count, end, start } = this.#words.read(text)
    const found: Reference = {
      file: this.#names[this.#files.at(reference)] as string,
      row: this.#rows.at(reference),
      field: this.#names[this.#fields.at(reference)] as string,
      words: Array.from({ length: count }, (_, at) => text.slice(start[at], end[at]))
    }
    this.#kept.set(reference, found)
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value as number)
    return found
  }

  #name(name: string): number {
    const known = this.#numberOf.get(name)
    if (known !== undefined) return known
    this.#numberOf.set(name, this.#names.length)
    return this.#names.push(name) - 1
  }
}
