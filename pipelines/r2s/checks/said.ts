import type { Finding } from "../../../stages/filters/filter.ts"
import { excerpt } from "../../../stages/filters/rule-filter.ts"
import { normalise } from "../../../stages/text/normalise.ts"
import type { Chunk, DraftRound } from "../draft.ts"
import type { LanguagePack } from "../languages/language-pack.ts"

/** Every utterance of a dialogue, in order. */
const utterances = (rounds: ReadonlyArray<DraftRound>) =>
  rounds.flatMap(({ a, b, id }) => [
    { round: id, speaker: "A", text: a },
    { round: id, speaker: "B", text: b }
  ])

/** F_EMPTY: an utterance that is empty, or stands for one ("...", "xxx"). */
export const emptyFindings = (
  rounds: ReadonlyArray<DraftRound>,
  { placeholder }: LanguagePack
): ReadonlyArray<Finding> =>
  utterances(rounds)
    .filter(({ text }) => placeholder.test(text))
    .map(({ round, speaker, text }) => ({
      code: "F_EMPTY",
      reason: `Round ${round}: ${speaker} says nothing.`,
      evidence: { round, speaker, found: excerpt(text) }
    }))

/** F_META: talk of the source in place of the matter ("as the document says"). Words that the chunk itself has are of the matter. */
export const metaFindings = (
  rounds: ReadonlyArray<DraftRound>,
  { metaTalk }: LanguagePack,
  { body }: Pick<Chunk, "body">
): ReadonlyArray<Finding> => {
  const matter = normalise(body)
  const everywhere = new RegExp(metaTalk.source, `${metaTalk.flags}g`)
  return utterances(rounds).flatMap(({ round, speaker, text }) => {
    const found = (text.match(everywhere) ?? []).find((one) => !matter.includes(normalise(one)))
    return found === undefined
      ? []
      : [
          {
            code: "F_META",
            reason: `Round ${round}: ${speaker} speaks of the source, not of the matter: ${JSON.stringify(found)}.`,
            evidence: { round, speaker, found, text: excerpt(text) }
          }
        ]
  })
}
