import type { ProviderRequest } from "../../../models/provider.ts"
import type { SimulatedReply } from "../../../models/simulated.ts"
import { claimsOf } from "../../../stages/filters/claims.ts"
import type { Random } from "../../../stages/random.ts"
import { normalise } from "../../../stages/text/normalise.ts"
import { words } from "../../../stages/text/words.ts"
import { repeatedTurn } from "../repeated-turn.ts"
import type { R2sBackstage } from "./backstage.ts"

/** Scores by shared words: how much of what B states stands in the chunk, and whether A repeats itself. It understands nothing. */
export const judge = (backstage: R2sBackstage, request: ProviderRequest, draws: Random): SimulatedReply =>
  request.response?.name === "rating" ? rating(backstage) : scores(backstage, request, draws)

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
