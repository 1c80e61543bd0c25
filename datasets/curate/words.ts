/** What words are compared as: compatibility forms and case do not count. */
export const normalText = (text: string): string => text.normalize("NFKC").toLowerCase()

/** Scripts that put no space between words: each character stands for itself. Hangul is written with spaces. */
const ALONE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u
const PART_OF_WORD = /^[\p{L}\p{M}\p{N}]$/u
const SEPARATOR = 0
const PART = 1
const CHARACTER = 2

const kindOf = (character: string): number =>
  ALONE.test(character) ? CHARACTER : PART_OF_WORD.test(character) ? PART : SEPARATOR

let table: Uint8Array | undefined

/** Kinds of the basic plane's characters, looked up some hundred times a row; built once, in some 10 ms. */
const kinds = (): Uint8Array => {
  table ??= Uint8Array.from({ length: 0x1_0000 }, (_, code) => kindOf(String.fromCharCode(code)))
  return table
}

/**
 * The words of one text, in order, as 53-bit hashes in two halves (cyrb53, bryc, public domain), and where each stands: a run of
 * letters, marks and digits, or one character of a script without spaces, so that n words are n characters of Chinese.
 * Punctuation, symbols and white space only separate. One object reads many texts: what it holds is valid until the next.
 */
export class Words {
  count = 0
  low = new Uint32Array(1024)
  high = new Uint32Array(1024)
  /** In the text that was read, UTF-16 code units: `text.slice(start, end)`. */
  start = new Uint32Array(1024)
  end = new Uint32Array(1024)

  /** `text` as `normalText` gives it. */
  read(text: string): this {
    const kind = kinds()
    this.count = 0
    let from = -1
    let one = 0
    let two = 0
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at)
      let what = kind[unit] as number
      let second = 0
      if ((unit & 0xfc00) === 0xd800 && at + 1 < text.length) {
        const character = String.fromCodePoint(text.codePointAt(at) as number)
        if (character.length === 2) {
          what = kindOf(character)
          second = character.charCodeAt(1)
        }
      }
      if (from >= 0 && what !== PART) {
        this.#add(one, two, from, at)
        from = -1
      }
      if (what !== SEPARATOR) {
        if (from < 0) {
          from = at
          one = 0xdeadbeef
          two = 0x41c6ce57
        }
        one = Math.imul(one ^ unit, 2654435761)
        two = Math.imul(two ^ unit, 1597334677)
        if (second !== 0) {
          one = Math.imul(one ^ second, 2654435761)
          two = Math.imul(two ^ second, 1597334677)
        }
      }
      if (second !== 0) at++
      if (what === CHARACTER) {
        this.#add(one, two, from, at + 1)
        from = -1
      }
    }
    if (from >= 0) this.#add(one, two, from, text.length)
    return this
  }

  /** The hash of `size` words from the `first` on: a whole number below 2^53. Order counts. */
  gram(first: number, size: number): number {
    let one = 0x9e3779b9 ^ size
    let two = 0x7f4a7c15 ^ size
    for (let at = first; at < first + size; at++) {
      one = Math.imul(one ^ (this.low[at] as number), 2654435761)
      two = Math.imul(two ^ (this.high[at] as number), 1597334677)
    }
    const mixed = mix(one, two)
    return (mix(two, mixed) & 0x1fffff) * 0x1_0000_0000 + (mixed >>> 0)
  }

  #add(one: number, two: number, start: number, end: number): void {
    if (this.count === this.low.length) {
      this.low = doubled(this.low)
      this.high = doubled(this.high)
      this.start = doubled(this.start)
      this.end = doubled(this.end)
    }
    const low = mix(one, two)
    this.low[this.count] = low
    this.high[this.count] = mix(two, low)
    this.start[this.count] = start
    this.end[this.count++] = end
  }
}

const mix = (one: number, two: number): number =>
  Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909)

const doubled = (array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => {
  const larger = new Uint32Array(array.length * 2)
  larger.set(array)
  return larger
}
