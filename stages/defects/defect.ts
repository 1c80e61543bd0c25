import type { Message } from "../../schemas/message.ts"
import type { FilterSubject } from "../filters/filter.ts"
import type { Random } from "../random.ts"

/** Where a defect was put. */
export interface Planted {
  /** Index among the messages of the spoilt dialogue, from 0; of a message that was taken out, where it stood. */
  readonly message: number
  /** What stood there: a text, or the JSON of a call's arguments; null where there was nothing. */
  readonly before: string | null
  /** What stands there now; null where it was taken out. */
  readonly after: string | null
}

export interface Spoilt {
  readonly messages: ReadonlyArray<Message>
  readonly planted: Planted
}

/** One way to spoil a dialogue, so that it is known what a filter should find. */
export interface Defect {
  /** `kebab-case`. */
  readonly name: string
  /** Defects of one family are the business of the same filters. */
  readonly family: "facts" | "tools" | "structure" | "repetition" | "leaks" | "privacy" | "safety" | "duplicates"
  /** What is wrong with the dialogue, in one sentence. */
  readonly description: string
  /**
   * The dialogue with one defect in it, all else as it was; null where there is no place for it. Equal subjects and equal streams
   * give equal results.
   */
  readonly plant: (subject: FilterSubject, random: Random) => Spoilt | null
}

/** A message with another text in the place of its own. */
export const withText = (messages: ReadonlyArray<Message>, index: number, after: string): Spoilt => {
  const message = messages[index] as Message
  return {
    messages: messages.with(index, { ...message, content: after }),
    planted: { message: index, before: message.content, after }
  }
}

/** Indexes of messages of these parties that say something and call nothing. */
export const turnsOf = (
  messages: ReadonlyArray<Message>,
  roles: ReadonlyArray<"user" | "assistant">
): ReadonlyArray<number> =>
  messages.flatMap(({ content, role, tool_calls }, index) =>
    (roles as ReadonlyArray<string>).includes(role) && (content ?? "").trim() !== "" && (tool_calls ?? []).length === 0
      ? [index]
      : []
  )
