/** Letters of a text, where one that stands for a syllable or a word (Han, kana, Hangul) counts as three. */
export const letters = (text: string): number => {
  let count = 0
  for (const [letter] of text.matchAll(/\p{L}/gu)) {
    count += /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(letter) ? 3 : 1
  }
  return count
}
