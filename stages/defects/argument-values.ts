import type { Json, JsonObject } from "../../schemas/json.ts"
import type { FilterSubject } from "../filters/filter.ts"
import type { Random } from "../random.ts"
import type { Spoilt } from "./defect.ts"
import { type PlacedCall, placedCalls, withCall } from "./placed-calls.ts"

/** A value inside a call's arguments. */
export interface ArgumentValue {
  readonly value: string | number
  /** From the arguments inwards; the first step is the argument's name. */
  readonly path: ReadonlyArray<string | number>
}

const valuesIn = (value: Json, path: ReadonlyArray<string | number>): ReadonlyArray<ArgumentValue> => {
  if (typeof value === "string" || typeof value === "number") return [{ value, path }]
  if (value === null || typeof value !== "object") return []
  return Array.isArray(value)
    ? (value as ReadonlyArray<Json>).flatMap((inner, index) => valuesIn(inner, [...path, index]))
    : Object.entries(value as JsonObject).flatMap(([name, inner]) => valuesIn(inner, [...path, name]))
}

const withValue = (within: Json, path: ReadonlyArray<string | number>, value: Json): Json => {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (Array.isArray(within)) {
    const list = within as ReadonlyArray<Json>
    return list.with(Number(step), withValue(list[Number(step)] as Json, rest, value))
  }
  const object = within as JsonObject
  return { ...object, [step]: withValue(object[step] as Json, rest, value) }
}

const parsed = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/**
 * One value of one call replaced by what `other` gives for it; values are tried in random order, and null where none has another.
 * Calls whose arguments are no JSON object are left alone.
 */
export const withOtherArgument = (
  { messages }: FilterSubject,
  random: Random,
  other: (argument: ArgumentValue, placed: PlacedCall) => Json | null
): Spoilt | null => {
  const places = placedCalls(messages).flatMap((placed) => {
    const input = parsed(placed.call.arguments)
    if (input === null || typeof input !== "object" || Array.isArray(input)) return []
    return valuesIn(input, []).map((argument) => ({ argument, input, placed }))
  })
  for (const { argument, input, placed } of random.shuffle(places)) {
    const value = other(argument, placed)
    if (value === null || value === argument.value) continue
    const after = JSON.stringify(withValue(input, argument.path, value))
    return {
      messages: withCall(messages, placed, { ...placed.call, arguments: after }),
      planted: { message: placed.message, before: placed.call.arguments, after }
    }
  }
  return null
}
