import type { R2sConfig } from "../config.ts"
import type { Characters, Chunk, DraftRound } from "../draft.ts"
import type { LogicType, Mode, Progress } from "../turn-logic.ts"

/** What the simulated models see beyond their prompts. Nothing of it can reach a real provider. */
export interface R2sBackstage {
  readonly method: "r2s"
  /** Which call this is: of `stepwise` the first four, of the other modes `whole`, of the judge `judge`. */
  readonly part: "characters" | "decide" | "find" | "write" | "whole" | "judge"
  readonly chunk: Chunk
  readonly mode: Mode
  readonly dialogueLanguage: string
  /** Seed of the item: what is planted in it stays the same through its calls. */
  readonly seed: string
  /** The rounds so far; for the judge, all. */
  readonly rounds: ReadonlyArray<DraftRound>
  readonly characters: Characters | null
  readonly targetRounds: number
  /** Sentences that may still be the ground of a round. */
  readonly free: ReadonlyArray<number>
  /** For `find` and `write`: what was decided, quotas applied. */
  readonly decision: {
    readonly logic_type: LogicType
    readonly progress: Progress
    readonly purpose: string
  } | null
  /** For `write`: the passage to write from. */
  readonly found: {
    readonly search: string
    readonly found: string | null
    readonly found_sids: ReadonlyArray<number>
  } | null
  /** How often this has been asked before although the reply was of the shape: A had repeated itself. */
  readonly redraw: number
  readonly mistakes: R2sConfig["mistakes"]
}

type Known = Pick<R2sBackstage, "part" | "chunk" | "mode" | "dialogueLanguage" | "seed" | "targetRounds" | "mistakes"> &
  Partial<R2sBackstage>

/** The backstage of a call: what is known of it, and nothing of the rest. */
export const backstageOf = (known: Known): R2sBackstage => ({
  method: "r2s",
  rounds: [],
  characters: null,
  free: [],
  decision: null,
  found: null,
  redraw: 0,
  ...known
})

export const isR2sBackstage = (value: unknown): value is R2sBackstage =>
  typeof value === "object" && value !== null && "method" in value && value.method === "r2s"
