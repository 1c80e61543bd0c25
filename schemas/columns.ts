import { z } from "zod"

/**
 * Schemas whose values are stored as JSON text whatever their shape: `z.record(...).register(columns, { column: "json" })`.
 * A registry of its own, since a hint in `.meta()` would leak into the JSON Schema that is sent to models.
 */
export const columns = z.registry<{ readonly column: "json" }>()

/**
 * What a column does with a value that is not there. A column knows one NULL only, so a schema must say which of the
 * two it means: `null` (`.nullable()`: comes back as null) or `absent` (`.optional()`: the key is left out again).
 */
export type Missing = "never" | "null" | "absent"

export type Leaf = "utf8" | "bool" | "float64" | "int32" | "int64" | "bigint" | "timestamp" | "json"

interface Presence {
  readonly missing: Missing
  /** Stored where the value is undefined: the default of the schema. */
  readonly fill?: unknown
}
export interface LeafColumn extends Presence {
  readonly kind: Leaf
}
export interface ListColumn extends Presence {
  readonly kind: "list"
  readonly item: Column
}
export interface StructColumn extends Presence {
  readonly kind: "struct"
  readonly fields: ReadonlyArray<Field>
  /** Of a discriminated union: the fields of each arm, by the value of the tag. `fields` then holds all arms' fields. */
  readonly union?: { readonly tag: string; readonly arms: ReadonlyMap<unknown, StructColumn> }
}
export type Column = LeafColumn | ListColumn | StructColumn
export interface Field {
  readonly name: string
  readonly column: Column
}

/** A schema that no column can hold. Thrown when the table is declared, so a program with one never starts. */
export class UnrepresentableColumn extends Error {
  readonly table: string
  /** Dotted path of the field; list items are `[]`. */
  readonly path: string
  constructor(table: string, path: string, reason: string) {
    super(`table ${table}: ${path === "" ? "the row" : path}: ${reason}`)
    this.name = "UnrepresentableColumn"
    this.table = table
    this.path = path
  }
}

const NAME = /^[A-Za-z][A-Za-z0-9_]*$/
const AS_JSON = 'register it as JSON text: .register(columns, { column: "json" })'
const SAME_NULL = "null and a missing key would both be stored as NULL: use .nullable() or .optional(), not both"

/**
 * The columns of a table's rows, from its zod schema. The stored form is the schema's *input* side: of
 * `z.codec(z.string(), ...)` the text is stored, and reading gives the decoded value.
 * Records, tuples, `unknown` and unions of unlike arms become JSON text.
 *
 * Throws UnrepresentableColumn, with the table and the path, for what no column can hold.
 */
export const columnsOf = (table: string, schema: z.ZodObject): StructColumn => {
  const fail = (path: string, reason: string): never => {
    throw new UnrepresentableColumn(table, path, reason)
  }
  const open = new Set<unknown>()

  const walk = (node: z.core.$ZodType, path: string): Column => {
    if (columns.get(node)?.column === "json") return { kind: "json", missing: "never" }
    if (open.has(node)) return fail(path, `a recursive schema has no column type; ${AS_JSON}`)
    open.add(node)
    const column = columnOf(node, path)
    open.delete(node)
    return column
  }

  const columnOf = (node: z.core.$ZodType, path: string): Column => {
    const definition = (node as z.core.$ZodTypes)._zod.def
    if ("coerce" in definition && definition.coerce === true) {
      return fail(path, "z.coerce takes values of any type; declare the stored type, or a z.codec from it")
    }
    switch (definition.type) {
      case "string":
      case "template_literal":
        return { kind: "utf8", missing: "never" }
      case "boolean":
        return { kind: "bool", missing: "never" }
      case "number":
        return { kind: numberKind(definition), missing: "never" }
      case "bigint":
        return { kind: "bigint", missing: "never" }
      case "date":
        return { kind: "timestamp", missing: "never" }
      case "enum":
        return ofValues(Object.values(definition.entries), path)
      case "literal":
        return ofValues(definition.values, path)
      case "optional": {
        const inner = walk(definition.innerType, path)
        return inner.missing === "null" ? fail(path, SAME_NULL) : { ...inner, missing: "absent" }
      }
      case "nullable": {
        const inner = walk(definition.innerType, path)
        return inner.missing === "absent" ? fail(path, SAME_NULL) : { ...inner, missing: "null" }
      }
      case "nonoptional": {
        const inner = walk(definition.innerType, path)
        return inner.missing === "absent" ? { ...inner, missing: "never" } : inner
      }
      case "default": {
        const inner = walk(definition.innerType, path)
        // The default of a codec is a value of its output side, which is not what is stored: zod fills it in on reading.
        if (!hasPipe(definition.innerType)) return { ...inner, fill: definition.defaultValue }
        return inner.missing === "null" ? fail(path, SAME_NULL) : { ...inner, missing: "absent" }
      }
      case "prefault":
        return { ...walk(definition.innerType, path), fill: definition.defaultValue }
      case "readonly":
        return walk(definition.innerType, path)
      case "pipe":
        return walk(definition.in, path)
      case "array":
        return { kind: "list", item: walk(definition.element, `${path}[]`), missing: "never" }
      case "object":
        return ofObject(definition, path)
      case "union":
        return ofUnion(definition, path)
      case "any":
      case "unknown":
      case "record":
      case "tuple":
      case "intersection":
        return { kind: "json", missing: "never" }
      case "lazy":
        return fail(path, `a lazy schema has no column type; ${AS_JSON}`)
      default:
        return fail(path, `zod's ${definition.type} has no column type; ${AS_JSON} or use another type`)
    }
  }

  const ofValues = (values: ReadonlyArray<unknown>, path: string): Column => {
    const present = values.filter((value) => value !== null)
    const missing = present.length < values.length ? "null" : "never"
    if (present.length > 0 && present.every((value) => typeof value === "string")) return { kind: "utf8", missing }
    if (present.length > 0 && present.every((value) => typeof value === "boolean")) return { kind: "bool", missing }
    if (present.length > 0 && present.every((value) => typeof value === "number")) {
      return { kind: present.every((value) => (value | 0) === value) ? "int32" : "float64", missing }
    }
    return fail(path, `the values ${values.map(String).join(", ")} have no common column type`)
  }

  const ofObject = (definition: z.core.$ZodObjectDef, path: string): StructColumn => {
    const rest = definition.catchall?._zod.def.type
    if (rest !== undefined && rest !== "never") {
      return fail(path, "an object that takes unknown keys would lose them: use z.strictObject, or JSON text")
    }
    const fields = Object.entries(definition.shape).map(([name, node]) => {
      const at = path === "" ? name : `${path}.${name}`
      if (!NAME.test(name)) fail(at, "a column's name is letters, digits and underscores, a letter first")
      return { name, column: walk(node, at) }
    })
    if (fields.length === 0) return fail(path, "an object without fields has no column type")
    const seen = new Set<string>()
    for (const { name } of fields) {
      // SQL takes names for equal that differ in case only.
      if (seen.has(name.toLowerCase())) fail(`${path}.${name}`, "another field has this name but for its case")
      seen.add(name.toLowerCase())
    }
    return { kind: "struct", fields, missing: "never" }
  }

  const ofUnion = (definition: z.core.$ZodUnionDef, path: string): Column => {
    const types = definition.options.map((option) => option._zod.def.type)
    const options = definition.options.filter((_, index) => types[index] !== "null" && types[index] !== "undefined")
    if (types.includes("null") && types.includes("undefined")) return fail(path, SAME_NULL)
    const missing: Missing = types.includes("null") ? "null" : types.includes("undefined") ? "absent" : "never"
    const arms = options.map((option) => walk(option, path))
    const first = arms[0]
    if (first === undefined) return fail(path, "a union of nothing has no column type")
    if (arms.some((arm) => arm.missing !== "never")) {
      return fail(path, "an arm of this union may be missing: put .nullable() or .optional() on the union itself")
    }
    if (arms.length === 1) return { ...first, missing }
    const tag = (definition as { discriminator?: unknown }).discriminator
    if (typeof tag === "string") return { ...ofTagged(tag, options, arms, path), missing }
    const leaf = first.kind !== "struct" && first.kind !== "list" && arms.every((arm) => arm.kind === first.kind)
    return leaf ? { ...first, missing } : { kind: "json", missing }
  }

  const ofTagged = (
    tag: string,
    options: ReadonlyArray<z.core.$ZodType>,
    arms: ReadonlyArray<Column>,
    path: string
  ): StructColumn => {
    const byValue = new Map<unknown, StructColumn>()
    const structs: Array<StructColumn> = []
    for (const [index, arm] of arms.entries()) {
      if (arm.kind !== "struct") return fail(path, "an arm of this tagged union is no object")
      structs.push(arm)
      for (const value of options[index]?._zod.propValues?.[tag] ?? []) byValue.set(value, arm)
    }
    return { kind: "struct", fields: widen(structs, path), union: { tag, arms: byValue }, missing: "never" }
  }

  /** All fields of all arms, in the order they first appear; a field that not every arm has may be missing. */
  const widen = (arms: ReadonlyArray<StructColumn>, path: string): ReadonlyArray<Field> => {
    const merged = new Map<string, Column>()
    const spelled = new Map<string, string>()
    for (const { name, column } of arms.flatMap((arm) => arm.fields)) {
      const known = merged.get(name)
      const at = path === "" ? name : `${path}.${name}`
      const spelling = spelled.get(name.toLowerCase()) ?? name
      if (spelling !== name) fail(at, `another arm of the union spells it ${spelling}`)
      spelled.set(name.toLowerCase(), name)
      merged.set(name, known === undefined ? column : join(known, column, at))
    }
    return [...merged].map(([name, column]) => {
      const everywhere = arms.every((arm) => arm.fields.some((field) => field.name === name))
      return { name, column: everywhere || column.missing !== "never" ? column : { ...column, missing: "absent" } }
    })
  }

  /** One column for what two arms store under one name. The arms keep their own for reading. */
  const join = (left: Column, right: Column, path: string): Column => {
    const missing = left.missing === "never" ? right.missing : left.missing
    if (left.kind === "list" && right.kind === "list") {
      return { kind: "list", item: join(left.item, right.item, `${path}[]`), missing }
    }
    if (left.kind === "struct" && right.kind === "struct") {
      return { kind: "struct", fields: widen([left, right], path), missing }
    }
    if (left.kind !== right.kind) {
      return fail(path, `the arms of the union disagree: ${left.kind} in one, ${right.kind} in another`)
    }
    return { ...left, missing }
  }

  return ofObject(schema._zod.def, "")
}

const numberKind = (definition: z.core.$ZodNumberDef): Leaf => {
  const formats = [definition, ...(definition.checks ?? []).map((check) => check._zod.def)].map(
    (part) => (part as { readonly format?: string }).format
  )
  if (formats.includes("int32")) return "int32"
  return formats.includes("safeint") || formats.includes("uint32") ? "int64" : "float64"
}

/** True where the output side of a schema differs from what is stored. */
const hasPipe = (node: z.core.$ZodType): boolean => {
  const definition = (node as z.core.$ZodTypes)._zod.def
  switch (definition.type) {
    case "pipe":
      return true
    case "optional":
    case "nullable":
    case "nonoptional":
    case "default":
    case "prefault":
    case "readonly":
      return hasPipe(definition.innerType)
    case "array":
      return hasPipe(definition.element)
    case "object":
      return Object.values(definition.shape).some(hasPipe)
    case "union":
      return definition.options.some(hasPipe)
    default:
      return false
  }
}
