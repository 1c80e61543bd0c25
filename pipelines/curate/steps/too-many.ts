import { Effect } from "effect"
import { facilityLocation, farthestFirst } from "../../../datasets/curate/diversity.ts"
import { applyQuota, type Quota } from "../../../datasets/curate/quotas.ts"
import { statementError } from "../../../datasets/curate/sql-expression.ts"
import { type Vectors, vectorsAt } from "../../../datasets/curate/vectors.ts"
import { Duck, onConnection, rowsOn } from "../../../datasets/duck.ts"
import type { CurateConfig } from "../config.ts"
import type { Selection } from "../selection.ts"

/** All but the rows that are least like each other, or that stand for the most others. */
export const tooAlike = ({ config, isAlive, rank, remove }: Selection, vectors: Vectors) =>
  Effect.sync(() => {
    if (config.diversity === false) return
    const { choose, rows } = config.diversity
    const left = vectorsAt(vectors, (place) => isAlive(vectors.ids[place] as number))
    const ranks = Float64Array.from(left.ids, (index) => rank(index) ?? Number.NEGATIVE_INFINITY)
    const chosen = new Set(choose === "covering" ? facilityLocation(left, rows) : farthestFirst(left, rows, ranks))
    for (const index of Array.from(left.ids)) {
      if (chosen.has(index)) continue
      remove(index, {
        step: "diversity",
        code: "NOT_CHOSEN",
        reasons: [
          choose === "covering"
            ? `${rows} rows that stand for more of the others were chosen.`
            : `${rows} rows that are less like each other were chosen.`
        ],
        partner: null,
        similarity: null,
        evidence: null
      })
    }
  })

/** Quotas one after another, each on what the ones before left. */
export const tooMany = (selection: Selection) =>
  Effect.gen(function* () {
    const { config, remove, seed } = selection
    const duck = yield* Duck
    for (const [place, quota] of config.quotas.entries()) {
      const on = yield* duck.connection.pipe(Effect.mapError(statementError("apply a quota")))
      yield* writeRows(selection, on, yield* selection.values(quota.by))
      const request = {
        rows: "left_rows",
        key: "id",
        by: "value",
        rank: "rank",
        seed: `${seed}/quota ${place}`,
        into: "chosen"
      }
      const counts = yield* applyQuota(on, request, quotaOf(quota))
      const gone = yield* rowsOn(
        "read a quota",
        on,
        "SELECT key, value, place FROM chosen WHERE NOT kept ORDER BY key"
      ).pipe(Effect.mapError(statementError("read a quota")))
      const keptOf = new Map(counts.map(({ kept, value }) => [value, kept]))
      for (const { key, place: own, value } of gone) {
        const text = value === null ? null : String(value)
        remove(Number(key), {
          step: "quotas",
          code: "OVER_QUOTA",
          reasons: [`${quota.by} = ${text ?? "NULL"} has ${keptOf.get(text) ?? 0} rows that come before it.`],
          partner: null,
          similarity: null,
          evidence: { by: quota.by, value: text, place: Number(own), kept: keptOf.get(text) ?? 0 }
        })
      }
    }
  })

const writeRows = (
  { isAlive, rank }: Selection,
  on: Parameters<typeof applyQuota>[0],
  values: ReadonlyArray<string | null>
) =>
  onConnection("write the rows of a quota", on, async (to) => {
    await to.run("CREATE OR REPLACE TEMP TABLE left_rows (id INTEGER, value VARCHAR, rank DOUBLE)")
    const appender = await to.createAppender("left_rows")
    for (const [index, value] of values.entries()) {
      if (!isAlive(index)) continue
      appender.appendInteger(index)
      if (value === null) appender.appendNull()
      else appender.appendVarchar(value)
      const own = rank(index)
      if (own === undefined) appender.appendNull()
      else appender.appendDouble(own)
      appender.endRow()
    }
    appender.closeSync()
  }).pipe(Effect.mapError(statementError("write the rows of a quota")))

const quotaOf = (quota: CurateConfig["quotas"][number]): Quota => {
  if ("maximum" in quota) return { maximum: quota.maximum }
  if ("shares" in quota) return { shares: quota.shares }
  return { equal: true, ...(quota.most === undefined ? {} : { most: quota.most }) }
}
