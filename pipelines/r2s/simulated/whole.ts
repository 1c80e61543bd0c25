import type { SimulatedReply } from "../../../models/simulated.ts"
import type { DraftRound } from "../draft.ts"
import { ASKS, type LogicType, NEEDS_FOUND } from "../turn-logic.ts"
import type { R2sBackstage } from "./backstage.ts"
import { drawsFor, type Mistake, mistakeIn, plannedMistake, startOf } from "./mistakes.ts"
import { planRound } from "./plan.ts"
import { characters, nextSids } from "./roles.ts"
import { shortTitle } from "./short-title.ts"
import { speak, textOf } from "./speech.ts"
import { wordingOf } from "./wording/wordings.ts"

/** A whole dialogue in one reply, in the form of its mode: the same speech as round by round, without the quotas that code applies. */
export const whole = (backstage: R2sBackstage): SimulatedReply => {
  const { chunk, mode, targetRounds } = backstage
  const wording = wordingOf(backstage.dialogueLanguage)
  const target = targetRounds + drawsFor(backstage, "length").integer(0, 2)
  const planned = plannedMistake(backstage)
  const rounds: Array<DraftRound> = []
  let made: Mistake | null = null
  for (let id = 1; id <= target; id++) {
    const types = rounds.map(({ logic_type }) => logic_type as LogicType)
    const left = nextSids({
      chunk,
      free: backstage.free.filter((sid) => !rounds.some((round) => round.found_sids.includes(sid)))
    })
    const plan = planRound(types, target, drawsFor(backstage, `decide ${id - 1}`))
    const rests =
      NEEDS_FOUND.has(plan.logic_type) || (plan.logic_type === "opinion_agreement" && plan.progress !== "end")
    // Where all was told, nothing is left but to ask on.
    const logic_type = rests && left.length === 0 ? "statement_inquiry" : plan.logic_type
    const sid = rests ? left[0] : undefined
    const found = textOf(chunk, sid)
    const mistake = mistakeIn(planned, rounds, { id, logic_type, found })
    made ??= mistake
    const topic = found === null ? (shortTitle(chunk.title) ?? wording.untitled) : wording.topicOf(found, chunk)
    const speech = speak(
      {
        round: id,
        logic_type,
        progress: plan.progress,
        found,
        next: left.flatMap((next) => textOf(chunk, next) ?? []).map((sentence) => wording.topicOf(sentence, chunk)),
        chunk,
        before: rounds,
        mistake,
        start: startOf(backstage)
      },
      wording,
      drawsFor(backstage, `write ${id}`)
    )
    rounds.push({
      id,
      ...speech,
      logic_type,
      search: topic,
      found: mistake === "invented_passage" ? wording.mistakes.inventedPassage : found,
      found_sids: sid === undefined ? [] : [sid],
      free_text: wording.thought(topic),
      progress: plan.progress,
      role_steps: wording.roleSteps(logic_type),
      purpose: wording.purpose(topic),
      question_logic: ASKS.has(logic_type) && found !== null ? wording.kindOf(found) : null
    })
  }
  const cast = JSON.parse(characters(backstage).content ?? "{}") as unknown
  return {
    content: JSON.stringify({ characters: cast, rounds: rounds.map((round) => formOf(round, mode)) }),
    ...(made === null ? {} : { reasoning: `planted: ${made}` })
  }
}

const formOf = (
  {
    a,
    b,
    found,
    found_sids,
    free_text,
    id,
    logic_type,
    progress,
    purpose,
    question_logic,
    role_steps,
    search
  }: DraftRound,
  mode: R2sBackstage["mode"]
) => {
  if (mode === "base") return { id, a, b }
  if (mode === "cot") return { id, a, thought: free_text, b }
  return {
    id,
    a,
    thought: { logic_type, search, found, found_sids },
    b,
    chain: { logic_type, progress, role_steps, purpose },
    question_logic
  }
}
