import { Effect } from "effect"
import { z } from "zod"
import type { Message } from "../../schemas/message.ts"
import { cosine, embed } from "./ask.ts"
import { bandOptions, bandsInOrder, verdictOf } from "./bands.ts"
import { claimsOf } from "./claims.ts"
import { evidenceOf } from "./evidence.ts"
import { type Finding, filterKind } from "./filter.ts"
import { judgedByWorst, nothingToJudge } from "./rated.ts"
import { spoken } from "./spoken.ts"
import { entailments, supportOf } from "./support.ts"

const options = z
  .strictObject({
    minSimilarity: z.number().min(-1).max(1).default(0.3).describe("Pairs of claims less alike are not compared."),
    maxPairs: z
      .int()
      .min(1)
      .max(10_000)
      .default(64)
      .describe("How many pairs of a dialogue are compared, the most alike first."),
    excused: z
      .number()
      .min(0)
      .max(1)
      .default(0.7)
      .describe(
        "A later claim that tool results or the user's words since the earlier one entail with this probability is news."
      ),
    ...bandOptions({ rejectAbove: 0.5, passBelow: 0.3 })
  })
  .check(bandsInOrder)

interface Statement {
  readonly message: number
  readonly role: Message["role"]
  readonly text: string
}

interface StatementPair {
  readonly earlier: Statement
  readonly later: Statement
  readonly similarity: number
}

/**
 * What the assistant claims does not contradict what it claimed before, or what the user stated before; by the entailment model, on
 * the pairs of claims that are most alike. `rejectAbove` is R2S's threshold of a contradiction (section 3.2: 0.50); the others are
 * ours. The world may change between two claims, and users put themselves right: a contradiction that a tool result or the user's words in
 * between support is none.
 */
export const contradiction = filterKind({
  name: "contradiction",
  asks: ["embedding", "entailment"],
  description: "The assistant contradicts neither itself nor what the user stated.",
  codes: {
    SELF_CONTRADICTION: "a claim of the assistant contradicts an earlier one of its own",
    USER_CONTRADICTION: "a claim of the assistant contradicts what the user stated before"
  },
  options,
  make: (options) => ({
    name: "contradiction",
    cost: 100,
    judge: Effect.fnUntraced(function* (subject) {
      const statements = spoken(subject.messages, ["user", "assistant"]).flatMap(({ index, role, text }) =>
        claimsOf(text).map((claim): Statement => ({ message: index, role, text: claim.text }))
      )
      if (
        !statements.some(({ message, role }) => role === "assistant" && message > (statements[0] as Statement).message)
      ) {
        return nothingToJudge("contradiction")
      }
      const { vectors } = yield* embed(statements.map(({ text }) => text))
      const pairs = alikePairs(statements, vectors, options)
      if (pairs.length === 0) return nothingToJudge("contradiction")
      const { card, probabilities } = yield* entailments(
        pairs.map(({ earlier, later }) => ({ first: earlier.text, second: later.text }))
      )
      const rated = pairs.map((pair, index) => {
        const probability = probabilities[index]?.contradiction ?? 0
        return { pair, probability, verdict: verdictOf(probability, options), finding: findingOf(pair, probability) }
      })
      const suspects = rated.filter(({ verdict }) => verdict !== "pass").map(({ pair }) => pair)
      const evidence = evidenceOf(subject)
      const news = yield* supportOf(
        suspects.map(({ earlier, later }) => ({
          text: later.text,
          evidence: evidence
            .filter(({ message }) => message > earlier.message && message < later.message)
            .map(({ text }) => text)
        })),
        { entail: options.excused, unclear: options.excused, contradict: 1, premiseSentences: 5 }
      )
      const excused = new Set(suspects.filter((_, index) => news.claims[index]?.label === "supported"))
      const standing = rated.filter(({ pair }) => !excused.has(pair))
      return judgedByWorst(
        "contradiction",
        standing,
        Math.max(0, ...standing.map(({ probability }) => probability)),
        card
      )
    })
  })
})

const findingOf = ({ earlier, later, similarity }: StatementPair, probability: number): Finding => ({
  code: earlier.role === "user" ? "USER_CONTRADICTION" : "SELF_CONTRADICTION",
  reason: `Message ${later.message} says "${later.text}", against "${earlier.text}" in message ${earlier.message} (${earlier.role}).`,
  evidence: {
    message: later.message,
    claim: later.text,
    earlier_message: earlier.message,
    earlier_claim: earlier.text,
    contradiction: probability,
    similarity
  }
})

/** Claims of the assistant with earlier statements of either party, the most alike first, at most `maxPairs`. */
const alikePairs = (
  statements: ReadonlyArray<Statement>,
  vectors: ReadonlyArray<ReadonlyArray<number>>,
  { maxPairs, minSimilarity }: { readonly maxPairs: number; readonly minSimilarity: number }
): ReadonlyArray<StatementPair> => {
  const pairs: Array<StatementPair> = []
  for (const [index, later] of statements.entries()) {
    if (later.role !== "assistant") continue
    for (const [before, earlier] of statements.slice(0, index).entries()) {
      const similarity = cosine(vectors[before] ?? [], vectors[index] ?? [])
      if (similarity >= minSimilarity && earlier.text !== later.text && !areAboutOthers(earlier.text, later.text))
        pairs.push({ earlier, later, similarity })
    }
  }
  return pairs.toSorted((left, right) => right.similarity - left.similarity).slice(0, maxPairs)
}

/** "#W7318102", "SKU4411": letters or a number sign with digits. */
const IDENTIFIER = /#\w+|\b(?=\w{0,40}\d)(?=\w{0,40}[A-Za-z])\w{4,41}\b/g

/** Both name things by identifiers, and not one in common: what is true of one order says nothing of another. */
const areAboutOthers = (left: string, right: string): boolean => {
  const [ours, theirs] = [identifiersIn(left), identifiersIn(right)]
  return ours.length > 0 && theirs.length > 0 && !ours.some((identifier) => theirs.includes(identifier))
}

const identifiersIn = (text: string): ReadonlyArray<string> => text.match(IDENTIFIER) ?? []
