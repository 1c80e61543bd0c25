/** A stretch of a text in UTF-16 code units. */
export interface Offsets {
  readonly start: number
  readonly end: number
}

/**
 * Where the tokens of a text stand in it, from the tokens as their vocabulary spells them: WordPiece (`##ing`), SentencePiece
 * (`▁the`), byte-level BPE (`Ġthe`). Undefined for tokens that stand for no text; undefined as a whole where the tokens are not
 * those of the text. Case, accents, compatibility forms, control characters and white space may have been lost on the way, as uncased models do.
 */
export const tokenOffsets = (
  text: string,
  tokens: ReadonlyArray<string>
): ReadonlyArray<Offsets | undefined> | undefined => {
  const bare = tokens.map((token, position) => {
    const atAnEnd = position === 0 || position === tokens.length - 1
    return atAnEnd && SPECIAL.test(token) && !UNKNOWN.test(token) ? "" : token
  })
  const inBytes = bare.some((token) => token.includes("Ġ") || token.includes("Ċ"))
  return inBytes
    ? (byteOffsets(text, bare) ?? foldedOffsets(text, bare))
    : (foldedOffsets(text, bare) ?? byteOffsets(text, bare))
}

/** [CLS], [SEP], <s>, </s>, <|endoftext|>: at the ends only, where tokenizers put them. */
const SPECIAL = /^(\[[A-Z]{2,8}\]|<[^<>]{1,32}>)$/
const UNKNOWN = /^(\[UNK\]|<unk>)$/

/** What of a text is left of it without what tokenizers may drop; for each unit of that, where it came from. */
const fold = (text: string): { readonly folded: string; readonly from: ReadonlyArray<Offsets> } => {
  let folded = ""
  const from: Array<Offsets> = []
  let start = 0
  for (const character of text) {
    const end = start + character.length
    const left = foldCharacter(character)
    const last = from.at(-1)
    // A combining mark belongs to the character before it.
    if (left === "" && last !== undefined && /\p{M}/u.test(character))
      from[from.length - 1] = { start: last.start, end }
    for (let unit = 0; unit < left.length; unit++) from.push({ start, end })
    folded += left
    start = end
  }
  return { folded, from }
}

const foldCharacter = (character: string): string =>
  character
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\p{M}\p{Cc}\p{Cf}\s]/gu, "")

const foldToken = (token: string): string =>
  [...token.replace(/^##(?=.)/su, "").replaceAll("▁", "")].map(foldCharacter).join("")

const foldedOffsets = (text: string, tokens: ReadonlyArray<string>): ReadonlyArray<Offsets | undefined> | undefined => {
  const { folded, from } = fold(text)
  const found: Array<Offsets | undefined> = []
  let at = 0
  for (const [position, token] of tokens.entries()) {
    const spelled = UNKNOWN.test(token) ? undefined : foldToken(token)
    const length = spelled?.length ?? unknownLength(folded, at, tokens.slice(position + 1))
    if (spelled !== undefined && !folded.startsWith(spelled, at)) return undefined
    const first = from[at]
    const last = from[at + length - 1]
    found.push(
      length === 0 || first === undefined || last === undefined ? undefined : { start: first.start, end: last.end }
    )
    at += length
  }
  return at === folded.length ? found : undefined
}

/** An unknown token reaches to where the next known one is found. */
const unknownLength = (folded: string, at: number, rest: ReadonlyArray<string>): number => {
  const next = rest.map((token) => (UNKNOWN.test(token) ? "" : foldToken(token))).find((spelled) => spelled !== "")
  if (next === undefined) return folded.length - at
  const found = folded.indexOf(next, at + 1)
  return found < 0 ? folded.length - at : found - at
}

/** GPT-2's spelling of bytes: printable ones as themselves, the others from U+0100 on. */
const BYTE_OF: ReadonlyMap<string, number> = (() => {
  const printable = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173)
  let next = 256
  return new Map(
    Array.from({ length: 256 }, (_, byte) => [String.fromCharCode(printable(byte) ? byte : next++), byte] as const)
  )
})()

const BLANKS: ReadonlySet<number> = new Set([9, 10, 13, 32])

const byteOffsets = (text: string, tokens: ReadonlyArray<string>): ReadonlyArray<Offsets | undefined> | undefined => {
  const bytes = new TextEncoder().encode(text)
  const from: Array<Offsets> = []
  let start = 0
  for (const character of text) {
    const end = start + character.length
    for (let byte = Buffer.byteLength(character); byte > 0; byte--) from.push({ start, end })
    start = end
  }
  const found: Array<Offsets | undefined> = []
  let at = 0
  for (const token of tokens) {
    let spelled = [...token].map((character) => BYTE_OF.get(character) ?? -1)
    // Some tokenizers put a space before the first word.
    if (at === 0 && spelled[0] === 32 && bytes[0] !== 32) spelled = spelled.slice(1)
    if (spelled.some((byte, nth) => bytes[at + nth] !== byte)) return undefined
    const blanks = spelled.findIndex((byte) => !BLANKS.has(byte))
    const first = from[at + Math.max(0, blanks)]
    const last = from[at + spelled.length - 1]
    found.push(
      blanks < 0 || first === undefined || last === undefined ? undefined : { start: first.start, end: last.end }
    )
    at += spelled.length
  }
  return at === bytes.length ? found : undefined
}
