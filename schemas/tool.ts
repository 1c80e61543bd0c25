import { z } from "zod"
import { columns } from "./columns.ts"

/** A JSON Schema of a tool's arguments: a JSON text column at rest, an object in memory. */
export const JsonSchema = z.record(z.string(), z.unknown()).register(columns, { column: "json" })
export type JsonSchema = z.infer<typeof JsonSchema>

export const Tool = z.strictObject({
  name: z.string(),
  description: z.string(),
  parameters: JsonSchema
})
export type Tool = z.infer<typeof Tool>
