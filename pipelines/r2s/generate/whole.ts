import { Effect } from "effect"
import { fill } from "../../../stages/prompt-template.ts"
import { fewestRounds, type R2sConfig } from "../config.ts"
import { type Chunk, type Draft, type DraftRound, UNTOLD } from "../draft.ts"
import type { LanguagePack } from "../languages/language-pack.ts"
import { WHOLE_SYSTEM, wholeQuestion, workedExamples } from "../prompts/whole.ts"
import { backstageOf } from "../simulated/backstage.ts"
import { variantOf } from "../turn-logic.ts"
import { ask, type CodedIssue } from "./ask.ts"
import { tellingOf } from "./free-sentences.ts"
import type { Source } from "./making.ts"
import { BaseReply, CodReply, CotReply } from "./reply-schemas.ts"
import { silentSpeakers } from "./silent-speakers.ts"

/** A whole dialogue in one reply: `single_pass`, and the baselines `base` and `cot`. Costs 1 call. */
export const whole = Effect.fnUntraced(function* (config: R2sConfig, { chunk, pack, seed }: Source) {
  const { maxAttempts, maxTokens, mistakes, mode, temperatures } = config
  const variant = variantOf(mode)
  const examples = pack.examples.slice(0, config.workedExamples)
  const question = {
    role: "writer",
    name: "dialogue",
    system: [
      fill(WHOLE_SYSTEM[variant], { rounds: String(fewestRounds(config)), language: pack.name }),
      ...(examples.length === 0 ? [] : [workedExamples(examples, variant)])
    ].join("\n\n"),
    user: wholeQuestion(chunk, variant),
    temperature: temperatures.whole,
    maxTokens: maxTokens.whole,
    attempts: maxAttempts,
    draw: 0,
    backstage: backstageOf({
      part: "whole",
      chunk,
      mode,
      dialogueLanguage: pack.tag,
      seed,
      targetRounds: fewestRounds(config),
      free: tellingOf(chunk).map(({ sid }) => sid),
      mistakes
    }),
    check: ({ rounds }: { readonly rounds: ReadonlyArray<Spoken> }) => roundIssues(rounds, pack)
  } as const
  const draft = (
    { characters }: { readonly characters: Draft["characters"] },
    rounds: ReadonlyArray<DraftRound>,
    { model, planted }: { readonly model: string; readonly planted: ReadonlyArray<string> }
  ): Draft => ({
    mode,
    dialogue_lang: pack.tag,
    characters,
    rounds,
    target_rounds: null,
    overrides: 0,
    model,
    planted
  })
  if (variant === "cod") {
    const answer = yield* ask({ ...question, schema: CodReply })
    const rounds = answer.value.rounds.map(({ chain, question_logic, thought, ...spoken }) => ({
      ...UNTOLD,
      ...spoken,
      logic_type: thought.logic_type,
      search: thought.search,
      ...passageOf(thought, chunk, pack),
      progress: chain.progress,
      role_steps: chain.role_steps,
      purpose: chain.purpose,
      question_logic
    }))
    return draft(answer.value, rounds, answer)
  }
  if (variant === "cot") {
    const answer = yield* ask({ ...question, schema: CotReply })
    const rounds = answer.value.rounds.map(({ thought, ...spoken }) => ({ ...UNTOLD, ...spoken, free_text: thought }))
    return draft(answer.value, rounds, answer)
  }
  const answer = yield* ask({ ...question, schema: BaseReply })
  return draft(
    answer.value,
    answer.value.rounds.map((spoken) => ({ ...UNTOLD, ...spoken })),
    answer
  )
})

/** Words that stand for "nothing is there" are no passage, and numbers that no sentence has are left out. */
const passageOf = (
  { found, found_sids }: { readonly found: string | null; readonly found_sids: ReadonlyArray<number> },
  { sentences }: Chunk,
  { nothingFound }: LanguagePack
) => {
  const isNothing = found === null || found.trim() === "" || nothingFound.test(found)
  return {
    found: isNothing ? null : found,
    found_sids: isNothing ? [] : found_sids.filter((sid) => sentences.some((sentence) => sentence.sid === sid))
  }
}

interface Spoken {
  readonly id: number
  readonly a: string
  readonly b: string
}

/** Ids run from 1, and everybody says something. */
const roundIssues = (rounds: ReadonlyArray<Spoken>, pack: LanguagePack): ReadonlyArray<CodedIssue> =>
  rounds.flatMap(({ id, ...said }, index) => [
    ...(id === index + 1
      ? []
      : [{ code: "E_SCHEMA", pointer: `/rounds/${index}/id`, message: `must be ${index + 1}, not ${id}` } as const]),
    ...silentSpeakers(said, pack, `/rounds/${index}`)
  ])
