import type { Json, JsonObject } from "../../schemas/json.ts"

/**
 * A JSON Schema in the part of the language that node-llama-cpp makes grammars from, or undefined where that part cannot say
 * it. What a grammar lets pass is JSON of the right shape: bounds of numbers, patterns, most formats and long bounds of
 * length are left out, so a reply is validated again.
 *
 * Every property is written, also an optional one: a grammar has a fixed order and no choice. An optional property that
 * refers to a definition is left out, since a definition may hold itself.
 */
export const grammarSchema = (schema: unknown): JsonObject | undefined => {
  if (!isObject(schema)) return undefined
  const root = convert(schema)
  const named = schema.$defs
  if (root === undefined || !isObject(named)) return root
  const definitions = convertAll(named)
  return definitions === undefined ? undefined : { ...root, $defs: definitions }
}

const PRIMITIVES: ReadonlySet<unknown> = new Set(["string", "number", "integer", "boolean", "null"])
const FORMATS: ReadonlySet<unknown> = new Set(["date-time", "time", "date"])
/** Grammars count by repeating a rule: long counts cost memory and time at each token. */
const LONGEST_COUNT = 200
/** A range of so few whole numbers is said as a list. */
const MOST_LISTED = 128

const ANY: JsonObject = {
  oneOf: [
    { type: ["string", "number", "boolean", "null"] },
    { type: "object", additionalProperties: true },
    { type: "array" }
  ]
}

const convert = (schema: Json | undefined): JsonObject | undefined => {
  if (schema === true || schema === undefined) return ANY
  if (!isObject(schema)) return undefined
  const shape = convertShape(schema)
  return shape === undefined || typeof schema.description !== "string"
    ? shape
    : { ...shape, description: schema.description }
}

const convertShape = (schema: JsonObject): JsonObject | undefined => {
  const { $ref: reference, allOf, const: constant, enum: listed, type } = schema
  const alternatives = schema.anyOf ?? schema.oneOf
  if (typeof reference === "string") return reference.startsWith("#/$defs/") ? { $ref: reference } : undefined
  if (Array.isArray(allOf)) return allOf.length === 1 ? convert(allOf[0]) : undefined
  if (constant !== undefined) return isPrimitive(constant) ? { const: constant } : undefined
  if (Array.isArray(listed)) return listed.length > 0 && listed.every(isPrimitive) ? { enum: listed } : undefined
  if (Array.isArray(alternatives)) {
    const converted = alternatives.map(convert)
    return converted.every((one) => one !== undefined) ? { oneOf: converted } : undefined
  }
  if (Array.isArray(type)) {
    if (type.every((one) => PRIMITIVES.has(one))) return { type }
    return convertShape({ anyOf: type.map((one) => ({ ...schema, type: one })) })
  }
  switch (type) {
    case undefined:
      return isObject(schema.properties) ? convertObject(schema) : ANY
    case "object":
      return convertObject(schema)
    case "array":
      return convertArray(schema)
    case "string":
      return FORMATS.has(schema.format)
        ? { type, format: schema.format as string }
        : { type, ...counts(schema, "minLength", "maxLength") }
    case "integer":
      return wholeNumbers(schema) ?? { type }
    default:
      return PRIMITIVES.has(type) ? { type } : undefined
  }
}

const convertObject = (schema: JsonObject): JsonObject | undefined => {
  const properties = isObject(schema.properties) ? schema.properties : {}
  const required: ReadonlySet<unknown> = new Set(Array.isArray(schema.required) ? schema.required : [])
  if ([...required].some((name) => typeof name !== "string" || !Object.hasOwn(properties, name))) return undefined
  const converted = convertAll(properties)
  if (converted === undefined) return undefined
  const kept = Object.entries(converted).filter(([name, value]) => required.has(name) || !refers(value))
  const named = { type: "object", properties: Object.fromEntries(kept) }
  const additional = schema.additionalProperties
  // Absent means "any" to JSON Schema; here only an object without names of its own is taken by its word.
  if (additional === false || (additional === undefined && kept.length > 0)) return named
  if (additional === undefined || additional === true) return { ...named, additionalProperties: true }
  const others = convert(additional)
  return others === undefined
    ? undefined
    : { ...named, additionalProperties: others, ...counts(schema, "minProperties", "maxProperties") }
}

const convertArray = (schema: JsonObject): JsonObject | undefined => {
  const { items, prefixItems } = schema
  if (!Array.isArray(prefixItems)) {
    const converted = convert(items)
    return converted === undefined
      ? undefined
      : { type: "array", items: converted, ...counts(schema, "minItems", "maxItems") }
  }
  const first = prefixItems.map(convert)
  if (!first.every((one) => one !== undefined)) return undefined
  const { length } = first
  if (items === undefined || items === false) {
    return { type: "array", prefixItems: first, minItems: length, maxItems: length }
  }
  const rest = convert(items)
  return rest === undefined
    ? undefined
    : { type: "array", prefixItems: first, items: rest, ...counts(schema, "minItems", "maxItems") }
}

const convertAll = (schemas: JsonObject): Record<string, JsonObject> | undefined => {
  const entries = Object.entries(schemas).map(([name, one]) => [name, convert(one)] as const)
  return entries.every((entry): entry is [string, JsonObject] => entry[1] !== undefined)
    ? Object.fromEntries(entries)
    : undefined
}

/** Undefined where the range is open or long. */
const wholeNumbers = (schema: JsonObject): JsonObject | undefined => {
  const { exclusiveMaximum, exclusiveMinimum, maximum, minimum } = schema
  const lowest = Math.max(
    number(minimum, Math.ceil),
    number(exclusiveMinimum, (bound) => Math.floor(bound) + 1)
  )
  const highest = -Math.max(
    number(maximum, (bound) => -Math.floor(bound)),
    number(exclusiveMaximum, (bound) => -(Math.ceil(bound) - 1))
  )
  const length = highest - lowest + 1
  return length >= 1 && length <= MOST_LISTED
    ? { enum: Array.from({ length }, (_, index) => lowest + index) }
    : undefined
}

const number = (value: Json | undefined, bound: (value: number) => number): number =>
  typeof value === "number" ? bound(value) : Number.NEGATIVE_INFINITY

/** Bounds of a count as far as a grammar can keep them. */
const counts = (schema: JsonObject, least: string, most: string): JsonObject =>
  Object.fromEntries(
    [least, most].flatMap((name) => {
      const value = schema[name]
      return typeof value === "number" && value <= LONGEST_COUNT ? [[name, value]] : []
    })
  )

const refers = (schema: JsonObject): boolean => JSON.stringify(schema).includes('"$ref":"#/$defs/')

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isPrimitive = (value: Json): boolean => value === null || typeof value !== "object"
