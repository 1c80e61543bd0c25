import type { Tool } from "../../schemas/tool.ts"
import { type ArgumentValue, withOtherArgument } from "./argument-values.ts"
import type { Defect } from "./defect.ts"
import { knownText } from "./known-text.ts"

/** Numbers and ids: what has a digit in it. */
const TOKEN = /[#\w@.-]*\d[#\w@-]*/g

/** Ids of one kind have one shape: "#W7318102" is "#a9999999", "ann_lee_7448" and "jo_poe_1234" are "a_a_9999". */
const shape = (text: string): string => text.replaceAll(/\p{L}+/gu, "a").replaceAll(/\d/g, "9")

const choicesOf = (tool: Tool | undefined, { path }: ArgumentValue): ReadonlyArray<unknown> => {
  const properties = tool?.parameters.properties as Readonly<Record<string, { readonly enum?: unknown }>> | undefined
  const [name] = path
  const choices = path.length === 1 && typeof name === "string" ? properties?.[name]?.enum : undefined
  return Array.isArray(choices) ? choices : []
}

/**
 * A value of the right kind, but the wrong one: another order of the same customer, another item of the same list, another word of
 * the same enumeration. It has been seen in the dialogue, and the call's own answer stays as it was.
 */
export const swappedArgument: Defect = {
  name: "swapped-argument",
  family: "tools",
  description: "A call names another thing of the same kind than the one it is about.",
  plant: (subject, random) => {
    const seen = [...new Set(knownText(subject).match(TOKEN) ?? [])]
    const tools = new Map((subject.tools ?? []).map((tool) => [tool.name, tool]))
    return withOtherArgument(subject, random, (argument, { call }) => {
      const { value } = argument
      const choices = choicesOf(tools.get(call.name), argument).filter(
        (choice): choice is string => typeof choice === "string" && choice !== value
      )
      if (choices.length > 0) return random.pick(choices)
      if (!/\d{2}/.test(String(value))) return null
      const alike = seen.filter((token) => token !== String(value) && shape(token) === shape(String(value)))
      if (alike.length === 0) return null
      const other = random.pick(alike)
      return typeof value === "number" ? Number(other) : other
    })
  }
}
