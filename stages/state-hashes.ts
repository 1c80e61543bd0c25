import { canonicalJson, type Json, type JsonObject, sha256 } from "../schemas/json.ts"

/** A table whose name begins so holds notes of the tools: kept, but no part of hashes and diffs. */
export const isSideTable = (table: string) => table.startsWith("_")

const bucketCount = 64

/** FNV-1a: spreads the keys of a table so that one write rehashes one bucket instead of the table. */
const bucketOf = (key: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  return (hash >>> 0) % bucketCount
}

/** Rounds float noise away and sorts what has no order, so that harmless differences vanish. */
const tolerant = (value: Json, unordered: ReadonlySet<string>, field = ""): Json => {
  if (typeof value === "number") return Math.round(value * 1e4) / 1e4
  if (value === null || typeof value !== "object") return value
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => tolerant(item, unordered))
    if (!unordered.has(field)) return items
    return items
      .map((item) => ({ item, text: canonicalJson(item) }))
      .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
      .map(({ item }) => item)
  }
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, inner]) => [key, tolerant(inner, unordered, key)])
  )
}

/** Canonical text under the tolerant notion of equality. */
export const tolerantText = (record: JsonObject, unordered: ReadonlySet<string>): string =>
  canonicalJson(tolerant(record, unordered))

/** Hashes of one immutable database under one notion of equality, computed when first asked for. */
export class StateHashes {
  readonly #records = new WeakMap<JsonObject, string>()
  readonly #tables = new Map<
    string,
    { readonly hash: string; readonly keys: Array<Array<string>>; readonly hashes: Array<string> }
  >()
  readonly #base: ReadonlyMap<string, ReadonlyMap<string, JsonObject>>
  readonly #text: (record: JsonObject) => string

  constructor(base: ReadonlyMap<string, ReadonlyMap<string, JsonObject>>, text: (record: JsonObject) => string) {
    this.#base = base
    this.#text = text
  }

  #record(record: JsonObject): string {
    const known = this.#records.get(record)
    if (known !== undefined) return known
    const hash = sha256(this.#text(record))
    this.#records.set(record, hash)
    return hash
  }

  #bucket(entries: ReadonlyArray<readonly [key: string, record: JsonObject]>): string {
    if (entries.length === 0) return ""
    return sha256(
      [...entries]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, record]) => `${JSON.stringify(key)}:${this.#record(record)}`)
        .join("\n")
    )
  }

  #table(table: string) {
    const known = this.#tables.get(table)
    if (known !== undefined) return known
    const records = this.#base.get(table) ?? new Map<string, JsonObject>()
    const buckets: Array<Array<[string, JsonObject]>> = Array.from({ length: bucketCount }, () => [])
    for (const entry of records) buckets[bucketOf(entry[0])]?.push(entry)
    const hashes = buckets.map((entries) => this.#bucket(entries))
    const made = { hash: hashes.join(","), keys: buckets.map((entries) => entries.map(([key]) => key)), hashes }
    this.#tables.set(table, made)
    return made
  }

  /** The hash of the base with the overlay on it. */
  of(overlay: ReadonlyMap<string, ReadonlyMap<string, JsonObject | null>>): string {
    const lines: Array<string> = []
    for (const table of [...new Set([...this.#base.keys(), ...overlay.keys()])].sort()) {
      if (isSideTable(table)) continue
      const { hash, hashes, keys } = this.#table(table)
      const written = overlay.get(table)
      let now = hash
      if (written !== undefined && written.size > 0) {
        const fresh = [...hashes]
        for (const bucket of new Set([...written.keys()].map(bucketOf))) {
          const entries: Array<[string, JsonObject]> = []
          for (const key of keys[bucket] ?? []) {
            const record = written.has(key) ? null : this.#base.get(table)?.get(key)
            if (record) entries.push([key, record])
          }
          for (const [key, record] of written) {
            if (record !== null && bucketOf(key) === bucket) entries.push([key, record])
          }
          fresh[bucket] = this.#bucket(entries)
        }
        now = fresh.join(",")
      }
      // A table without records is no different from no table.
      if (/[^,]/.test(now)) lines.push(`${JSON.stringify(table)}:${now}`)
    }
    return sha256(lines.join("\n"))
  }
}
