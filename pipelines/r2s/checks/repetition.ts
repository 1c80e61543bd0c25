import type { Finding } from "../../../stages/filters/filter.ts"
import type { DraftRound } from "../draft.ts"
import { repeatedTurn } from "../repeated-turn.ts"

/** F_REPEAT: a turn of A that says again what A said before (section 2.7). */
export const repetitionFindings = (rounds: ReadonlyArray<DraftRound>): ReadonlyArray<Finding> =>
  rounds.flatMap(({ a, id }, index) => {
    const repeated = repeatedTurn(
      a,
      rounds.slice(0, index).map((earlier) => earlier.a)
    )
    if (repeated === null) return []
    const { id: earlier = 0, a: said = "" } = rounds[repeated.index] ?? {}
    return [
      {
        code: "F_REPEAT",
        reason: `Round ${id}: A repeats its turn of round ${earlier}.`,
        evidence: { round: id, earlier, similarity: repeated.similarity, found: a, said }
      }
    ]
  })
