import { z } from "zod"
import { type Message, Role } from "../../schemas/message.ts"

/** A message that says something. */
export interface Spoken {
  /** Among the dialogue's messages, from 0. */
  readonly index: number
  readonly role: Role
  /** As it was said, white space at its ends left out; never empty. */
  readonly text: string
  /** Where the text begins in the message's content, in UTF-16 code units. */
  readonly start: number
}

/** The messages of these roles that have text, in order. */
export const spoken = (messages: ReadonlyArray<Message>, roles: ReadonlyArray<Role>): ReadonlyArray<Spoken> =>
  messages.flatMap((message, index) => {
    const content = message.content ?? ""
    const text = content.trim()
    const start = content.length - content.trimStart().length
    return text !== "" && roles.includes(message.role) ? [{ index, role: message.role, text, start }] : []
  })

/** The option of filters that look at messages one by one. */
export const rolesOption = (roles: ReadonlyArray<Role>) =>
  z
    .array(Role)
    .min(1)
    .default([...roles])
    .describe("Whose messages are looked at.")
