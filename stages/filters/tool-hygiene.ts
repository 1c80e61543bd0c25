import { z } from "zod"
import type { Json, JsonObject } from "../../schemas/json.ts"
import type { Tool } from "../../schemas/tool.ts"
import { schemaIssues } from "../argument-schema.ts"
import { isIsoDay, isPossibleDay, mayBeSameDay } from "../text/iso-days.ts"
import { type PlacedCall, pairCalls } from "./call-pairs.ts"
import type { FilterSubject, Finding } from "./filter.ts"
import { identifiersIn, KnownIds, kindOf } from "./known-ids.ts"
import { excerpt, ruleFilter } from "./rule-filter.ts"

const options = z.strictObject({
  forbidTextWithCall: z
    .boolean()
    .default(false)
    .describe(
      "Whether a message is either a call or a reply, never both, as the rules of tau-bench's agents have it (arXiv:2406.12045)."
    ),
  inventedArguments: z
    .boolean()
    .default(true)
    .describe(
      "Whether identifiers in arguments must have been said or answered before, and stand in the parameter they belong to."
    ),
  answersRepeatArguments: z
    .boolean()
    .default(true)
    .describe(
      "Whether an answer with a field named as an argument must have its value there. Not for tools that take an id and answer with a new one under the same name."
    )
})

/**
 * Calls as a runtime would take them: known tools, arguments that are valid against their JSON Schema, every call answered
 * before anything else is said, no identifier out of nowhere. A dialogue that names no tools is not held against any.
 */
export const toolHygiene = ruleFilter({
  name: "tool-hygiene",
  description: "Calls name known tools with valid arguments and known identifiers, and each is answered at once.",
  codes: {
    UNKNOWN_TOOL: "a call names a tool that is not offered",
    ARGUMENTS_NOT_OBJECT: "a call's arguments are not the text of a JSON object",
    INVALID_ARGUMENTS: "a call's arguments break the JSON Schema of its tool, or name a day that no calendar has",
    TEXT_WITH_CALL: "a message holds a call and text, where `forbidTextWithCall` is set",
    UNANSWERED_CALL: "no tool message answers a call",
    LATE_RESULT: "something else was said or called before a call was answered",
    UNKNOWN_CALL_ID: "a tool message answers no open call",
    INVENTED_ARGUMENT: "an identifier in a call was never said or answered before",
    MISPLACED_ARGUMENT: "an identifier is known, but as that of another kind of thing",
    ANSWER_MISMATCH: "the answer to a call is about another thing than its argument names"
  },
  options,
  cost: 1,
  find: (options) => (subject) => [
    ...(options.forbidTextWithCall ? textWithCalls(subject) : []),
    ...answers(subject),
    ...calls(subject, options)
  ]
})

const textWithCalls = ({ messages }: FilterSubject): ReadonlyArray<Finding> =>
  messages.flatMap(({ content, tool_calls }, index) =>
    (tool_calls ?? []).length > 0 && content !== null && content.trim() !== ""
      ? [
          {
            code: "TEXT_WITH_CALL",
            reason: `Message ${index} calls a tool and says something too.`,
            evidence: { message: index, text: excerpt(content) }
          }
        ]
      : []
  )

const answers = ({ messages }: FilterSubject): ReadonlyArray<Finding> => {
  const { calls, orphans } = pairCalls(messages)
  return [
    ...calls.flatMap(({ answer, call, message }): ReadonlyArray<Finding> => {
      const evidence = { message, tool: call.name, tool_call_id: call.id, answer }
      if (answer === null) {
        return [
          {
            code: "UNANSWERED_CALL",
            reason: `No message answers the call of ${call.name} in message ${message}.`,
            evidence
          }
        ]
      }
      const between = messages.slice(message + 1, answer).findIndex(({ role }) => role !== "tool")
      if (between === -1) return []
      const reason = `Message ${message + 1 + between} comes before the answer to the call of ${call.name} in message ${message}.`
      return [{ code: "LATE_RESULT", reason, evidence }]
    }),
    ...orphans.map((index) => {
      const id = messages[index]?.tool_call_id ?? null
      const reason = `Message ${index} answers the call ${JSON.stringify(id)}, which is not open.`
      return { code: "UNKNOWN_CALL_ID", reason, evidence: { message: index, tool_call_id: id } }
    })
  ]
}

const calls = (
  { messages, tools }: FilterSubject,
  { answersRepeatArguments, inventedArguments }: z.output<typeof options>
): ReadonlyArray<Finding> => {
  const findings: Array<Finding> = []
  const offered = tools === undefined ? null : new Map(tools.map((tool) => [tool.name, tool]))
  const pairs = pairCalls(messages).calls
  const placed = Map.groupBy(pairs, ({ message }) => message)
  const answered = new Map(pairs.map((pair) => [pair.answer, pair]))
  const known = new KnownIds(tools ?? [])
  for (const [index, message] of messages.entries()) {
    known.add(message)
    const input = asObject(answered.get(index)?.call.arguments ?? "")
    if (input !== null && !/^\s*error\b/i.test(message.content ?? "")) known.addArguments(input)
    for (const each of placed.get(index) ?? []) {
      const input = asObject(each.call.arguments)
      findings.push(...formOf(each, offered, input))
      if (input === null) continue
      const tool = offered?.get(each.call.name)
      if (inventedArguments) findings.push(...identifiers(each, tool, input, known))
      if (answersRepeatArguments) {
        findings.push(...contradicted(each, tool, input, messages[each.answer ?? -1]?.content ?? ""))
      }
    }
  }
  return findings
}

const formOf = (
  { call, message }: PlacedCall,
  offered: ReadonlyMap<string, Tool> | null,
  input: JsonObject | null
): ReadonlyArray<Finding> => {
  const evidence = { message, tool: call.name, tool_call_id: call.id }
  const tool = offered?.get(call.name)
  if (offered !== null && tool === undefined) {
    return [{ code: "UNKNOWN_TOOL", reason: `Message ${message} calls ${call.name}, which is not offered.`, evidence }]
  }
  if (input === null) {
    const reason = `The arguments of ${call.name} in message ${message} are not a JSON object.`
    return [{ code: "ARGUMENTS_NOT_OBJECT", reason, evidence: { ...evidence, arguments: excerpt(call.arguments) } }]
  }
  const issues = [...(tool === undefined ? [] : schemaIssues(tool.parameters, input)), ...impossibleDays(input)]
  return issues.map((issue) => ({
    code: "INVALID_ARGUMENTS",
    reason: `An argument of ${call.name} in message ${message} is not valid: ${issue.pointer === "" ? "the whole" : issue.pointer} ${issue.message}.`,
    evidence: { ...evidence, pointer: issue.pointer, issue: issue.message }
  }))
}

const impossibleDays = (input: JsonObject) =>
  leaves("", input).flatMap(({ pointer, value }) =>
    typeof value === "string" && isIsoDay(value) && !isPossibleDay(value)
      ? [{ pointer, message: "is no day of the calendar" }]
      : []
  )

const identifiers = (
  { call, message }: PlacedCall,
  tool: Tool | undefined,
  input: JsonObject,
  known: KnownIds
): ReadonlyArray<Finding> =>
  leaves("", input).flatMap(({ name, pointer, value: argument }): ReadonlyArray<Finding> => {
    if (hasChoices(tool, name)) return []
    return identifiersIn(name, argument).flatMap((value): ReadonlyArray<Finding> => {
      const evidence = { message, tool: call.name, pointer, value }
      if (!known.has(value)) {
        const reason = `${call.name} in message ${message} gets ${pointer} ${JSON.stringify(value)}, which nobody has mentioned.`
        return [{ code: "INVENTED_ARGUMENT", reason, evidence }]
      }
      const kinds = value === argument ? known.misplaced(name, value) : []
      if (kinds.length === 0) return []
      const reason = `${call.name} in message ${message} gets ${pointer} ${JSON.stringify(value)}, which is known as ${kinds.join(", ")}.`
      return [{ code: "MISPLACED_ARGUMENT", reason, evidence: { ...evidence, known_as: [...kinds] } }]
    })
  })

/**
 * Arguments that the call's own answer contradicts: it has a field of the same name, and none of that name has the value; or
 * lists of the same kind of thing, and they do not hold all that the argument lists (what is `new_...` at least as a field).
 * Only identifiers, listed choices and days, which an answer repeats as they are.
 */
const contradicted = (
  { call, message }: PlacedCall,
  tool: Tool | undefined,
  input: JsonObject,
  answer: string
): ReadonlyArray<Finding> => {
  const answered = jsonOf(answer)
  if (typeof answered !== "object" || answered === null) return []
  const fields = leaves("", answered)
  return Object.entries(input).flatMap(([name, argument]): ReadonlyArray<Finding> => {
    const values: ReadonlyArray<Json> = Array.isArray(argument) ? argument : [argument as Json]
    const day = dayAnswered(argument as Json, (answered as JsonObject)[name])
    if (day !== null) return [mismatch({ call, message, name, argument: argument as Json, found: [day] })]
    if (!values.every((value) => hasChoices(tool, name) || identifiersIn(name, value).some((id) => id === value)))
      return []
    const same = Array.isArray(argument)
      ? listsOf(name, fields)
      : outermost(fields.filter((field) => isField(field, name)))
    const repeated = same.map((field) => String(field.value))
    if (same.length === 0 || holdsAll(repeated, values.map(String))) return []
    return [mismatch({ call, message, name, argument: argument as Json, found: [...new Set(repeated)].slice(0, 5) })]
  })
}

/** What the answer itself, not its parts, has for a day that was asked for; null where it is that day or none. */
const dayAnswered = (asked: Json, answered: unknown): string | null =>
  typeof asked === "string" && typeof answered === "string" && isIsoDay(asked) && isIsoDay(answered)
    ? mayBeSameDay(asked, answered)
      ? null
      : answered
    : null

const mismatch = (of: {
  readonly call: PlacedCall["call"]
  readonly message: number
  readonly name: string
  readonly argument: Json
  readonly found: ReadonlyArray<string>
}): Finding => {
  const { argument, call, found, message, name } = of
  const reason = `${call.name} in message ${message} asks for ${name} ${JSON.stringify(argument)}, and is answered with ${found.map((each) => JSON.stringify(each)).join(", ")}.`
  const evidence = { message, tool: call.name, pointer: `/${name}`, value: argument, answered: [...found] }
  return { code: "ANSWER_MISMATCH", reason, evidence }
}

/** What is named twice must be there twice. */
const holdsAll = (all: ReadonlyArray<string>, wanted: ReadonlyArray<string>): boolean => {
  const left = [...all]
  return wanted.every((value) => {
    const place = left.indexOf(value)
    if (place !== -1) left.splice(place, 1)
    return place !== -1
  })
}

const isField = ({ name: field }: Leaf, name: string): boolean => field === name || field.endsWith(`_${name}`)

/** Members of lists of a kind of thing; where there are none, what `new_...` is about, since that is there afterwards. */
const listsOf = (name: string, fields: ReadonlyArray<Leaf>): ReadonlyArray<Leaf> => {
  const kind = kindOf(name)
  const listed = outermost(fields.filter((field) => field.isItem && `_${kindOf(field.name)}`.endsWith(`_${kind}`)))
  if (listed.length > 0 || !name.startsWith("new_")) return listed
  return fields.filter((field) => !field.isItem && `new_${kindOf(field.name)}` === kind)
}

/** Those that stand as far out as any: what an answer says of itself, before what it says of its parts. */
const outermost = (fields: ReadonlyArray<Leaf>): ReadonlyArray<Leaf> => {
  const depth = ({ isItem, pointer }: Leaf) => pointer.split("/").length - (isItem ? 1 : 0)
  const least = Math.min(...fields.map(depth))
  return fields.filter((field) => depth(field) === least)
}

interface Leaf {
  /** The nearest name above the value: items of an array have the array's. */
  readonly name: string
  readonly pointer: string
  readonly value: Json
  /** Whether it stands in an array itself. */
  readonly isItem: boolean
}

const leaves = (name: string, value: Json, pointer = "", isItem = false): ReadonlyArray<Leaf> => {
  if (typeof value !== "object" || value === null) return [{ name, pointer, value, isItem }]
  const isArray = Array.isArray(value)
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(isArray ? name : key, inner as Json, `${pointer}/${key}`, isArray)
  )
}

/** A value that the schema lists is not made up. */
const hasChoices = (tool: Tool | undefined, name: string): boolean => {
  const properties = tool?.parameters.properties
  const schema =
    typeof properties === "object" && properties !== null ? (properties as Record<string, unknown>)[name] : undefined
  return typeof schema === "object" && schema !== null && ("enum" in schema || "const" in schema)
}

const jsonOf = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

const asObject = (text: string): JsonObject | null => {
  const value = jsonOf(text)
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null
}
