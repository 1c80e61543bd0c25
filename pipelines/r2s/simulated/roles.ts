import type { SimulatedReply } from "../../../models/simulated.ts"
import type { R2sBackstage } from "./backstage.ts"
import { drawsFor, mistakeIn, plannedMistake, startOf } from "./mistakes.ts"
import { planRound } from "./plan.ts"
import { shortTitle } from "./short-title.ts"
import { quotable, speak, textOf } from "./speech.ts"
import { wordingOf } from "./wording/wordings.ts"

const json = (value: unknown, planted: string | null = null): SimulatedReply => ({
  content: JSON.stringify(value),
  ...(planted === null ? {} : { reasoning: `planted: ${planted}` })
})

export const characters = (backstage: R2sBackstage): SimulatedReply => {
  const wording = wordingOf(backstage.dialogueLanguage)
  const draws = drawsFor(backstage, "characters")
  const title = shortTitle(backstage.chunk.title) ?? wording.untitled
  return json({ a: draws.pick(wording.seekers)(title), b: draws.pick(wording.helpers)(title) })
}

export const decide = (backstage: R2sBackstage): SimulatedReply => {
  const { chunk, rounds, targetRounds } = backstage
  const wording = wordingOf(backstage.dialogueLanguage)
  const types = rounds.flatMap(({ logic_type }) => (logic_type === null ? [] : [logic_type]))
  const plan = planRound(types, targetRounds, drawsFor(backstage, `decide ${rounds.length}`))
  const sentence = nextSentences(backstage)[0]
  const topic =
    sentence === undefined ? (shortTitle(chunk.title) ?? wording.untitled) : wording.topicOf(sentence, chunk)
  return json({
    ...plan,
    purpose: wording.purpose(topic),
    question_logic:
      plan.logic_type === "question_answer" && sentence !== undefined
        ? wording.kindOf(sentence)
        : plan.logic_type === "question_question"
          ? "clarification"
          : null,
    stop: false
  })
}

export const find = (backstage: R2sBackstage): SimulatedReply => {
  const { chunk, decision, rounds } = backstage
  const wording = wordingOf(backstage.dialogueLanguage)
  const [sid] = nextSids(backstage)
  const found = textOf(chunk, sid)
  if (found === null || sid === undefined) return json({ search: wording.untitled, found_sids: [], found: null })
  const mistake = mistakeIn(plannedMistake(backstage), rounds, {
    id: rounds.length + 1,
    logic_type: decision?.logic_type ?? null,
    found
  })
  const search = wording.topicOf(found, chunk)
  return mistake === "invented_passage"
    ? json({ search, found_sids: [sid], found: wording.mistakes.inventedPassage }, mistake)
    : json({ search, found_sids: [sid], found })
}

export const write = (backstage: R2sBackstage): SimulatedReply => {
  const { chunk, decision, found, rounds } = backstage
  const wording = wordingOf(backstage.dialogueLanguage)
  const logic_type = decision?.logic_type ?? "question_answer"
  const passage = found?.found ?? null
  const round = rounds.length + 1
  const mistake = mistakeIn(plannedMistake(backstage), rounds, { id: round, logic_type, found: passage })
  const speech = speak(
    {
      round,
      logic_type,
      progress: decision?.progress ?? "continue",
      found: passage,
      next: nextSentences(backstage).map((sentence) => wording.topicOf(sentence, chunk)),
      chunk,
      before: rounds,
      mistake,
      start: startOf(backstage)
    },
    wording,
    drawsFor(backstage, `write ${round} ${mistake === null ? backstage.redraw : 0}`)
  )
  return json({ ...speech, role_steps: wording.roleSteps(logic_type) }, mistake)
}

/** What may be quoted next, in the order of the text. */
export const nextSids = ({ chunk, free }: Pick<R2sBackstage, "chunk" | "free">): ReadonlyArray<number> =>
  quotable(chunk, free)

const nextSentences = (backstage: Pick<R2sBackstage, "chunk" | "free">): ReadonlyArray<string> =>
  nextSids(backstage).flatMap((sid) => textOf(backstage.chunk, sid) ?? [])
