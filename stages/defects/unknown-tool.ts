import type { Defect } from "./defect.ts"
import { placedCalls, withCall } from "./placed-calls.ts"

/** What models call tools that they half remember. */
const SLIPS: ReadonlyArray<(name: string) => string> = [
  (name) => name.replace(/^get_/, "fetch_"),
  (name) => name.replace(/^find_/, "lookup_"),
  (name) => name.replace(/^(?:modify|update)_/, "change_"),
  (name) => name.replace(/^list_(?:all_)?/, "show_"),
  (name) => name.replace(/_details$/, "_info"),
  (name) => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  (name) => name.split("_").slice(0, 2).join("_"),
  (name) => `${name}s`,
  (name) => `functions.${name}`
]

/** A call, and its answer, of a tool that is not among those of the dialogue. Nothing where no tools are declared. */
export const unknownTool: Defect = {
  name: "unknown-tool",
  family: "tools",
  description: "A tool is called that does not exist.",
  plant: ({ messages, tools }, random) => {
    const calls = placedCalls(messages)
    if (tools === undefined || calls.length === 0) return null
    const known = new Set(tools.map((tool) => tool.name))
    const placed = random.pick(calls)
    const names = SLIPS.map((slip) => slip(placed.call.name)).filter((name) => !known.has(name))
    const name = random.pick(names)
    return {
      messages: withCall(messages, placed, { ...placed.call, name }).map((message) =>
        message.role === "tool" && message.tool_call_id === placed.call.id && message.name !== undefined
          ? { ...message, name }
          : message
      ),
      planted: { message: placed.message, before: placed.call.name, after: name }
    }
  }
}
