import { Effect } from "effect"
import { z } from "zod"
import { perplexity as perplexityOf, SequenceScorer } from "../../models/capabilities/sequence-scorer.ts"
import { type Finding, filterKind, type Judged } from "./filter.ts"
import { judgedByWorst, nothingToJudge } from "./rated.ts"
import { rolesOption, spoken } from "./spoken.ts"

const options = z
  .strictObject({
    roles: rolesOption(["assistant"]),
    minTokens: z.int().min(1).default(20).describe("Messages with fewer scored tokens are too short for a verdict."),
    low: z.number().min(1).describe("A perplexity below this is too fluent: repetition, or text known by heart."),
    high: z.number().min(1).describe("A perplexity above this is too strange: noise, or another language."),
    margin: z.number().min(1).default(1).describe("Within this factor of either end a message is unsure; 1: nowhere.")
  })
  .check((context) => {
    const { high, low, margin } = context.value
    if (low * margin <= high / margin) return
    context.issues.push({
      code: "custom",
      path: ["low"],
      message: `the band from ${low} to ${high} is empty within a margin of ${margin}`,
      input: low
    })
  })
type Options = z.output<typeof options>

/**
 * The perplexity of each message lies in a band (as CCNet, Wenzek et al. 2019, arXiv:1911.00359, cuts the web by a language model;
 * its cuts are percentiles of its own model). Perplexities of two models cannot be compared, nor those of letters with those of tokens, so
 * that both ends have to be given: take them from texts that you hold for good.
 */
export const perplexity = filterKind({
  name: "perplexity",
  asks: ["perplexity"],
  description: "Messages are neither too fluent nor too strange to a language model.",
  codes: {
    TOO_FLUENT: "the perplexity of a message is below low",
    TOO_STRANGE: "the perplexity of a message is above high"
  },
  options,
  make: (options) => ({
    name: "perplexity",
    cost: 100,
    judge: Effect.fnUntraced(function* (subject) {
      const messages = spoken(subject.messages, options.roles)
      if (messages.length === 0) return nothingToJudge("perplexity")
      const scorer = yield* SequenceScorer
      const { card, results } = yield* scorer.score(messages.map(({ text }) => text))
      const rated = messages.flatMap(({ index, role }, position) => {
        const result = results[position]
        if (result === undefined || result.tokens < options.minTokens) return []
        const value = perplexityOf(result)
        return [
          { value, verdict: verdictOf(value, options), finding: finding(index, role, value, result.tokens, options) }
        ]
      })
      const worst = rated.reduce<number | null>(
        (worst, { value }) =>
          worst === null || strangeness(value, options) > strangeness(worst, options) ? value : worst,
        null
      )
      return judgedByWorst("perplexity", rated, worst, card)
    })
  })
})

const verdictOf = (value: number, { high, low, margin }: Options): Judged["verdict"] => {
  if (value < low || value > high) return "reject"
  return value >= low * margin && value <= high / margin ? "pass" : "unsure"
}

/** How far out of the band, or how near to its nearest end, as a logarithm. */
const strangeness = (value: number, { high, low }: Options): number =>
  Math.max(Math.log(low / value), Math.log(value / high))

const finding = (message: number, role: string, value: number, tokens: number, { high, low }: Options): Finding => {
  const fluent = Math.log(low / value) > Math.log(value / high)
  return {
    code: fluent ? "TOO_FLUENT" : "TOO_STRANGE",
    reason: `Message ${message} (${role}) has a perplexity of ${value.toPrecision(3)}, ${fluent ? `against at least ${low}` : `against at most ${high}`}.`,
    evidence: { message, role, perplexity: value, tokens, low, high }
  }
}
