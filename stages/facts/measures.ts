import type { Json } from "../../schemas/json.ts"
import { type Unit, unitAfter } from "./units.ts"

/** A number of a tool's answer, with the unit that its key names. */
export interface Measure {
  readonly value: number
  readonly unit: Unit
}

/** The numbers under keys that end in a unit: `distance_km`, `durationSeconds`, `price_usd`, `low_c`. */
export const measuresIn = (value: Json, key = ""): ReadonlyArray<Measure> => {
  if (typeof value === "number") {
    const unit = unitOf(key)
    return unit === null ? [] : [{ value: Math.abs(value), unit }]
  }
  if (value === null || typeof value !== "object") return []
  const entries: ReadonlyArray<readonly [string, Json]> = Array.isArray(value)
    ? (value as ReadonlyArray<Json>).map((item) => [key, item] as const)
    : (Object.entries(value) as ReadonlyArray<readonly [string, Json]>)
  return entries.flatMap(([name, inner]) => measuresIn(inner, name))
}

/** Its last word, where another stands before it or it is written out: `min` alone is the least. */
const unitOf = (key: string): Unit | null => {
  const [, name] = /(?:^(?=[a-z]{4})|[\p{L}\d](?:_|(?<=[a-z])(?=[A-Z])))([A-Za-z]{1,12})$/u.exec(key) ?? []
  if (name === undefined) return null
  const found = unitAfter(name.toLowerCase())
  return found !== null && found.length === name.length ? found.unit : null
}
