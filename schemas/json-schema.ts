import { z } from "zod"
import type { JsonObject } from "./json.ts"
import type { Table } from "./table.ts"

/** JSON Schema (2020-12) of a table's rows as a program writes them: the schema's input side. */
export const rowJsonSchema = (table: Table): JsonObject =>
  // Dates and big integers have no JSON Schema: they appear as "anything".
  JSON.parse(JSON.stringify(z.toJSONSchema(table.schema, { io: "input", unrepresentable: "any" }))) as JsonObject
