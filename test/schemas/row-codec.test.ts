import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import fc from "fast-check"
import { z } from "zod"
import { partLines, writePart } from "../../datasets/parts.ts"
import { columns } from "../../schemas/columns.ts"
import { InvalidRow, rowCodec } from "../../schemas/row-codec.ts"
import { table } from "../../schemas/table.ts"
import { duckLayer, scratch } from "../support/sample-dataset.ts"

const Everything = table(
  "everything",
  "Each kind of column.",
  z.strictObject({
    text: z.string(),
    mood: z.enum(["calm", "loud"]),
    level: z.literal([1, 2, 3]),
    flag: z.boolean(),
    small: z.int32(),
    whole: z.number().int(),
    real: z.number(),
    big: z.bigint(),
    at: z.date(),
    nullable: z.string().nullable(),
    optional: z.string().optional(),
    filled: z.string().default("by default"),
    filled_before: z.string().prefault("by prefault"),
    either: z.union([z.string(), z.null()]),
    lists: z.array(z.array(z.int32().nullable())),
    sparse: z.array(z.strictObject({ a: z.boolean().optional(), b: z.date().nullable() })).optional(),
    event: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("say"), text: z.string(), tone: z.string().nullable() }),
      z.strictObject({ kind: z.literal("call"), tool: z.strictObject({ name: z.string(), id: z.int32().optional() }) }),
      z.strictObject({
        kind: z.literal("answer"),
        text: z.string().optional(),
        tool: z.strictObject({ ok: z.boolean() })
      })
    ]),
    free: z.record(z.string(), z.unknown()).register(columns, { column: "json" }),
    maybe_free: z.record(z.string(), z.unknown()).register(columns, { column: "json" }).nullable(),
    anything: z.unknown(),
    anything_or_nothing: z.unknown().optional(),
    mixed: z.union([z.string(), z.array(z.number())]),
    pair: z.tuple([z.string(), z.int32()]),
    coded: z.codec(z.string(), z.array(z.string()), {
      decode: (text) => text.split("|"),
      encode: (list) => list.join("|")
    })
  })
)

const text = fc.string({ unit: "binary", maxLength: 12 })
// Only -0 is not given back: JSON has no sign for it.
const real = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const at = fc.date({
  min: new Date("0001-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true
})
const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown)
const object = fc.dictionary(
  fc.string({ maxLength: 5 }).filter((key) => key !== "__proto__"),
  json,
  { maxKeys: 3 }
)
const sometimes = <A>(value: fc.Arbitrary<A>) => fc.option(value, { nil: undefined })

/** Leaves keys out, as optional fields are. */
const record = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(fields).map((value) => Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)))

const row = record({
  text,
  mood: fc.constantFrom("calm", "loud"),
  level: fc.constantFrom(1, 2, 3),
  flag: fc.boolean(),
  small: int32,
  whole: fc.maxSafeInteger(),
  real,
  big: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  at,
  nullable: fc.option(text),
  optional: sometimes(text),
  filled: sometimes(text),
  filled_before: sometimes(text),
  either: fc.option(text),
  lists: fc.array(fc.array(fc.option(int32), { maxLength: 3 }), { maxLength: 3 }),
  sparse: sometimes(fc.array(record({ a: sometimes(fc.boolean()), b: fc.option(at) }), { maxLength: 3 })),
  event: fc.oneof(
    record({ kind: fc.constant("say"), text, tone: fc.option(text) }),
    record({ kind: fc.constant("call"), tool: record({ name: text, id: sometimes(int32) }) }),
    record({ kind: fc.constant("answer"), text: sometimes(text), tool: record({ ok: fc.boolean() }) })
  ),
  free: object,
  maybe_free: fc.option(object),
  anything: json,
  anything_or_nothing: sometimes(json),
  mixed: fc.oneof(text, fc.array(real, { maxLength: 3 })),
  pair: fc.tuple(text, int32),
  coded: text
})

const codec = rowCodec(Everything)
const sample: unknown = fc.sample(row, { numRuns: 1, seed: 1 })[0]
const refused = (change: Record<string, unknown>): ReadonlyArray<string> => {
  try {
    codec.encode({ ...(sample as object), ...change })
  } catch (error) {
    assert.instanceOf(error, InvalidRow)
    return error.issues
  }
  throw new Error("the row was taken")
}

describe("a row", () => {
  it.effect("of every kind of column comes back from Parquet as zod reads it", () =>
    Effect.gen(function* () {
      const folder = { name: "t", path: yield* scratch }
      for (const [seed, size] of [
        [1, 1],
        [2, 300],
        [3, 700]
      ] as const) {
        const rows = fc.sample(row, { numRuns: size, seed })
        const part = yield* writePart(folder, Everything, rows.map(codec.encode), `p${seed}`)
        const lines = yield* Stream.runCollect(partLines(folder, Everything, [part]))
        assert.strictEqual(lines.length, size)
        for (const [index, line] of lines.entries()) {
          assert.deepStrictEqual(codec.decode(line), Everything.schema.parse(rows[index]))
        }
        // What is read can be written again: a shard that is settled again keeps its rows byte for byte.
        const again = yield* writePart(folder, Everything, lines, `again${seed}`)
        assert.strictEqual(again.sha256, part.sha256)
      }
    }).pipe(Effect.provide(duckLayer))
  )

  it("is one line with every key, NULLs explicit", () => {
    const Small = table("small", "", z.strictObject({ a: z.string().optional(), b: z.array(z.boolean()).nullable() }))
    assert.strictEqual(rowCodec(Small).encode({ b: null }), '{"a":null,"b":null}')
  })

  it("keeps null and absent apart where the schema does", () => {
    const Small = table("small", "", z.strictObject({ a: z.string().optional(), b: z.string().nullable() }))
    assert.deepStrictEqual(rowCodec(Small).decode('{"a":null,"b":null}'), { b: null })
  })

  it("loses lone surrogates, which no file can hold, and nothing else of a text", () => {
    const Small = table("small", "", z.strictObject({ a: z.string(), b: z.record(z.string(), z.unknown()) }))
    assert.strictEqual(
      rowCodec(Small).encode({ a: "x\ud800y\u0000\u{1f98a}", b: { "\udc00": "\udc00" } }),
      JSON.stringify({ a: "x\ufffdy\u0000\u{1f98a}", b: '{"\ufffd":"\ufffd"}' })
    )
  })

  const refusals: ReadonlyArray<readonly [string, Record<string, unknown>, RegExp]> = [
    ["NaN", { real: Number.NaN }, /^real: .*NaN/],
    ["infinity", { real: Number.POSITIVE_INFINITY }, /^real: .*Infinity/],
    ["a fraction in an integer column, which DuckDB would round", { small: 1.5 }, /^small: .*int/],
    ["an integer that is too large", { small: 2 ** 31 }, /^small: /],
    ["a big integer beyond 64 bits", { big: 2n ** 63n }, /^big: expected a 64-bit integer/],
    [
      "a date that DuckDB would not read",
      { at: new Date("+010000-01-01T00:00:00Z") },
      /^at: expected a date of the years/
    ],
    ["an unknown key", { surprise: 1 }, /^row: .*surprise/],
    ["a missing value", { text: undefined }, /^text: /],
    ["a value outside an enum", { mood: "bored" }, /^mood: /],
    ["what JSON cannot hold, in a JSON column", { free: { f: () => 1 } }, /^free\.f: expected a JSON value/],
    [
      "a number that JSON cannot hold, deep inside",
      { anything: [{ a: Number.NaN }] },
      /^anything\[0\]\.a: expected a finite/
    ]
  ]
  for (const [name, change, reason] of refusals) {
    it(`with ${name} is refused, with its path`, () => {
      const issues = refused(change)
      assert.strictEqual(issues.length, 1)
      assert.match(issues[0] ?? "", reason)
    })
  }

  it("that is stored but no longer fits its schema is refused on reading", () => {
    const Old = table("tale", "", z.strictObject({ a: z.string() }))
    const New = table("tale", "", z.strictObject({ a: z.enum(["x"]) }))
    assert.throws(() => rowCodec(New).decode(rowCodec(Old).encode({ a: "y" })), /table tale: a: /)
  })
})
