import { z } from "zod"
import { assistant, type Message, user } from "../../../schemas/message.ts"
import type { Candidate, Round } from "../tables.ts"
import { LogicType, Progress, QuestionLogic, type Variant, variantOf } from "../turn-logic.ts"

const Characters = z.strictObject({ a: z.string(), b: z.string() })
const spoken = { id: z.int(), a: z.string(), b: z.string() }

/** What a model that has learnt from `gllm_train` answers, by variant: characters and rounds, never the document. */
export const GllmTarget: Readonly<Record<Variant, z.ZodType<GllmDialogue>>> = {
  cod: z.strictObject({
    characters: Characters,
    rounds: z.array(
      z.strictObject({
        ...spoken,
        thought: z.strictObject({ logic_type: LogicType, search: z.string(), found: z.string().nullable() }),
        chain: z.strictObject({
          logic_type: LogicType,
          progress: Progress,
          role_steps: z.string(),
          purpose: z.string()
        }),
        question_logic: QuestionLogic.nullable()
      })
    )
  }),
  cot: z.strictObject({
    characters: Characters,
    rounds: z.array(z.strictObject({ ...spoken, thought: z.string() }))
  }),
  base: z.strictObject({ characters: Characters, rounds: z.array(z.strictObject(spoken)) })
}

export interface GllmDialogue {
  readonly characters: { readonly a: string; readonly b: string }
  readonly rounds: ReadonlyArray<{ readonly id: number; readonly a: string; readonly b: string }>
}

/** A line of `=` that stands nowhere in the document, so that it holds any text as it is, braces and fences included. */
const fenceFor = (document: string): string => {
  const longest = Math.max(7, ...[...document.matchAll(/=+/g)].map(([run]) => run.length))
  return "=".repeat(longest + 1)
}

const LANGUAGES = new Intl.DisplayNames("en", { type: "language" })

/** What the model is asked: a short instruction, the language, and the document between two lines that it does not hold. */
export const gllmPrompt = (document: string, language: string, variant: Variant): string => {
  const fence = fenceFor(document)
  return `${INSTRUCTIONS[variant]} Language of the dialogue: ${LANGUAGES.of(language) ?? language} (${language}).\n${fence}\n${document}\n${fence}`
}

const INSTRUCTIONS: Readonly<Record<Variant, string>> = {
  cod: "Turn the document into a dialogue between A, who wants to know, and B, who helps. Before each reply of B say which logic the round has, what to look up and what the document says; after it, the chain of logic. Answer in JSON.",
  cot: "Turn the document into a dialogue between A, who wants to know, and B, who helps. Think before each reply of B. Answer in JSON.",
  base: "Turn the document into a dialogue between A, who wants to know, and B, who helps. Answer in JSON."
}

/** The document of a prompt that `gllmPrompt` made, byte for byte; null where the text is none. */
export const documentIn = (prompt: string): string | null => /\n(={8,})\n([\s\S]*)\n\1$/.exec(prompt)?.[2] ?? null

/** One training example (section 2.8): user asks with the document, the answer is JSON. The loss belongs on the last message only. */
export const gllmMessages = (dialogue: Candidate): ReadonlyArray<Message> => {
  const variant = variantOf(dialogue.mode)
  return [
    user(gllmPrompt(dialogue.passage, dialogue.dialogue_lang, variant)),
    assistant(
      JSON.stringify({
        characters: dialogue.characters,
        rounds: dialogue.rounds.map((round) => targetRound(round, variant))
      })
    )
  ]
}

const targetRound = ({ a, b, chain, id, question_logic, thought }: Round, variant: Variant) => {
  if (variant === "base") return { id, a, b }
  // A thought comes before the reply that it is for: whoever learns from this writes in the same order.
  if (variant === "cot") return { id, a, thought: thought?.free_text ?? "", b }
  const { found = null, logic_type = null, search = null } = thought ?? {}
  return { id, a, thought: { logic_type, search: search ?? "", found }, b, chain, question_logic }
}
