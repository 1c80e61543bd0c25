import { dialogueParts, dialogueText, userParts } from "../../datasets/curate/texts.ts"
import type { FilterSubject } from "../../stages/filters/filter.ts"
import type { Over } from "./config.ts"

/** What of a dialogue is compared with others, as one text. */
export const comparedText = (subject: FilterSubject, over: Over): string =>
  over === "dialogue" ? dialogueText(subject.messages) : comparedParts(subject, over).join("\n")

/** The same, piece by piece: where one ends counts. */
export const comparedParts = ({ messages }: FilterSubject, over: Over): ReadonlyArray<string> =>
  over === "dialogue" ? dialogueParts(messages) : over === "user" ? userParts(messages) : assistantTurns(messages)

/** What the assistant said, without its calls. */
export const assistantTurns = (messages: FilterSubject["messages"]): ReadonlyArray<string> =>
  messages.flatMap(({ content, role }) => (role === "assistant" && content !== null && content !== "" ? [content] : []))
