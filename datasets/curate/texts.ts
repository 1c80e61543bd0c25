import type { Message } from "../../schemas/message.ts"

/**
 * What a dialogue is compared as for near duplicates: all that was said and all tool calls, a line each. System messages are left
 * out: a policy that all dialogues share would make them all alike.
 */
export const dialogueText = (messages: ReadonlyArray<Message>): string =>
  messages
    .filter(({ role }) => role !== "system")
    .map(said)
    .join("\n")

/** The same for exact duplicates, message by message, so that where one ends counts, and who spoke. */
export const dialogueParts = (messages: ReadonlyArray<Message>): ReadonlyArray<string> =>
  messages.filter(({ role }) => role !== "system").map((message) => `${message.role} ${said(message)}`)

/** What people said: dialogues with equal ones ask the same, whatever the answers. */
export const userParts = (messages: ReadonlyArray<Message>): ReadonlyArray<string> =>
  messages.filter(({ role }) => role === "user").map(said)

const said = ({ content, tool_calls }: Message): string =>
  [content, ...(tool_calls ?? []).map((call) => `${call.name} ${call.arguments}`)]
    .filter((text) => text !== null)
    .join(" ")
