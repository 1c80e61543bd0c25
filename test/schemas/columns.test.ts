import { assert, describe, it } from "@effect/vitest"
import { z } from "zod"
import { arrowSchema } from "../../schemas/arrow-schema.ts"
import { columns, columnsOf, UnrepresentableColumn } from "../../schemas/columns.ts"
import { duckType } from "../../schemas/duckdb-types.ts"
import { rowJsonSchema } from "../../schemas/json-schema.ts"
import { table } from "../../schemas/table.ts"

const typeOf = (field: z.ZodType) =>
  duckType(columnsOf("t", z.strictObject({ f: field }))).slice('STRUCT("f" '.length, -1)

const refusal = (schema: z.ZodObject) => {
  try {
    columnsOf("tales", schema)
  } catch (error) {
    assert.instanceOf(error, UnrepresentableColumn)
    return { table: error.table, path: error.path, message: error.message }
  }
  throw new Error("the schema was taken")
}

describe("the column of a zod schema", () => {
  const cases: ReadonlyArray<readonly [string, z.ZodType, string]> = [
    ["text", z.string(), "VARCHAR"],
    ["text of a format", z.iso.datetime(), "VARCHAR"],
    ["an enum", z.enum(["a", "b"]), "VARCHAR"],
    ["a text literal", z.literal("a"), "VARCHAR"],
    ["an integer literal", z.literal([1, 2]), "INTEGER"],
    ["a literal that may be null", z.literal(["a", null]), "VARCHAR"],
    ["a number", z.number(), "DOUBLE"],
    ["a 32-bit integer", z.int32(), "INTEGER"],
    ["an integer", z.number().int().min(0), "BIGINT"],
    ["a big integer", z.bigint(), "BIGINT"],
    ["a boolean", z.boolean(), "BOOLEAN"],
    ["a date", z.date(), "TIMESTAMP"],
    ["a list of lists", z.array(z.array(z.int32())), "INTEGER[][]"],
    ["an object", z.strictObject({ a: z.string(), b: z.boolean().nullable() }), 'STRUCT("a" VARCHAR, "b" BOOLEAN)'],
    ["a record", z.record(z.string(), z.number()), "VARCHAR"],
    ["what is unknown", z.unknown(), "VARCHAR"],
    ["a union of unlike arms", z.union([z.string(), z.array(z.string())]), "VARCHAR"],
    ["a union of like arms", z.union([z.literal(1), z.int32()]), "INTEGER"],
    ["a union with null", z.union([z.string(), z.null()]), "VARCHAR"],
    ["the stored side of a codec", z.codec(z.string(), z.number(), { decode: Number, encode: String }), "VARCHAR"],
    ["a default", z.int32().default(3), "INTEGER"],
    ["readonly", z.array(z.string()).readonly(), "VARCHAR[]"],
    ["a registered schema", z.array(z.number()).register(columns, { column: "json" }), "VARCHAR"],
    [
      "a tagged union: one wide struct",
      z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("say"), text: z.string() }),
        z.strictObject({ kind: z.literal("call"), tool: z.strictObject({ name: z.string() }) })
      ]),
      'STRUCT("kind" VARCHAR, "text" VARCHAR, "tool" STRUCT("name" VARCHAR))'
    ]
  ]
  for (const [name, schema, expected] of cases) it(`of ${name}`, () => assert.strictEqual(typeOf(schema), expected))
})

describe("what no column can hold stops the program where the table is declared", () => {
  interface Tree {
    children: Array<Tree>
  }
  const Tree: z.ZodType<Tree> = z.strictObject({
    get children() {
      return z.array(Tree)
    }
  })
  const cases: ReadonlyArray<readonly [string, z.ZodType, string, RegExp]> = [
    ["a recursive schema", Tree, "f.children[]", /recursive/],
    ["a lazy schema", z.lazy(() => z.string()), "f", /lazy/],
    ["a set", z.set(z.string()), "f", /set has no column type/],
    ["a map", z.array(z.map(z.string(), z.string())), "f[]", /map has no column type/],
    ["a transform without a stored side", z.preprocess((value) => value, z.string()), "f", /transform has no/],
    ["coercion", z.strictObject({ n: z.coerce.number() }), "f.n", /coerce/],
    ["null and undefined together", z.string().nullish(), "f", /both be stored as NULL/],
    ["undefined and null, the other way", z.string().optional().nullable(), "f", /both be stored as NULL/],
    ["an object without fields", z.strictObject({}), "f", /without fields/],
    ["an object that takes unknown keys", z.looseObject({ a: z.string() }), "f", /unknown keys/],
    ["names that differ in case only", z.strictObject({ id: z.string(), ID: z.string() }), "f.ID", /but for its case/],
    ["a name that SQL would need to quote", z.strictObject({ "a b": z.string() }), "f.a b", /letters, digits/],
    ["literals of several types", z.literal(["a", 1]), "f", /no common column type/],
    ["a catch", z.string().catch("x"), "f", /catch has no column type/],
    [
      "arms that use one name for two types",
      z.discriminatedUnion("k", [
        z.strictObject({ k: z.literal("a"), v: z.string() }),
        z.strictObject({ k: z.literal("b"), v: z.strictObject({ w: z.int32() }) })
      ]),
      "f.v",
      /utf8 in one, struct in another/
    ]
  ]
  for (const [name, schema, path, reason] of cases) {
    it(name, () => {
      const refused = refusal(z.strictObject({ f: schema }))
      assert.strictEqual(refused.table, "tales")
      assert.strictEqual(refused.path, path)
      assert.match(refused.message, reason)
    })
  }

  it("table() itself refuses", () => {
    assert.throws(() => table("tales", "", z.strictObject({ f: z.set(z.string()) })), /table tales: f: /)
    assert.throws(() => table("Tales; DROP", "", z.strictObject({ f: z.string() })), /snake_case/)
  })
})

describe("other descriptions of a table", () => {
  const Tale = table(
    "tale",
    "A tale.",
    z.strictObject({
      id: z.string(),
      n: z.int32().nullable(),
      at: z.date(),
      big: z.number().int(),
      lines: z.array(z.strictObject({ text: z.string(), score: z.number().optional() })),
      open: z.boolean()
    })
  )

  it("in Arrow, every field nullable as in our Parquet files", () => {
    const schema = arrowSchema(columnsOf(Tale.name, Tale.schema))
    assert.deepStrictEqual(
      schema.fields.map((field) => `${field.name}: ${field.type} ${field.nullable}`),
      [
        "id: Utf8 true",
        "n: Int32 true",
        "at: Timestamp<MICROSECOND> true",
        "big: Int64 true",
        "lines: List<Struct<{text:Utf8, score:Float64}>> true",
        "open: Bool true"
      ]
    )
  })

  it("in JSON Schema, with what is required", () => {
    const schema = rowJsonSchema(Tale)
    assert.deepStrictEqual(schema.required, ["id", "n", "at", "big", "lines", "open"])
    assert.isFalse(schema.additionalProperties)
  })
})
