import { Effect } from "effect"
import type { Filter, FilterSubject, Finding } from "../../../stages/filters/filter.ts"
import type { DraftRound } from "../draft.ts"
import { messagesOf } from "../training/chat-rows.ts"

/** What one of the house's rules finds in a dialogue, under a code of the method and with the round that it is in. Needs no model. */
export const findingsOfRule = (
  rule: Filter,
  code: string,
  rounds: ReadonlyArray<DraftRound>,
  subject: Omit<FilterSubject, "id" | "messages">
): Effect.Effect<ReadonlyArray<Finding>> =>
  rule.judge({ ...subject, id: "", messages: messagesOf(rounds) }).pipe(
    Effect.map(({ findings }) =>
      findings.map(({ code: rule, evidence, reason }): Finding => {
        const { message, ...rest } = evidence
        if (typeof message !== "number") return { code, reason, evidence: { rule, ...rest } }
        const round = rounds[Math.floor(message / 2)]?.id ?? 0
        const speaker = message % 2 === 0 ? "A" : "B"
        return { code, reason: `Round ${round}, ${speaker}: ${reason}`, evidence: { round, speaker, rule, ...rest } }
      })
    ),
    // A rule asks nobody, and so cannot fail.
    Effect.orDie
  )
