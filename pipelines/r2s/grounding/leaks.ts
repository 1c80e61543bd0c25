import type { Finding } from "../../../stages/filters/filter.ts"
import { overlapIndex, sharedRuns } from "../../../stages/text/overlap.ts"
import type { DraftRound } from "../draft.ts"
import { ASKS } from "../turn-logic.ts"

/** Six words in a row (section 3.2); in scripts without spaces nine characters say as much. */
const LEAK = { words: 6, characters: 9 }

/** Rounds in which A already says what B is to find (F_LEAK). Where A states something or has an opinion it may. */
export const leakFindings = (rounds: ReadonlyArray<DraftRound>): ReadonlyArray<Finding> =>
  rounds.flatMap(({ a, found, id, logic_type }) => {
    if (found === null || logic_type === null || !ASKS.has(logic_type)) return []
    return sharedRuns(a, overlapIndex([found], LEAK))
      .slice(0, 1)
      .map((run) => ({
        code: "F_LEAK",
        reason: `Round ${id}: A asks with the words of its own answer: ${JSON.stringify(run.text)}.`,
        evidence: { round: id, found: run.text, tokens: run.tokens, passage: found }
      }))
  })
