import { asksQuestion } from "../../../stages/filters/claims.ts"
import type { Finding } from "../../../stages/filters/filter.ts"
import { normalise } from "../../../stages/text/normalise.ts"
import { overlapIndex, sharedRuns } from "../../../stages/text/overlap.ts"
import { sentences } from "../../../stages/text/sentences.ts"
import { jaccard, words } from "../../../stages/text/words.ts"
import type { DraftRound } from "../draft.ts"

/** From here two questions ask the same. */
const SAME_QUESTION = 0.8
/** As for leaks: six words, or nine characters where there are no spaces. */
const SAME_ANSWER = { words: 6, characters: 9 }

/** F_ROLE_SWAP: B asks for what A has just asked for, or A answers its own question before B can. */
export const roleSwapFindings = (rounds: ReadonlyArray<DraftRound>): ReadonlyArray<Finding> =>
  rounds.flatMap((round) => [...asksBack(round), ...answersItself(round)])

const questionsIn = (text: string): ReadonlyArray<string> =>
  sentences(text)
    .map((sentence) => sentence.text)
    .filter(asksQuestion)

const asksBack = ({ a, b, id }: DraftRound): ReadonlyArray<Finding> => {
  const wanted = questionsIn(a)
  const same = questionsIn(b).find((question) =>
    wanted.some((asked) => jaccard(words(normalise(asked)), words(normalise(question))) >= SAME_QUESTION)
  )
  return same === undefined
    ? []
    : [
        {
          code: "F_ROLE_SWAP",
          reason: `Round ${id}: B asks for what A has asked: ${JSON.stringify(same)}.`,
          evidence: { round: id, speaker: "B", found: same, asked: a }
        }
      ]
}

const answersItself = ({ a, b, id }: DraftRound): ReadonlyArray<Finding> => {
  const said = sentences(a)
  const asked = said.findIndex(({ text }) => asksQuestion(text))
  if (asked === -1) return []
  const after = said
    .slice(asked + 1)
    .filter(({ text }) => !asksQuestion(text))
    .map(({ text }) => text)
    .join(" ")
  const [run] = sharedRuns(after, overlapIndex([b], SAME_ANSWER))
  return run === undefined
    ? []
    : [
        {
          code: "F_ROLE_SWAP",
          reason: `Round ${id}: A answers its own question: ${JSON.stringify(run.text)}.`,
          evidence: { round: id, speaker: "A", found: run.text, reply: b }
        }
      ]
}
