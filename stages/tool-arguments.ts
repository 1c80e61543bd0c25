import type { JsonSchema } from "../schemas/tool.ts"

/** What is wrong with a call's arguments, and where: a JSON pointer, empty for the whole. */
export interface ArgumentIssue {
  readonly pointer: string
  readonly message: string
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const typeOf = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value)

const isOfType = (type: string, value: unknown): boolean => {
  if (type === "integer") return Number.isInteger(value)
  if (type === "number") return Number.isFinite(value)
  return typeOf(value) === type
}

const pointerToken = (token: string) => token.replaceAll("~", "~0").replaceAll("/", "~1")

const article = (type: string) => (/^[aeio]/.test(type) ? `an ${type}` : `a ${type}`)

/**
 * Checks a call's arguments against the part of JSON Schema that tools use: `type`, `enum`, `properties`, `required`,
 * `items`. A property that the schema does not name is an issue unless `additionalProperties` allows it. No issues: valid.
 */
export const argumentIssues = (parameters: JsonSchema, value: unknown, pointer = ""): ReadonlyArray<ArgumentIssue> => {
  const { additionalProperties, enum: choices, items, properties, required, type } = parameters
  const types = typeof type === "string" ? [type] : Array.isArray(type) ? (type as ReadonlyArray<string>) : []
  if (types.length > 0 && !types.some((one) => isOfType(one, value))) {
    return [{ pointer, message: `must be ${types.map(article).join(" or ")}, is ${article(typeOf(value))}` }]
  }
  if (Array.isArray(choices) && !choices.includes(value)) {
    return [{ pointer, message: `must be one of ${choices.map((choice) => JSON.stringify(choice)).join(", ")}` }]
  }
  if (Array.isArray(value)) {
    if (!isObject(items)) return []
    return value.flatMap((item, index) => argumentIssues(items, item, `${pointer}/${index}`))
  }
  if (!isObject(value)) return []

  const known = isObject(properties) ? properties : {}
  const issues: Array<ArgumentIssue> = []
  for (const name of Array.isArray(required) ? (required as ReadonlyArray<string>) : []) {
    if (!Object.hasOwn(value, name))
      issues.push({ pointer: `${pointer}/${pointerToken(name)}`, message: "is required" })
  }
  for (const [name, inner] of Object.entries(value)) {
    const schema = Object.hasOwn(known, name) ? known[name] : undefined
    const at = `${pointer}/${pointerToken(name)}`
    if (isObject(schema)) issues.push(...argumentIssues(schema, inner, at))
    else if (additionalProperties !== true) issues.push({ pointer: at, message: "is not a parameter of this tool" })
  }
  return issues
}
