import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { applyQuota, type Quota, type QuotaRequest } from "../../../datasets/curate/quotas.ts"
import { Duck, onConnection, rowsOn } from "../../../datasets/duck.ts"

interface Row {
  readonly id: string
  readonly language: string | null
  readonly score: number | null
}

const request: QuotaRequest = { rows: "rows", key: "id", by: "language", rank: "score", seed: "1", into: "kept rows" }

const apply = (rows: ReadonlyArray<Row>, quota: Quota, changes: Partial<QuotaRequest> = {}, threads = 1) =>
  Effect.gen(function* () {
    const on = yield* (yield* Duck).connection
    const text = JSON.stringify(rows).replaceAll("'", "''")
    yield* onConnection("fill", on, (there) =>
      there.run(
        `CREATE TEMP TABLE rows AS SELECT one.* FROM (SELECT unnest(from_json('${text}', '[{"id":"VARCHAR","language":"VARCHAR","score":"DOUBLE"}]')) AS one)`
      )
    )
    const counts = yield* applyQuota(on, { ...request, ...changes }, quota)
    const kept = yield* rowsOn("read", on, `SELECT key FROM "kept rows" WHERE kept ORDER BY key`)
    return {
      counts: counts.map(({ available, kept, value }) => [value, available, kept]),
      kept: kept.map(({ key }) => key)
    }
  }).pipe(Effect.scoped, Effect.provide(Duck.layer({ threads })))

const row = (id: string, language: string | null, score: number | null = null): Row => ({ id, language, score })
const many = (counts: Readonly<Record<string, number>>): ReadonlyArray<Row> =>
  Object.entries(counts).flatMap(([language, count]) =>
    Array.from({ length: count }, (_, n) => row(`${language}${n}`, language))
  )

describe("a quota", () => {
  const some = [
    row("a", "en", 1),
    row("b", "en", 3),
    row("c", "en", null),
    row("d", "zh", 0),
    row("e", null, 5),
    row("f", null, 4)
  ]

  it.effect("of a maximum keeps those of the highest rank, null last; null is a value of its own", () =>
    Effect.map(apply(some, { maximum: 1 }), (result) =>
      assert.deepStrictEqual(result, {
        counts: [
          ["en", 3, 1],
          ["zh", 1, 1],
          [null, 2, 1]
        ],
        kept: ["b", "d", "e"]
      })
    )
  )

  it.effect("of a maximum by value keeps all of values that are not named", () =>
    Effect.map(apply(some, { maximum: { en: 2, zh: 0 } }), ({ kept }) =>
      assert.deepStrictEqual(kept, ["a", "b", "e", "f"])
    )
  )

  it.effect("of equal numbers keeps as many of each as there are of the rarest, and no more than the most", () =>
    Effect.gen(function* () {
      const rows = many({ en: 10, zh: 4, de: 7 })
      const counts = (result: { counts: ReadonlyArray<unknown> }) => result.counts
      assert.deepStrictEqual(counts(yield* apply(rows, { equal: true })), [
        ["de", 7, 4],
        ["en", 10, 4],
        ["zh", 4, 4]
      ])
      assert.deepStrictEqual(counts(yield* apply(rows, { equal: true, most: 3 })), [
        ["de", 7, 3],
        ["en", 10, 3],
        ["zh", 4, 3]
      ])
    })
  )

  it.effect("of shares keeps as many as there can be, exactly divided, and none of values not named", () =>
    Effect.gen(function* () {
      // 30 Chinese rows are three tenths of 100.
      const { counts } = yield* apply(many({ en: 500, zh: 30, de: 9 }), { shares: { en: 0.7, zh: 0.3 } })
      assert.deepStrictEqual(counts, [
        ["de", 9, 0],
        ["en", 500, 70],
        ["zh", 30, 30]
      ])
      // 10 rows at most (of 11, 6.05 would be b): 4.5 and 5.5, and the row that is left goes to the first name of equals.
      const halves = yield* apply(many({ a: 9, b: 6 }), { shares: { a: 0.45, b: 0.55 } })
      assert.deepStrictEqual(halves.counts, [
        ["a", 9, 5],
        ["b", 6, 5]
      ])
      const thirds = yield* apply(many({ a: 10, b: 10, c: 10 }), { shares: { a: 1 / 3, b: 1 / 3, c: 1 / 3 } })
      assert.deepStrictEqual(
        thirds.counts.map(([, , kept]) => kept),
        [10, 10, 10]
      )
    })
  )

  it.effect("goes by any expression", () =>
    Effect.map(apply(some, { maximum: 1 }, { by: "score > 2 -- comment" }), ({ counts }) =>
      assert.deepStrictEqual(counts, [
        ["false", 2, 1],
        ["true", 3, 1],
        [null, 1, 1]
      ])
    )
  )

  it.effect("chooses among equals by seed and key: not by the order of rows, nor by threads", () =>
    Effect.gen(function* () {
      const rows = many({ en: 3_000 })
      const { kept } = yield* apply(rows, { maximum: 100 })
      assert.deepStrictEqual((yield* apply(rows.toReversed(), { maximum: 100 }, {}, 2)).kept, kept)
      assert.notDeepEqual((yield* apply(rows, { maximum: 100 }, { seed: "2" })).kept, kept)
    })
  )

  it.effect("of no rows keeps none", () =>
    Effect.map(apply([], { equal: true }), (result) => assert.deepStrictEqual(result, { counts: [], kept: [] }))
  )

  it.effect("fails for what is not one expression, and says why", () =>
    Effect.gen(function* () {
      const failure = (changes: Partial<QuotaRequest>) =>
        Effect.map(Effect.flip(apply(some, { maximum: 1 }, changes)), ({ _tag, message }) => `${_tag}: ${message}`)
      assert.match(
        yield* failure({ by: "language) , (id" }),
        /^DatasetError: what a quota goes by: .*: it is not one expression$/
      )
      assert.match(yield* failure({ by: "1) FROM range(3) r(id) WHERE (true" }), /it is not one expression$/)
      assert.match(yield* failure({ by: "1); DROP TABLE rows; SELECT (1" }), /^DatasetError: what a quota goes by/)
      assert.match(yield* failure({ key: "id +" }), /^DatasetError: the key of a quota: id \+: .*syntax error/)
      assert.match(yield* failure({ rank: "no_such_column" }), /^DatasetError: apply a quota: .*no_such_column/)
    })
  )

  it.effect("fails for numbers that are no quota", () =>
    Effect.gen(function* () {
      const failure = (quota: Quota) => Effect.map(Effect.flip(apply(some, quota)), ({ message }) => message)
      assert.strictEqual(yield* failure({ maximum: -1 }), "a quota with a maximum of -1")
      assert.strictEqual(yield* failure({ maximum: { en: 1.5 } }), 'a quota with a maximum of 1.5 for "en"')
      assert.strictEqual(
        yield* failure({ shares: { en: 0.5, zh: 0.4 } }),
        "a quota with shares of 0.5, 0.4: above 0, and 1 together, is what shares are"
      )
      assert.strictEqual(
        yield* failure({ shares: { en: 0.5, fr: 0.5 } }),
        'a quota with no row has the value "fr", so there is no share of it'
      )
    })
  )
})
