import type { R2sConfig } from "../config.ts"
import type { Characters, Chunk, DraftRound } from "../draft.ts"
import type { LanguagePack } from "../languages/language-pack.ts"
import type { R2sBackstage } from "../simulated/backstage.ts"
import type { DecideReply } from "./reply-schemas.ts"

/** What a dialogue is made from. */
export interface Source {
  readonly chunk: Chunk
  /** Language of the dialogue. */
  readonly pack: LanguagePack
  /** Of the item: the wanted number of rounds is drawn with it. */
  readonly seed: string
}

/** A dialogue in the making: what every step of a round sees. */
export interface Making {
  readonly config: R2sConfig
  readonly chunk: Chunk
  readonly pack: LanguagePack
  readonly characters: Characters
  readonly target: number
  readonly rounds: ReadonlyArray<DraftRound>
  /** What the simulated models see of it. */
  readonly backstage: R2sBackstage
}

/** What a round is to be, quotas and legal moves applied. */
export type Decision = Pick<DecideReply, "logic_type" | "progress" | "purpose" | "question_logic">

/** What a round rests on; `found` null where there is nothing. */
export type Passage = Pick<DraftRound, "search" | "found" | "found_sids">
