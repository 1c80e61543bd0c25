import { chance } from "./chance.ts"
import { jsonFromSchema } from "./json-from-schema.ts"
import type { Answer, WireRequest } from "./wire.ts"

/** What the server says when nobody scripted it: made from the request's hash alone. */
export const defaultReply = (request: WireRequest, hash: string, toolCallRate: number): Answer => {
  const { response_format: format, tools } = request
  if (tools !== undefined && tools.length > 0 && chance(`${hash}/calls`) < toolCallRate) {
    const tool = tools[Math.floor(chance(`${hash}/tool`) * tools.length)]
    if (tool !== undefined) {
      const input = jsonFromSchema(tool.function.parameters ?? { type: "object" }, hash)
      const id = `call_${hash.slice(0, 12)}`
      return { content: null, toolCalls: [{ id, name: tool.function.name, arguments: JSON.stringify(input) }] }
    }
  }
  if (format?.type === "json_schema") {
    return { content: JSON.stringify(jsonFromSchema(format.json_schema?.schema, hash)) }
  }
  if (format?.type === "json_object") return { content: JSON.stringify({ text: hash.slice(0, 8) }) }
  return { content: `Reply ${hash.slice(0, 16)} to "${(request.messages.at(-1)?.content ?? "").slice(0, 80)}".` }
}
