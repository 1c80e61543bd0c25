import { Evidence } from "../../../stages/facts/evidence.ts"
import { capitalisedNames, quotedTitles } from "../../../stages/facts/names.ts"
import { wordsRound } from "../../../stages/facts/neighbours.ts"
import { quantities } from "../../../stages/facts/quantities.ts"
import { Cover } from "../../../stages/text/cover.ts"
import { dates } from "../../../stages/text/dates.ts"
import { foldNumerals, foldWidth } from "../../../stages/text/normalise.ts"
import type { TextSpan } from "../../../stages/text/sentences.ts"

/**
 * Closed-book fact recall (section 5.3): the share of the hard facts of a passage (dates, numbers with their units, quoted titles,
 * capitalised names) that a reply has, however it writes them. Null where the passage has none. No model calls.
 */
export const factRecall = (passage: string, reply: string): number | null => {
  const text = foldNumerals(foldWidth(passage))
  const evidence = new Evidence()
  evidence.add(reply, { isSpoken: false })
  const cover = new Cover(text.length)
  let [facts, recalled] = [0, 0]
  /** A stretch is one fact at most: dates first, then numbers, titles, names. */
  const count = <S extends TextSpan>(spans: ReadonlyArray<S>, has: (span: S) => boolean) => {
    for (const span of spans) {
      if (!cover.take(span.start, span.end)) continue
      facts++
      if (has(span)) recalled++
    }
  }
  count(dates(text), (date) => evidence.hasDate(date))
  count(quantities(text), (quantity) => evidence.hasQuantity(quantity, wordsRound(text, quantity)))
  count(quotedTitles(text), (title) => evidence.hasText(title.text))
  count(capitalisedNames(text), (name) => evidence.hasWords(name.text))
  return facts === 0 ? null : recalled / facts
}
