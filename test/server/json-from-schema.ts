import { chance } from "./chance.ts"

type Schema = Readonly<Record<string, unknown>>

const WORDS = ["river", "lantern", "harbour", "ledger", "orchard", "signal", "meadow", "copper", "winter", "bridge"]
const MOST_DEPTH = 12

/** A value that satisfies a JSON Schema of the sort that zod writes. The same seed gives the same value. */
export const jsonFromSchema = (schema: unknown, seed: string): unknown => {
  const root = asSchema(schema)
  const make = (part: unknown, path: string, depth: number): unknown => {
    const node = asSchema(part)
    const pick = <A>(values: ReadonlyArray<A>, why: string): A =>
      values[Math.floor(chance(`${seed}${path}/${why}`) * values.length)] as A
    if ("const" in node) return node.const
    if (Array.isArray(node.enum)) return pick(node.enum, "enum")
    if (typeof node.$ref === "string") return make(resolve(root, node.$ref), path, depth + 1)
    const options = node.anyOf ?? node.oneOf
    if (Array.isArray(options)) {
      const last = options.at(-1)
      // Recursive schemas end where an option ends: null and plain values come last where zod writes them.
      return make(depth > MOST_DEPTH ? last : pick(options, "anyOf"), path, depth + 1)
    }
    const type = Array.isArray(node.type) ? pick(node.type, "type") : node.type
    switch (type) {
      case "object":
        return makeObject(node, path, depth, make)
      case "array": {
        const least = numberOr(node.minItems, 0)
        const most = Math.min(numberOr(node.maxItems, least + 2), least + 2)
        const length = depth > MOST_DEPTH ? least : Math.max(least, pick(range(least, most), "length"))
        const tuple = Array.isArray(node.prefixItems) ? node.prefixItems : undefined
        if (tuple !== undefined) return tuple.map((item, index) => make(item, `${path}/${index}`, depth + 1))
        return range(1, length).map((index) => make(node.items, `${path}/${index}`, depth + 1))
      }
      case "integer":
      case "number":
        return makeNumber(node, type, chance(`${seed}${path}/number`))
      case "boolean":
        return chance(`${seed}${path}/boolean`) < 0.5
      case "null":
        return null
      default:
        return makeString(node, (index) => pick(WORDS, `word${index}`))
    }
  }
  return make(root, "", 0)
}

const asSchema = (value: unknown): Schema => (typeof value === "object" && value !== null ? (value as Schema) : {})

const numberOr = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise)

const range = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)

const resolve = (root: Schema, reference: string): unknown => {
  let node: unknown = root
  for (const step of reference.replace(/^#\/?/, "").split("/").filter(Boolean)) node = asSchema(node)[step]
  return node
}

const makeObject = (
  node: Schema,
  path: string,
  depth: number,
  make: (part: unknown, path: string, depth: number) => unknown
) => {
  const required = Array.isArray(node.required) ? node.required : []
  const made: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(asSchema(node.properties))) {
    if (required.includes(name) || depth < 3) made[name] = make(property, `${path}/${name}`, depth + 1)
  }
  return made
}

const makeNumber = (node: Schema, type: "integer" | "number", drawn: number): number => {
  const least = numberOr(node.minimum, numberOr(node.exclusiveMinimum, -1) + 1)
  const most = Math.min(numberOr(node.maximum, least + 100), numberOr(node.exclusiveMaximum, Infinity) - 1e-9)
  // zod gives integers the bounds of safe ones: small numbers are likelier to be meant.
  const from = least < -1_000_000 ? Math.min(0, most) : least
  const to = Math.min(most, from + 100)
  return type === "integer" ? Math.floor(from + drawn * (Math.floor(to) - from + 0.999)) : from + drawn * (to - from)
}

const makeString = (node: Schema, word: (index: number) => string): string => {
  if (node.format === "date") return "2025-03-14"
  if (node.format === "date-time") return "2025-03-14T09:26:53Z"
  if (node.format === "email") return "someone@example.com"
  const least = numberOr(node.minLength, 1)
  let text = word(0)
  for (let index = 1; text.length < least || index < 4; index++) text += ` ${word(index)}`
  return text
    .slice(0, Math.max(least, numberOr(node.maxLength, text.length)))
    .slice(0, numberOr(node.maxLength, Infinity))
}
