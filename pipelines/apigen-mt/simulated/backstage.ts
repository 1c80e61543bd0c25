import type { Action } from "../../../stages/environment.ts"
import { random } from "../../../stages/random.ts"
import type { ApigenMtConfig } from "../config.ts"
import type { Domain } from "../domains/domain.ts"
import type { User } from "../domains/retail/records.ts"
import { userOf } from "../domains/retail/tables.ts"
import { type KnownFacts, knownFacts } from "../facts.ts"
import type { Gold } from "../gold.ts"
import { grams } from "../overlap.ts"
import { type AgentMistake, agentMistakes, type HumanMistake, humanMistakes } from "./dialogue-mistakes.ts"
import { type Matter, matterOf } from "./matters.ts"
import { type Style, styleOf } from "./style.ts"

/** What the simulated customer, critic and agent see beyond their prompts: one attempt's ground truth, in words. */
export interface DialogueBackstage {
  readonly part: "dialogue"
  readonly domain: Domain
  readonly gold: Gold
  readonly user: User | undefined
  /** Writes of the ground truth, in order. */
  readonly matters: ReadonlyArray<Matter>
  /** Those that the instruction speaks of: no customer asks for what they do not want. */
  readonly wanted: ReadonlyArray<Matter>
  /** Questions in the instruction, as it words them. */
  readonly questions: ReadonlyArray<string>
  /** A forbidden or out-of-scope request, in the first person; null for the other kinds. */
  readonly deadEnd: string | null
  /** Reads that the answer, the refusal or the transfer rests on. */
  readonly reads: ReadonlyArray<Action>
  readonly style: Style
  /** Seed of what stays the same through an attempt. */
  readonly seed: string
  /** What each party is going to get wrong in this attempt, where it finds occasion to. */
  readonly agentMistake: AgentMistake | null
  readonly humanMistake: HumanMistake | null
  /** Word 8-grams of the instruction, so that the customer can keep clear of them. */
  readonly instructionGrams: ReadonlySet<string>
  /** What the customer can know from the instruction. */
  readonly known: KnownFacts
}

export const isDialogueBackstage = (value: unknown): value is DialogueBackstage =>
  typeof value === "object" && value !== null && "part" in value && value.part === "dialogue"

const sentences = (text: string) => text.split(/(?<=[.!?])\s+/)

/** "There is something you want to know: What did I pay for it?" becomes the question alone. */
const questionsIn = (instruction: string): ReadonlyArray<string> =>
  sentences(instruction)
    .filter((sentence) => sentence.endsWith("?"))
    .map((sentence) => sentence.slice(sentence.lastIndexOf(": ") + 1).trim())

/** A sentence that is no question names its target and what is to be done with it. */
const isInstructed = (instruction: string, { instructed, target }: Matter): boolean =>
  sentences(instruction).some(
    (sentence) =>
      !sentence.endsWith("?") && sentence.toLowerCase().includes(target.toLowerCase()) && instructed.test(sentence)
  )

/** "You want order 7 cancelled" becomes "I want order 7 cancelled". */
export const firstPerson = (sentence: string): string =>
  sentence
    .replaceAll(/\byou are\b/gi, "I am")
    .replaceAll(/\byou were\b/gi, "I was")
    .replaceAll(/\byourself\b/gi, "myself")
    .replaceAll(/\byour\b/gi, "my")
    .replaceAll(/\b(call|told|tell|to|for|with|give|gives|pass|passed) you\b/gi, "$1 me")
    .replaceAll(/\byou\b/gi, "I")

const deadEndIn = (instruction: string): string => {
  const found = sentences(instruction).filter((sentence) => /^You want\b/.test(sentence))
  const sentence = found.find((one) => one.includes("#W")) ?? found[0] ?? "You want something special."
  return firstPerson(sentence).replace(/[.]$/, "")
}

export const dialogueBackstage = (options: {
  readonly domain: Domain
  readonly gold: Gold
  readonly mistakes: ApigenMtConfig["mistakes"]
  /** Of the attempt. */
  readonly seed: string
}): DialogueBackstage => {
  const { domain, gold, mistakes, seed } = options
  const { environment } = domain
  const dice = random(`${seed}/backstage`)
  const { instruction } = gold.task
  const matters = gold.task.actions
    .filter((action) => environment.tools.get(action.name)?.kind === "write")
    .map((action) => matterOf(domain, gold.userId, action))
  const changesNothing = matters.length === 0
  const questions = questionsIn(instruction)
  const dead = changesNothing && (gold.transfers || gold.task.outputs.length === 0)
  return {
    part: "dialogue",
    domain,
    gold,
    user: userOf(environment.initial, gold.userId),
    matters,
    wanted: matters.filter((matter) => isInstructed(instruction, matter)),
    questions: dead ? [] : questions,
    deadEnd: dead ? deadEndIn(instruction) : null,
    reads: gold.evalRules.flatMap((rule) => (rule.kind === "read" ? readOf(rule.value) : [])),
    style: styleOf(instruction, dice.fork("style")),
    seed,
    agentMistake: dice.fork("agent").boolean(mistakes.agent) ? dice.fork("agent-code").pick(agentMistakes) : null,
    humanMistake: dice.fork("human").boolean(mistakes.human) ? dice.fork("human-code").pick(humanMistakes) : null,
    instructionGrams: grams(instruction),
    known: knownFacts(instruction)
  }
}

const readOf = (value: string): ReadonlyArray<Action> => {
  try {
    const action = JSON.parse(value) as Action
    return action.name.startsWith("find_user_id_by_") ? [] : [action]
  } catch {
    return []
  }
}
