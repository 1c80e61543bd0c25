import { type Message, system } from "../schemas/message.ts"

/** For a model that is not otherwise told which JSON it must write: the schema goes with the system message. */
export const withSchema = (messages: ReadonlyArray<Message>, schema: unknown): ReadonlyArray<Message> => {
  const instruction = [
    "Answer with one JSON object that follows this JSON Schema, and with nothing else: no prose, no code fence.",
    JSON.stringify(schema)
  ].join("\n")
  // Many chat templates take one system message only, and only at the start.
  const [first, ...rest] = messages
  return first?.role === "system"
    ? [{ ...first, content: `${first.content ?? ""}\n\n${instruction}` }, ...rest]
    : [system(instruction), ...messages]
}
