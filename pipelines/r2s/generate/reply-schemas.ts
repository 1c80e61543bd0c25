import { z } from "zod"
import { LogicType, Progress, QuestionLogic } from "../turn-logic.ts"

/** An utterance or a phrase: emptiness is looked at apart, so that it has its own code. */
const Text = z.string()
/** Models write 1, "1" and 1.0 for the same sentence; what is no number of a sentence is left out later. */
const Sids = z.array(z.coerce.number())
/** What is outside the taxonomy is no reason to lose a dialogue: the label gates nothing. */
const AnyQuestionLogic = QuestionLogic.nullable().catch(null)

export const CharactersReply = z.object({ a: Text, b: Text })

export const DecideReply = z.object({
  logic_type: LogicType,
  progress: Progress,
  purpose: Text,
  question_logic: AnyQuestionLogic,
  stop: z.boolean()
})
export type DecideReply = z.output<typeof DecideReply>

export const FindReply = z.object({ search: Text, found_sids: Sids, found: Text.nullable() })

export const WriteReply = z.object({ a: Text, b: Text, role_steps: Text })

const Characters = z.object({ a: Text, b: Text })

/** A whole dialogue by the chain of dialogue. The ids are looked at apart. */
export const CodReply = z.object({
  characters: Characters,
  rounds: z
    .array(
      z.object({
        id: z.int(),
        a: Text,
        thought: z.object({ logic_type: LogicType, search: Text, found: Text.nullable(), found_sids: Sids }),
        b: Text,
        chain: z.object({ logic_type: LogicType, progress: Progress, role_steps: Text, purpose: Text }),
        question_logic: AnyQuestionLogic
      })
    )
    .min(1)
})

export const CotReply = z.object({
  characters: Characters,
  rounds: z.array(z.object({ id: z.int(), a: Text, thought: Text, b: Text })).min(1)
})

export const BaseReply = z.object({
  characters: Characters,
  rounds: z.array(z.object({ id: z.int(), a: Text, b: Text })).min(1)
})
