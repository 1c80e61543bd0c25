import type { Characters } from "../draft.ts"
import type { LogicType, Progress, QuestionLogic } from "../turn-logic.ts"

/** A complete worked example, shown in prompts: its document is invented, and no dialogue may copy from it. */
export interface WorkedExample {
  readonly title: string
  readonly document: string
  readonly characters: Characters
  readonly rounds: ReadonlyArray<{
    readonly a: string
    readonly b: string
    readonly logic_type: LogicType
    readonly search: string
    /** Word for word from the document; null where nothing is there. */
    readonly found: string | null
    /** The free thought that mode `cot` shows in its place. */
    readonly free_text: string
    readonly progress: Progress
    readonly role_steps: string
    readonly purpose: string
    readonly question_logic: QuestionLogic | null
  }>
}

/** All that R2S knows of one language. A further language is one more file like `en.ts`, and a line in `packs.ts`. */
export interface LanguagePack {
  /** BCP 47: "en", "zh". */
  readonly tag: string
  /** As prompts name it: "English". Prompts stay in English, as in the paper; this names the language of the dialogue. */
  readonly name: string
  /** Complete worked examples in this language, each of all six logic types. */
  readonly examples: ReadonlyArray<WorkedExample>
  /** Speaking of the source instead of the matter: "the document", "the text above" (F_META). Global flag unset. */
  readonly metaTalk: RegExp
  /** What a model writes for "nothing is there": such a `found` is null. */
  readonly nothingFound: RegExp
  /** An utterance that stands for none: "xxx", "...", "[answer]". */
  readonly placeholder: RegExp
}
