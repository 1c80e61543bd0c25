import type { Json, JsonObject } from "../../schemas/json.ts"

/** A JSON Schema as native structured output takes it. */
export interface NativeSchema {
  readonly schema: JsonObject
  /** Whether the schema keeps the rules of strict mode: every property required, every object closed. */
  readonly strict: boolean
}

/** Strict mode refuses these; zod checks them when the reply comes. */
const REFUSED_IN_STRICT: ReadonlySet<string> = new Set(["minLength", "maxLength", "default", "propertyNames"])

const cache = new WeakMap<JsonObject, NativeSchema>()

export const nativeSchema = (schema: JsonObject): NativeSchema => {
  const known = cache.get(schema)
  if (known !== undefined) return known
  const strict = schema.type === "object" && isStrict(schema)
  const made = { schema: strict ? (withoutRefused(schema) as JsonObject) : schema, strict }
  cache.set(schema, made)
  return made
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Walks every subschema; keys under `properties` and `$defs` are names, not keywords. */
const isStrict = (schema: Json): boolean => {
  if (!isObject(schema)) return true
  const { $defs, additionalProperties, anyOf, items, oneOf, properties, required, type } = schema
  if (oneOf !== undefined || schema.allOf !== undefined || schema.not !== undefined) return false
  const says = [type, anyOf, schema.$ref, schema.enum, schema.const]
  if (says.every((keyword) => keyword === undefined)) return false
  if (type === "object" || properties !== undefined) {
    if (additionalProperties !== false || !isObject(properties) || !Array.isArray(required)) return false
    if (!Object.keys(properties).every((name) => required.includes(name))) return false
  }
  const inside: Array<Json> = [
    ...(isObject(properties) ? Object.values(properties) : []),
    ...(isObject($defs) ? Object.values($defs) : []),
    ...(Array.isArray(anyOf) ? anyOf : []),
    ...(items === undefined ? [] : [items])
  ]
  return schema.prefixItems === undefined && inside.every(isStrict)
}

const withoutRefused = (schema: Json): Json => {
  if (Array.isArray(schema)) return schema.map(withoutRefused)
  if (!isObject(schema)) return schema
  const kept: Record<string, Json> = {}
  for (const [name, value] of Object.entries(schema)) {
    if (REFUSED_IN_STRICT.has(name)) continue
    if (name === "enum" || name === "const") kept[name] = value
    else if ((name === "properties" || name === "$defs") && isObject(value)) {
      kept[name] = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutRefused(inner)]))
    } else kept[name] = withoutRefused(value)
  }
  return kept
}
