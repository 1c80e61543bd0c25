import { z } from "zod"
import { canonicalJson } from "../schemas/json.ts"
import type { JsonSchema } from "../schemas/tool.ts"
import { type ArgumentIssue, argumentIssues } from "./tool-arguments.ts"

/** Schemas that were turned into a validator already, the latest last; tools come back in every row of a dataset. */
const validators = new Map<string, z.ZodType | null>()
const KEPT = 1_000

/** Objects whose properties may be named elsewhere than in `properties`: there an unknown name is no mistake. */
const COMPOSED = ["allOf", "anyOf", "oneOf", "$ref", "patternProperties", "if", "not"]

/**
 * Checks a call's arguments against the JSON Schema of its tool: names, types and choices as `argumentIssues` does, then
 * all else that zod reads (limits, formats, `anyOf`, `$ref`). Patterns are left out, since a pattern from a dataset may
 * take for ever; a schema that zod cannot read is checked by `argumentIssues` alone. No issues: valid.
 */
export const schemaIssues = (parameters: JsonSchema, value: unknown): ReadonlyArray<ArgumentIssue> => {
  const plain = COMPOSED.some((keyword) => keyword in parameters) ? [] : argumentIssues(parameters, value)
  if (plain.length > 0) return plain
  const parsed = validatorOf(parameters)?.safeParse(value)
  if (parsed === undefined || parsed.success) return []
  return parsed.error.issues.map(({ message, path }) => ({
    pointer: path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""),
    message
  }))
}

const validatorOf = (parameters: JsonSchema): z.ZodType | null => {
  const key = canonicalJson(parameters)
  const known = validators.get(key)
  if (known !== undefined) return known
  const made = compiled(parameters)
  if (validators.size >= KEPT) validators.delete(validators.keys().next().value as string)
  validators.set(key, made)
  return made
}

const compiled = (parameters: JsonSchema): z.ZodType | null => {
  try {
    return z.fromJSONSchema(withoutPatterns(parameters) as Parameters<typeof z.fromJSONSchema>[0])
  } catch {
    return null
  }
}

const withoutPatterns = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(withoutPatterns)
  if (typeof schema !== "object" || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]) =>
      // A property may be called "pattern": then its value is a schema and no text.
      (key === "pattern" && typeof value === "string") || key === "patternProperties"
        ? []
        : [[key, withoutPatterns(value)]]
    )
  )
}
