import type { JsonObject } from "../../../schemas/json.ts"
import type { Random } from "../../../stages/random.ts"
import type { Simulated } from "../../pipeline.ts"
import type { GeneratorBackstage } from "../generation.ts"
import type { SampledTask } from "../samplers.ts"
import { MAX_WORDS } from "../validation.ts"
import { type DraftParts, intentOf, renderReply } from "./draft-parts.ts"
import { plantMistake } from "./mistakes.ts"
import {
  endingOf,
  identityOf,
  openingOf,
  questionsOf,
  requestsOf,
  shortEnding,
  shortIdentityOf,
  shortOpeningOf,
  thoughtOf
} from "./wording.ts"

/** Chance of a mistake in a round of a hard blueprint: feedback hardly helps. */
const HARD = 0.95
/** What each round of feedback leaves of the chance of a mistake. */
const LEARNING = 0.55

/**
 * A generator that knows the scenario's ground truth and writes it down well, except where it plants a mistake on purpose. It
 * says so in the reply's private reasoning, as a line `planted: code`, which real models do not write (see `plantedIn`).
 */
export const simulatedGenerator: Simulated[string] = ({ backstage, random }) => {
  const { domain, hard, mistakes, round, task } = backstage as GeneratorBackstage
  const parts = writeDraft(task, random.fork("words"))
  const chance = hard && mistakes.blueprint > 0 ? HARD : mistakes.blueprint * LEARNING ** round
  const planted = random.boolean(chance) ? plantMistake(parts, { domain, task }, random.fork("mistake")) : null
  return planted === null
    ? { content: renderReply(parts) }
    : { content: renderReply(planted.parts), reasoning: `planted: ${planted.code}` }
}

/** A draft without mistakes. Five wishes, each with its options, leave little room for temper and further questions. */
export const writeDraft = (task: SampledTask, random: Random): DraftParts => {
  const parts = faultless(task, askedQuestions(task, random), random)
  if (wordsOf(parts) <= MAX_WORDS) return parts
  const one = faultless(task, askedQuestions(task, random).slice(0, 1), random)
  return { ...one, opening: shortOpeningOf(task), identity: shortIdentityOf(task), ending: shortEnding }
}

const wordsOf = (parts: DraftParts) => intentOf(parts).split(/\s+/).length

type Question = SampledTask["scenario"]["questions"][number]

/** One question, now and then two. */
const askedQuestions = (task: SampledTask, random: Random): ReadonlyArray<Question> =>
  task.kind === "mixed" || task.kind === "info"
    ? random.sample(task.scenario.questions, random.boolean(0.25) ? 2 : 1)
    : []

const faultless = (task: SampledTask, asked: ReadonlyArray<Question>, random: Random): DraftParts => {
  const facts = Object.assign(
    {},
    ...task.scenario.writes.map((write) => write.facts),
    task.deadEnd?.facts
  ) as JsonObject
  return {
    opening: openingOf(task, random),
    identity: identityOf(task, random),
    requests: task.deadEnd === null ? requestsOf(task, random) : [task.deadEnd.request],
    questions: questionsOf(
      task,
      asked.map((question) => question.question),
      random
    ),
    ending: endingOf(task, random),
    actions: task.scenario.writes.map((write) => ({ name: write.tool, arguments: write.arguments })),
    outputs: [...new Set(asked.map((question) => question.answer))],
    facts,
    thought: thoughtOf(task, random),
    form: "whole"
  }
}
