import { Effect } from "effect"
import { z } from "zod"
import { type CallFailure, ChatModel } from "../../models/chat-model.ts"
import { ModelError } from "../../models/model-error.ts"
import { plantedIn } from "../../models/simulated.ts"
import { assistant, type Message, system, user } from "../../schemas/message.ts"
import type { UserReply, UserView } from "../../stages/conversation.ts"
import { splitReasoning } from "../../stages/reasoning.ts"
import { stage } from "../../stages/stage.ts"
import { InvalidReply, structured } from "../../stages/structured.ts"
import { type Dropped, dropReason, type FilterContext } from "./candidate-filters.ts"
import type { ApigenMtConfig } from "./config.ts"
import { knownFacts } from "./facts.ts"
import { grams } from "./overlap.ts"
import { criticSystem, criticUser } from "./prompts/critic.ts"
import { humanSystem } from "./prompts/human.ts"
import type { Candidate, UserTurn } from "./trajectory-tables.ts"

/** Turns of the dialogue that the critic reads. */
const CRITIC_TURNS = 6
/** Draws of N candidates before the human gives up. */
const DRAWS = 2

export const Critique = z.strictObject({
  reason: z.string(),
  score: z.int().min(0).max(10)
})

export interface HumanOptions {
  readonly instruction: string
  readonly persona: string | null
  /** Names of tools: no customer says them. */
  readonly tools: ReadonlyArray<string>
  readonly config: Pick<ApigenMtConfig, "bestOfN" | "temperatures" | "maxTokens" | "messageCharacters">
  /** From 1: equal lines of two attempts are drawn apart. */
  readonly attempt: number
  /** Called once a turn with all its candidates. */
  readonly record: (turn: UserTurn) => void
}

/**
 * The simulated customer, stabilised by best-of-N with self-critique (APIGen-MT, arXiv 2504.03601, section 4.2: N = 4, a score of
 * 0 to 10). Candidates first pass hard filters; a critic scores those left; the best is said, of equals the shorter. Where none is
 * left N more are drawn, once, and then the attempt ends as `user_failure`. Costs N calls of role `user` and up to N of role
 * `critic` a turn; with N = 1 there is no critic.
 *
 * It sees the instruction, the persona and the agent's replies. It never sees the ground truth, the tools or the policy.
 */
export const human = (options: HumanOptions) => {
  const { attempt, config } = options
  const opening = system(humanSystem(options.instruction, options.persona))
  const lasting: Omit<FilterContext, "known"> = {
    instruction: grams(options.instruction),
    persona: grams(options.persona ?? ""),
    tools: options.tools,
    maxCharacters: config.messageCharacters
  }

  return Effect.fnUntraced(function* (view: UserView): Effect.fn.Return<UserReply, CallFailure, ChatModel> {
    const messages = [opening, ...asSeenByHuman(view)]
    const told = view.lines.map((line) => line.text).join("\n")
    const context: FilterContext = { ...lasting, known: knownFacts(`${options.instruction}\n${told}`) }
    const candidates: Array<Candidate> = []
    for (let draw = 0; draw < DRAWS; draw++) {
      const first = ((attempt - 1) * DRAWS + draw) * config.bestOfN
      const drawn = yield* Effect.forEach(
        Array.from({ length: config.bestOfN }, (_, index) => first + index),
        (index) => propose(messages, index, config),
        { concurrency: "unbounded" }
      ).pipe(stage("speak"))
      const known = new Set(candidates.map((candidate) => candidate.text))
      const filtered = drawn.map((candidate): Proposed => {
        const dropped =
          candidate.dropped ?? (known.has(candidate.text) ? "DUPLICATE" : dropReason(candidate.text, view, context))
        known.add(candidate.text)
        return { ...candidate, dropped }
      })
      const scored =
        config.bestOfN === 1
          ? filtered
          : yield* Effect.forEach(
              filtered,
              (candidate): Effect.Effect<Proposed, CallFailure, ChatModel> =>
                candidate.dropped === null ? score(candidate, view, options) : Effect.succeed(candidate),
              { concurrency: "unbounded" }
            ).pipe(stage("critique"))
      const from = candidates.length
      candidates.push(...scored)
      const best = bestOf(scored)
      if (best !== null) {
        options.record({ turn: view.turn, candidates, chosen: from + best })
        return { text: scored[best]?.text ?? "" }
      }
    }
    options.record({ turn: view.turn, candidates, chosen: null })
    return { failure: `no candidate was left: ${candidates.map((candidate) => candidate.dropped).join(", ")}` }
  })
}

/** The human speaks as the assistant of its own history; the agent's lines are what it is asked. */
const asSeenByHuman = (view: UserView): ReadonlyArray<Message> =>
  view.lines.map((line) => (line.from === "agent" ? user(line.text) : assistant(line.text)))

/** Index of the best candidate left: highest score, then shortest, then first. Null where none is left. */
export const bestOf = (candidates: ReadonlyArray<Candidate>): number | null => {
  let best: number | null = null
  candidates.forEach((candidate, index) => {
    if (candidate.dropped !== null) return
    const other = best === null ? undefined : candidates[best]
    const ahead = (candidate.score ?? 0) - (other?.score ?? 0)
    if (other === undefined || ahead > 0 || (ahead === 0 && candidate.text.length < other.text.length)) best = index
  })
  return best
}

/** A filtered or cut reply is a candidate that is dropped, not a failure of the item: there are others. */
type Proposed = Candidate & { readonly dropped: Dropped | null }
type Unusable = ModelError & { readonly kind: "refused" | "truncated" }
const isUnusable = (error: unknown): error is Unusable =>
  error instanceof ModelError && (error.kind === "refused" || error.kind === "truncated")

const DROPPED_BY_PROVIDER = { refused: "REFUSED", truncated: "TRUNCATED" } as const

const propose = Effect.fnUntraced(function* (
  messages: ReadonlyArray<Message>,
  draw: number,
  config: HumanOptions["config"]
): Effect.fn.Return<Proposed, CallFailure, ChatModel> {
  const model = yield* ChatModel
  const asked = model.complete({
    role: "user",
    messages,
    sampling: { temperature: config.temperatures.human, maxTokens: config.maxTokens.human },
    draw
  })
  return yield* asked.pipe(
    Effect.map((completion) => {
      const text = splitReasoning(completion.message.content ?? "")
        .text.replaceAll(/\s+/g, " ")
        .trim()
      const reason = completion.finishReason
      return {
        text,
        score: null,
        dropped: reason === "length" ? "TRUNCATED" : reason === "content_filter" ? "REFUSED" : null,
        planted: plantedIn(completion.message.reasoning)[0] ?? null
      } as const
    }),
    Effect.catchIf(isUnusable, ({ kind }) =>
      Effect.succeed({ text: "", score: null, dropped: DROPPED_BY_PROVIDER[kind], planted: null })
    )
  )
})

const score = Effect.fnUntraced(function* (
  candidate: Proposed,
  view: UserView,
  options: HumanOptions
): Effect.fn.Return<Proposed, CallFailure, ChatModel> {
  const { config } = options
  const chat = view.lines
    .slice(-CRITIC_TURNS)
    .map((line) => `${line.from === "agent" ? "Support desk" : "Customer"}: ${line.text}`)
    .join("\n")
  const judged = structured({
    role: "critic",
    messages: [system(criticSystem), user(criticUser(options.instruction, chat, candidate.text))],
    schema: Critique,
    name: "critique",
    sampling: { temperature: config.temperatures.critic, maxTokens: config.maxTokens.critic },
    draw: 0,
    repairs: 1
  })
  const given = yield* judged.pipe(
    Effect.map(({ value }) => value.score as number | null),
    Effect.catchIf(
      (error): error is InvalidReply => error instanceof InvalidReply,
      (error) => Effect.succeed(taggedScore(error.text))
    ),
    Effect.catchIf(isUnusable, () => Effect.succeed(null))
  )
  return given === null ? { ...candidate, dropped: "UNSCORED" } : { ...candidate, score: given }
})

/** The paper's critic answers `<score>7</score>`: models that were taught so may keep to it. */
export const taggedScore = (text: string): number | null => {
  const found = /<score>\s*(\d{1,2})\s*<\/score>/i.exec(text)?.[1]
  return found !== undefined && Number(found) <= 10 ? Number(found) : null
}
