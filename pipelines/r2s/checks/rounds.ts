import type { Finding } from "../../../stages/filters/filter.ts"
import { fewestRounds, type R2sConfig } from "../config.ts"
import type { DraftRound } from "../draft.ts"

/** F_ROUNDS: 8 to 16 rounds; `base` and `cot` may have 7, as the paper asks of them. */
export const roundsFindings = (rounds: ReadonlyArray<DraftRound>, config: R2sConfig): ReadonlyArray<Finding> => {
  const [least, most, found] = [fewestRounds(config), config.maxRounds, rounds.length]
  return found >= least && found <= most
    ? []
    : [
        {
          code: "F_ROUNDS",
          reason: `The dialogue has ${found} rounds; ${config.mode} takes ${least} to ${most}.`,
          evidence: { found, least, most, mode: config.mode }
        }
      ]
}
