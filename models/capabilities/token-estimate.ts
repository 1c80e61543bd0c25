const UNSPACED = String.raw`\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}`
const PARTS = new RegExp(
  String.raw`[${UNSPACED}]|[a-z]{1,4}|[[\p{L}\p{M}\p{N}]--[${UNSPACED}]]{1,2}|[^\s\p{L}\p{M}\p{N}]`,
  "giv"
)

/**
 * Tokens of a text where nobody can count them: a character of Chinese, Japanese, Korean, Thai and the like, four Latin letters, two
 * of any other script, or a sign. Most vocabularies give fewer, so that what fits by this count fits.
 */
export const estimatedTokens = (text: string): number => text.match(PARTS)?.length ?? 0
