import { Effect } from "effect"
import type { z } from "zod"
import { SIMULATED_MODEL } from "../../../models/simulated.ts"
import { isHedged } from "../../../stages/filters/claims.ts"
import type { Finding } from "../../../stages/filters/filter.ts"
import type { R2sConfig } from "../config.ts"
import type { Chunk, Draft, DraftRound } from "../draft.ts"
import type { Round, RoundGrounding, Stats } from "../tables.ts"
import { NEEDS_FOUND } from "../turn-logic.ts"
import { answersByJudge, answersByModels, type BlindAnswer } from "./blind-answers.ts"
import { type BlindCheck, blindCheck, blindQuestionOf } from "./blind-check.ts"
import { leakFindings } from "./leaks.ts"
import { type Located, locatePassage } from "./locate-passage.ts"
import { gateFindings, sharesOf, verdictOf, type Weighed } from "./round-verdicts.ts"
import { statementsOf, supportedClaims } from "./supported-claims.ts"
import { unsupportedFacts } from "./unsupported-facts.ts"

export interface Grounded {
  readonly rounds: ReadonlyArray<Round>
  /** All but the coverage, which is measured of what passes. */
  readonly stats: Omit<z.output<typeof Stats>, "coverage">
}

/** Turned down, or grounded with nothing found. */
export type Grounding =
  | { readonly findings: readonly [Finding, ...ReadonlyArray<Finding>]; readonly grounded: null }
  | { readonly findings: readonly []; readonly grounded: Grounded }

export interface Ground {
  readonly chunk: Chunk
  readonly config: R2sConfig
  readonly crossLingual: boolean
}

/**
 * Whether what B says rests on the chunk (section 3.2), from the cheapest to the dearest: passages, hard facts and leaks; claims against
 * sentences; questions to somebody who does not see the reply. What is found in a step ends the cascade, so that no model is asked about
 * what is already turned down. Claims and questions go to local models or to the judge (`groundingBy`; 2 calls at most).
 *
 * In another language than the document's, local models cannot hold claims against its sentences: a round whose passage was found counts as
 * grounded with the passage's similarity, figures are still checked, and the judge's loyalty has to do the rest.
 */
export const groundDialogue = Effect.fnUntraced(function* (draft: Draft, { chunk, config, crossLingual }: Ground) {
  const { rounds } = draft
  const located = yield* Effect.forEach(rounds, (round) => locatePassage(round, chunk, config.found))
  const free = [
    ...missingPassages(rounds, located),
    ...leakFindings(rounds),
    ...(yield* unsupportedFacts(rounds, chunk, { crossLingual }))
  ]
  if (hasSome(free)) return turnedDown(free)

  const by = whoGrounds(config, draft)
  const isBlindToLanguage = crossLingual && by === "local"
  const claims = isBlindToLanguage ? [] : yield* supportedClaims(rounds, located, chunk, config, by)
  const weighed = rounds.map(
    (round, index): Weighed => ({ round, located: located[index] as Located, claims: claims[index] ?? [] })
  )
  const verdicts = weighed.map((one) => (isBlindToLanguage ? acrossLanguages(one) : verdictOf(one)))
  const gated = gateFindings(weighed, verdicts, config)
  if (hasSome(gated)) return turnedDown(gated)

  const checks = isBlindToLanguage ? new Map<number, BlindCheck>() : yield* blindChecks(weighed, chunk, config, by)
  const unanswered = [...checks.values()].flatMap(({ findings }) => findings)
  if (hasSome(unanswered)) return turnedDown(unanswered)

  const grounded = weighed.map((one, index) =>
    groundedRound(one, verdicts[index] as RoundGrounding, checks.get(index)?.blind ?? null, chunk.char_start)
  )
  return { findings: [], grounded: { rounds: grounded, stats: statsOf(grounded) } } satisfies Grounding
})

/**
 * `auto`: local models where one for entailment is named, and where the dialogue is simulated, since that only quotes; otherwise the
 * judge, because word lists turn down what is said in other words.
 */
const whoGrounds = ({ groundingBy, localModels }: R2sConfig, { model }: Draft): "local" | "judge" => {
  if (groundingBy !== "auto") return groundingBy
  return localModels.entailment !== undefined || model === SIMULATED_MODEL ? "local" : "judge"
}

/** Of the rounds that ask, by their place. */
const blindChecks = Effect.fnUntraced(function* (
  weighed: ReadonlyArray<Weighed>,
  chunk: Chunk,
  config: R2sConfig,
  by: "local" | "judge"
) {
  const asked = weighed.flatMap((one, index) => {
    const question = blindQuestionOf(one.round, weighed[index - 1]?.round, config.answerability)
    return question === null ? [] : [{ one, index, question }]
  })
  const questions = asked.map(({ question }) => question)
  const answers: ReadonlyArray<BlindAnswer> =
    by === "judge" ? yield* answersByJudge(questions, chunk, config) : yield* answersByModels(questions, chunk, config)
  return new Map(
    asked.map(({ index, one }, position) => [
      index,
      blindCheck(one, answers[position] as BlindAnswer, chunk, config.answerability)
    ])
  )
})

const hasSome = (findings: ReadonlyArray<Finding>): findings is readonly [Finding, ...ReadonlyArray<Finding>] =>
  findings.length > 0

const turnedDown = (findings: readonly [Finding, ...ReadonlyArray<Finding>]): Grounding => ({
  findings,
  grounded: null
})

/** A type that needs a passage has one, or says nothing of the kind; one that is given is there (F_FOUND_MISSING). */
const missingPassages = (rounds: ReadonlyArray<DraftRound>, located: ReadonlyArray<Located>): ReadonlyArray<Finding> =>
  rounds.flatMap((round, index) => {
    const { found, id, logic_type } = round
    const { match, similarity } = located[index] as Located
    if (match !== "missing" || found === null || logic_type === null) return []
    const isNeeded =
      NEEDS_FOUND.has(logic_type) || (logic_type === "opinion_agreement" && statementsOf(round).length > 0)
    if (!isNeeded) return []
    return [
      {
        code: "F_FOUND_MISSING",
        reason: `Round ${id}: the passage ${JSON.stringify(found)} is not in the chunk.`,
        evidence: { round: id, found, similarity, logic_type }
      }
    ]
  })

/** Of a dialogue in another language than its document. */
const acrossLanguages = ({ located, round }: Weighed): RoundGrounding => {
  if (located.start !== null) return "grounded"
  if (statementsOf(round).length === 0) return "not_needed"
  return isHedged(round.b) ? "commonsense" : "ungrounded"
}

const groundedRound = (
  { claims, located, round }: Weighed,
  grounding: RoundGrounding,
  blind: Round["blind"],
  offset: number
): Round => {
  const { a, b, free_text, id, logic_type, progress, purpose, question_logic, role_steps } = round
  const scores = claims.map(({ score }) => score)
  const place = (position: number | null) => (position === null ? null : offset + position)
  return {
    id,
    a,
    b,
    thought:
      logic_type === null && free_text === null
        ? null
        : {
            logic_type,
            search: round.search,
            found: round.found,
            found_sids: [...located.sids],
            found_match: located.match,
            found_start: place(located.start),
            found_end: place(located.end),
            free_text
          },
    chain:
      logic_type === null || progress === null
        ? null
        : { logic_type, progress, role_steps: role_steps ?? "", purpose: purpose ?? "" },
    question_logic,
    grounding,
    support_score: scores.length > 0 ? mean(scores) : grounding === "grounded" ? located.similarity : null,
    claims: claims.map(({ label, score, sids, text }) => ({ text, label, score, sids: [...sids] })),
    blind
  }
}

const mean = (values: ReadonlyArray<number>): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

const statsOf = (rounds: ReadonlyArray<Round>): Grounded["stats"] => {
  const verdicts = rounds.map(({ grounding }) => grounding)
  const claiming = verdicts.filter((verdict) => verdict !== "not_needed")
  const types = rounds.flatMap(({ chain }) => (chain === null ? [] : [chain.logic_type]))
  return {
    rounds: rounds.length,
    grounded_rate:
      claiming.length === 0 ? 0 : claiming.filter((verdict) => verdict === "grounded").length / claiming.length,
    commonsense_rate: sharesOf(verdicts).commonsense,
    logic_entropy: entropyOf(types),
    support: mean(rounds.flatMap(({ support_score }) => (support_score === null ? [] : [support_score])))
  }
}

/** In nats; 0 where all are the same. */
const entropyOf = (values: ReadonlyArray<string>): number => {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => {
    const share = count / values.length
    return sum - share * Math.log(share)
  }, 0)
}
