import { Effect } from "effect"
import type { CallFailure, ChatModel } from "../../../models/chat-model.ts"
import { fill } from "../../../stages/prompt-template.ts"
import { random } from "../../../stages/random.ts"
import type { Rejected } from "../../../stages/stage.ts"
import type { R2sConfig } from "../config.ts"
import type { Chunk, Draft, DraftRound } from "../draft.ts"
import type { LanguagePack } from "../languages/language-pack.ts"
import { CHARACTERS_SYSTEM, charactersQuestion, DECIDE_SYSTEM, decideQuestion } from "../prompts/stepwise.ts"
import { backstageOf, type R2sBackstage } from "../simulated/backstage.ts"
import { NEEDS_FOUND } from "../turn-logic.ts"
import { type Answer, ask } from "./ask.ts"
import { findPassage, NOTHING } from "./find-passage.ts"
import { type Free, freeSentences, tellingOf } from "./free-sentences.ts"
import type { Decision, Making, Passage, Source } from "./making.ts"
import { nextLogic, progressOf, type Standing } from "./next-logic.ts"
import { CharactersReply, DecideReply } from "./reply-schemas.ts"
import { silentSpeakers } from "./silent-speakers.ts"
import { writeRound } from "./write-round.ts"

/**
 * A dialogue round by round (section 2.6): the logic is decided, what it rests on is looked up, then it is written. Costs 1 call for the
 * characters and 2 or 3 a round: rounds in which B states nothing look nothing up.
 */
export const stepwise = Effect.fnUntraced(function* (
  config: R2sConfig,
  { chunk, pack, seed }: Source
): Effect.fn.Return<Draft, Rejected | CallFailure, ChatModel> {
  const { high, low } = config.targetRounds
  const target = random(seed).fork("target").integer(low, high)
  const backstage = backstageOf({
    part: "characters",
    chunk,
    mode: config.mode,
    dialogueLanguage: pack.tag,
    seed,
    targetRounds: target,
    mistakes: config.mistakes
  })
  const cast = yield* charactersOf(config, chunk, pack, backstage)
  const telling = tellingOf(chunk)
  const rounds: Array<DraftRound> = []
  const answers: Array<Answer<unknown>> = [cast]
  let overrides = 0
  for (let stopped = false; !stopped; ) {
    const left = freeSentences(telling, rounds, config)
    const making: Making = {
      config,
      chunk,
      pack,
      characters: cast.value,
      target,
      rounds,
      backstage: { ...backstage, rounds, characters: cast.value, free: left.free.map(({ sid }) => sid) }
    }
    const decided = yield* decide(making, left)
    const { overridden, ...decision } = decisionOf(decided.value, making, left)
    if (overridden) overrides++
    const found: { readonly passage: Passage; readonly answers: ReadonlyArray<Answer<unknown>> } =
      NEEDS_FOUND.has(decision.logic_type) ||
      (decision.logic_type === "opinion_agreement" && decision.progress !== "end")
        ? yield* findPassage(making, decision, left)
        : { passage: { ...NOTHING, search: decision.purpose }, answers: [] }
    const written = yield* writeRound(making, decision, found.passage)
    rounds.push({
      id: rounds.length + 1,
      a: written.value.a,
      b: written.value.b,
      ...decision,
      ...found.passage,
      free_text: null,
      role_steps: written.value.role_steps
    })
    answers.push(decided, ...found.answers, written)
    stopped = decision.progress === "end"
  }
  return {
    mode: config.mode,
    dialogue_lang: pack.tag,
    characters: cast.value,
    rounds,
    target_rounds: target,
    overrides,
    model: answers.at(-1)?.model ?? "",
    planted: [...new Set(answers.flatMap(({ planted }) => planted))]
  }
})

const charactersOf = (config: R2sConfig, chunk: Chunk, pack: LanguagePack, backstage: R2sBackstage) =>
  ask({
    role: "planner",
    name: "characters",
    system: fill(CHARACTERS_SYSTEM, { language: pack.name }),
    user: charactersQuestion(chunk),
    schema: CharactersReply,
    temperature: config.temperatures.characters,
    maxTokens: config.maxTokens.characters,
    attempts: config.maxAttempts,
    draw: 0,
    backstage,
    check: (said) => silentSpeakers(said, pack)
  })

/** Step 1: the logic of the round, as the model would have it. */
const decide = ({ backstage, chunk, config, pack, rounds }: Making, { unused }: Free) =>
  ask({
    role: "planner",
    name: "decide",
    system: fill(DECIDE_SYSTEM, { language: pack.name }),
    user: decideQuestion(chunk, rounds, unused),
    schema: DecideReply,
    temperature: config.temperatures.decide,
    maxTokens: config.maxTokens.decide,
    attempts: config.maxAttempts,
    draw: 0,
    backstage: { ...backstage, part: "decide" }
  })

/** The reply with quotas, legal moves and the stop rule applied: code overrides the model. */
const decisionOf = (
  reply: DecideReply,
  { config, rounds, target }: Making,
  left: Free
): Decision & { readonly overridden: boolean } => {
  const round = rounds.length + 1
  const types = rounds.flatMap(({ logic_type }) => (logic_type === null ? [] : [logic_type]))
  const mayStop = types.at(-1) !== "question_question"
  const closing = closesAt(round, config, target, left) || (reply.stop && mayStop && round >= config.minRounds)
  const standing: Standing = {
    types,
    target,
    closing,
    closesNext: closesAt(round + 1, config, target, left),
    hasFree: left.free.length > 0
  }
  const { overridden, type } = nextLogic(reply.logic_type, standing, config.quotas)
  return {
    logic_type: type,
    progress: progressOf(reply.progress, round, closing),
    purpose: reply.purpose,
    // A label for a question that is no longer asked would be wrong.
    question_logic: overridden ? null : reply.question_logic,
    overridden
  }
}

/**
 * The stop rule (section 2.7): from the least number of rounds on, a round is the last when the wanted number is reached, nothing is left
 * to talk about, or most of the chunk was. The planner may close earlier than wanted, never below the least number.
 */
const closesAt = (
  round: number,
  { maxRounds, minRounds, stopCoverage }: R2sConfig,
  target: number,
  { coverage, unused }: Free
): boolean =>
  round >= maxRounds || (round >= minRounds && (round >= target || unused.length === 0 || coverage >= stopCoverage))
