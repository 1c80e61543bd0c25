import { Effect } from "effect"
import type { z } from "zod"
import { claimsOf, saysUnknown, statesFact } from "../../../stages/filters/claims.ts"
import { supportOf } from "../../../stages/filters/support.ts"
import { normalise } from "../../../stages/text/normalise.ts"
import type { R2sConfig } from "../config.ts"
import type { Chunk, DraftRound } from "../draft.ts"
import type { Claim } from "../tables.ts"
import { judgedClaims } from "./judged-claims.ts"
import type { Located } from "./locate-passage.ts"

export interface RoundClaim extends z.output<typeof Claim> {
  /** Probability, 0 to 1. */
  readonly contradiction: number
}

/**
 * What B states in each round, and whether the chunk supports it (section 3.2, steps 2 and 4). A sentence of the chunk word for word
 * supports itself. Any other is held against the sentences of the chunk most like it and the passage as it stands in the text, by the
 * roles `embedding` and `entailment` (a call of each a dialogue), or against all of them by the judge (1 call).
 */
export const supportedClaims = Effect.fnUntraced(function* (
  rounds: ReadonlyArray<DraftRound>,
  located: ReadonlyArray<Located>,
  chunk: Chunk,
  config: R2sConfig,
  by: "local" | "judge"
) {
  const bySaying = new Map(chunk.sentences.map(({ sid, text }) => [sayingOf(text), sid]))
  const claims = rounds.flatMap((said, round) => statementsOf(said).map((text) => ({ round, text })))
  const asked = claims.filter(({ text }) => !bySaying.has(sayingOf(text)))
  const answers =
    by === "judge"
      ? yield* judgedClaims(
          asked.map(({ text }) => text),
          chunk,
          config
        )
      : yield* entailedClaims(asked, located, chunk, config)
  const answered = new Map(asked.map((claim, index) => [claim, answers[index]]))
  return rounds.map((_, round) =>
    claims.flatMap((claim): ReadonlyArray<RoundClaim> => {
      if (claim.round !== round) return []
      const { text } = claim
      const own = bySaying.get(sayingOf(text))
      if (own !== undefined) return [{ text, label: "supported", score: 1, sids: [own], contradiction: 0 }]
      const answer = answered.get(claim)
      if (answer === undefined) return []
      const { contradiction, entailment: score, label, sids } = answer
      return [{ text, label, score, sids: [...sids], contradiction }]
    })
  )
})

const entailedClaims = Effect.fnUntraced(function* (
  claims: ReadonlyArray<{ readonly round: number; readonly text: string }>,
  located: ReadonlyArray<Located>,
  { body, sentences }: Chunk,
  { entailment: { contradict, entail, premiseSentences } }: R2sConfig
) {
  const evidence = sentences.map(({ text }) => text)
  const { claims: answers } = yield* supportOf(
    claims.map(({ round, text }) => {
      const { end = null, start = null } = located[round] ?? {}
      return { text, evidence, ...(start === null || end === null ? {} : { found: body.slice(start, end) }) }
    }),
    { entail, contradict, unclear: entail, premiseSentences }
  )
  return answers.map(({ premise, ...answer }) => ({
    ...answer,
    sids: premise.map((number) => sentences[number]?.sid ?? 0)
  }))
})

/** A sentence by its words alone: whatever it ends with. */
const sayingOf = (sentence: string): string => normalise(sentence).replace(/[\p{P}\s]+$/u, "")

/**
 * The sentences of B that have to be borne out. Where nothing was found, that something is not known is none; and where the talk is closed
 * on nothing found, only a sentence with a number, a name or a title is one: good wishes have too many forms for a rule.
 */
export const statementsOf = ({
  b,
  found,
  progress
}: Pick<DraftRound, "b" | "found" | "progress">): ReadonlyArray<string> =>
  claimsOf(b)
    .map(({ text }) => text)
    .filter((text) => found !== null || !(saysUnknown(text) || (progress === "end" && !statesFact(text))))
