import type { LogicType, Mode, Progress, QuestionLogic } from "./turn-logic.ts"

/** What one dialogue is made from: a stretch of one document. */
export interface Chunk {
  readonly doc_id: string
  /** From 0 within its document. */
  readonly chunk_index: number
  readonly title: string | null
  /** BCP 47 tag of the document. */
  readonly lang: string
  /** The document's text from `char_start` on; all offsets below are into it. */
  readonly body: string
  /** Where `body` begins in the document's cleaned text, in UTF-16 code units. */
  readonly char_start: number
  readonly sentences: ReadonlyArray<ChunkSentence>
}

export interface ChunkSentence {
  /** From 1 within its chunk: the numbers that prompts show. */
  readonly sid: number
  /** In the chunk's body: `body.slice(start, end)` is `text`. */
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Who talks: A seeks, B helps. */
export interface Characters {
  readonly a: string
  readonly b: string
}

/** A round as a model wrote it: the six artefacts of section 2.5, those that the mode does not have being null. */
export interface DraftRound {
  /** From 1. */
  readonly id: number
  readonly a: string
  readonly b: string
  readonly logic_type: LogicType | null
  /** The key phrase that names what to look up. */
  readonly search: string | null
  /** What the document is said to say about it; null where nothing is there. Not yet checked. */
  readonly found: string | null
  /** Sentences that `found` is said to be from; numbers that no sentence has are left out. */
  readonly found_sids: ReadonlyArray<number>
  /** The free thought of mode `cot`. */
  readonly free_text: string | null
  readonly progress: Progress | null
  readonly role_steps: string | null
  readonly purpose: string | null
  readonly question_logic: QuestionLogic | null
}

/** A round of which nothing but the talk is known. */
export const UNTOLD: Omit<DraftRound, "id" | "a" | "b"> = {
  logic_type: null,
  search: null,
  found: null,
  found_sids: [],
  free_text: null,
  progress: null,
  role_steps: null,
  purpose: null,
  question_logic: null
}

/** A dialogue as it was generated, before any check. */
export interface Draft {
  readonly mode: Mode
  /** BCP 47 tag of the language it was asked for in. */
  readonly dialogue_lang: string
  readonly characters: Characters
  readonly rounds: ReadonlyArray<DraftRound>
  /** Rounds that the stop rule was drawn for; null where one call writes the whole. */
  readonly target_rounds: number | null
  /** Rounds whose type the quotas changed (stepwise). */
  readonly overrides: number
  /** Model that wrote the replies, as the server named it. */
  readonly model: string
  /** Mistakes that the simulated models made on purpose; empty with real models. */
  readonly planted: ReadonlyArray<string>
}
