import { z } from "zod"
import { fingerprint, type JsonObject } from "../schemas/json.ts"

/** A zod schema as it is sent: what the model must write (the input side, before defaults and transforms). */
export interface ResponseSchema {
  readonly json: JsonObject
  readonly fingerprint: string
}

const cache = new WeakMap<z.ZodType, ResponseSchema>()

/**
 * The JSON Schema of a structured reply, made once for each zod schema. Objects are closed (`additionalProperties: false`)
 * unless they are records, as native structured output of hosted models demands.
 */
export const responseSchema = (schema: z.ZodType): ResponseSchema => {
  const known = cache.get(schema)
  if (known !== undefined) return known
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      if (jsonSchema.type === "object" && jsonSchema.properties !== undefined) jsonSchema.additionalProperties ??= false
    }
  })
  const plain = JSON.parse(JSON.stringify(json)) as JsonObject
  const made = { json: plain, fingerprint: fingerprint(plain) }
  cache.set(schema, made)
  return made
}
