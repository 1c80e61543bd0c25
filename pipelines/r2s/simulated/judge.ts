import { entailment } from "../../../models/lexical/entailment.ts"
import { relevance } from "../../../models/lexical/relevance.ts"
import type { ProviderRequest } from "../../../models/provider.ts"
import type { SimulatedReply } from "../../../models/simulated.ts"
import { claimsOf } from "../../../stages/filters/claims.ts"
import type { Random } from "../../../stages/random.ts"
import { normalise } from "../../../stages/text/normalise.ts"
import { words } from "../../../stages/text/words.ts"
import { repeatedTurn } from "../repeated-turn.ts"
import type { R2sBackstage } from "./backstage.ts"

/** Scores by shared words: how much of what B states stands in the chunk, and whether A repeats itself. It understands nothing. */
export const judge = (backstage: R2sBackstage, request: ProviderRequest, draws: Random): SimulatedReply => {
  switch (request.response?.name) {
    case "rating":
      return rating(backstage)
    case "claims":
      return claims(backstage, request)
    case "blind":
      return blind(backstage, request)
    default:
      return scores(backstage, request, draws)
  }
}

/** By the house's lexical entailment, each claim against the sentence that shares the most words with it. */
const claims = ({ chunk }: R2sBackstage, request: ProviderRequest): SimulatedReply => ({
  content: JSON.stringify({
    claims: listIn(request, "claims").map(({ claim = "", id }) => {
      const sids = nearest(chunk, claim, 1)
      const premise = chunk.sentences.find(({ sid }) => sid === sids[0])?.text ?? ""
      const label = entailment({ first: premise, second: claim })[0]?.label
      if (label !== "entailment" && label !== "contradiction") return { id, label: "not_in_document", sids: [] }
      return { id, label: label === "entailment" ? "supported" : "contradicted", sids }
    })
  })
})

/** The sentences that share the most words with the question; none where they share nothing. */
const blind = ({ chunk }: R2sBackstage, request: ProviderRequest): SimulatedReply => ({
  content: JSON.stringify({
    answers: listIn(request, "questions").map(({ id, question = "" }) => ({ id, sids: nearest(chunk, question, 3) }))
  })
})

const nearest = ({ sentences }: R2sBackstage["chunk"], text: string, count: number): ReadonlyArray<number> =>
  sentences
    .map(({ sid, text: sentence }) => ({ sid, score: relevance({ first: text, second: sentence })[0]?.score ?? 0 }))
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score || left.sid - right.sid)
    .slice(0, count)
    .map(({ sid }) => sid)

/** What the prompt lists between tags; the last such block counts. */
const listIn = (
  { messages }: ProviderRequest,
  tag: string
): ReadonlyArray<{ readonly id: number; readonly claim?: string; readonly question?: string }> => {
  const prompt = messages.find(({ role }) => role === "user")?.content ?? ""
  const start = prompt.lastIndexOf(`<${tag}>`)
  return JSON.parse(prompt.slice(start + tag.length + 2, prompt.lastIndexOf(`</${tag}>`)))
}

const rating = ({ chunk, rounds }: R2sBackstage): SimulatedReply => {
  const shares = rounds.flatMap(({ b }) => (claimsOf(b).length === 0 ? [] : [shareIn(b, chunk.body)]))
  const share = shares.length === 0 ? 0 : shares.reduce((sum, one) => sum + one, 0) / shares.length
  return {
    content: JSON.stringify({
      reason: `${Math.round(100 * share)} % of the words that B states with stand in the document.`,
      rating: Math.max(1, Math.min(10, Math.round(1 + 8 * share)))
    })
  }
}

const scores = (
  { chunk, mistakes, rounds, seed }: R2sBackstage,
  request: ProviderRequest,
  draws: Random
): SimulatedReply => {
  const asked = askedFor(request)
  const turns = rounds
    .filter(({ id }) => asked === null || asked.has(id))
    .map(({ a, b, id }): Record<string, number | string> => {
      const share = shareIn(b, chunk.body)
      const states = claimsOf(b).length > 0
      const lift = draws.pick([0, 0, 0.5])
      return {
        id,
        informativeness: words(a).length >= 6 ? 3.5 + lift : 2.5,
        understanding: 4 + lift,
        helpfulness: 3.5 + lift,
        loyalty: states ? onGrid(5 * share) : "NA",
        flexibility: 3 + lift
      }
    })
  const repeats = rounds.some(
    ({ a }, index) =>
      repeatedTurn(
        a,
        rounds.slice(0, index).map((earlier) => earlier.a)
      ) !== null
  )
  const reply: Record<string, unknown> = {
    turns,
    consistency: 4.5,
    coherence: repeats ? 2 : 4,
    emotion: 2.5 + draws.pick([0, 0.5, 1])
  }
  const broken = draws.fork(`broken ${seed}`)
  if (broken.boolean(mistakes.brokenScores)) {
    const turn = turns.length === 0 ? undefined : broken.pick(turns)
    if (turn !== undefined) turn.understanding = broken.pick([4.3, 7, "good"])
    else reply.emotion = 5.5
  }
  return { content: JSON.stringify(reply) }
}

/** Numbers of the turns that the prompt wants scored; null for all. The last such line counts: what was said may hold one too. */
const askedFor = ({ messages }: ProviderRequest): ReadonlySet<number> | null => {
  const prompt = messages.find(({ role }) => role === "user")?.content ?? ""
  const last = prompt.slice(prompt.lastIndexOf("\n") + 1)
  if (!last.startsWith("Score only ")) return null
  return new Set([...last.matchAll(/turn (\d+)/g)].map((match) => Number(match[1])))
}

const shareIn = (text: string, body: string): number => {
  const known = new Set(words(normalise(body)))
  const said = words(normalise(text))
  return said.length === 0 ? 0 : said.filter((word) => known.has(word)).length / said.length
}

const onGrid = (score: number): number => Math.round(2 * score) / 2
