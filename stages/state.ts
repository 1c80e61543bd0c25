import { canonicalJson, type JsonObject } from "../schemas/json.ts"
import { renderPatch } from "./patch.ts"
import { isSideTable, StateHashes, tolerantText } from "./state-hashes.ts"

/** Tables by name, records by primary key. Table names hold no slash. */
export interface Database {
  readonly tables: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>
}

export interface StateOptions {
  /** Fields, at any depth, whose arrays have no meaningful order: `tolerantHash` compares them as multisets. */
  readonly unordered?: ReadonlyArray<string>
}

/** One record that differs; null where it is absent. */
export interface Change {
  readonly table: string
  readonly key: string
  readonly before: JsonObject | null
  readonly after: JsonObject | null
}

interface Base {
  readonly records: ReadonlyMap<string, ReadonlyMap<string, JsonObject>>
  readonly strict: StateHashes
  readonly tolerant: StateHashes
}

/**
 * A database that tools write to: an overlay over an immutable base, so that an episode costs what it changes. Records
 * are immutable JSON: to change one, put a new one.
 */
export class State {
  readonly #base: Base
  #overlay: Map<string, Map<string, JsonObject | null>>

  private constructor(base: Base, overlay: Map<string, Map<string, JsonObject | null>>) {
    this.#base = base
    this.#overlay = overlay
  }

  /** The records must not be changed afterwards. */
  static of(database: Database, options: StateOptions = {}): State {
    const records = new Map(
      Object.entries(database.tables).map(([table, entries]) => {
        if (table.includes("/")) throw new Error(`table ${JSON.stringify(table)}: a table's name holds no slash`)
        return [table, new Map(Object.entries(entries))]
      })
    )
    const unordered = new Set(options.unordered)
    return new State(
      {
        records,
        strict: new StateHashes(records, canonicalJson),
        tolerant: new StateHashes(records, (record) => tolerantText(record, unordered))
      },
      new Map()
    )
  }

  get(table: string, key: string): JsonObject | undefined {
    const written = this.#overlay.get(table)?.get(key)
    return written === undefined ? this.#base.records.get(table)?.get(key) : (written ?? undefined)
  }

  put(table: string, key: string, record: JsonObject): void {
    this.#write(table, key, record)
  }

  remove(table: string, key: string): void {
    this.#write(table, key, null)
  }

  #write(table: string, key: string, record: JsonObject | null): void {
    const written = this.#overlay.get(table)
    if (written === undefined) this.#overlay.set(table, new Map([[key, record]]))
    else written.set(key, record)
  }

  /** The base's keys in their order, then the keys added since. */
  keys(table: string): Array<string> {
    const base = this.#base.records.get(table)
    const written = this.#overlay.get(table)
    const kept = [...(base?.keys() ?? [])]
    if (written === undefined) return kept
    const added = [...written].filter(([key, record]) => record !== null && base?.has(key) !== true)
    return [...kept.filter((key) => written.get(key) !== null), ...added.map(([key]) => key)]
  }

  /** An independent state with the same content; costs the size of the overlay. */
  fork(): State {
    return new State(this.#base, new Map([...this.#overlay].map(([table, written]) => [table, new Map(written)])))
  }

  /** Takes over the content of a fork of this state. */
  adopt(fork: State): void {
    if (fork.#base !== this.#base) throw new Error("State.adopt: the other state stands on another database")
    this.#overlay = new Map([...fork.#overlay].map(([table, written]) => [table, new Map(written)]))
  }

  /** SHA-256 over all records, the same for equal content however it came about. */
  hash(): string {
    return this.#base.strict.of(this.#overlay)
  }

  /** As `hash`, but blind to float noise below 1/10000 and to the order of arrays that have none. */
  tolerantHash(): string {
    return this.#base.tolerant.of(this.#overlay)
  }

  /** What differs from the base, sorted by table and key. */
  changes(): Array<Change> {
    return this.changesFrom(new State(this.#base, new Map()))
  }

  /** What differs from `other`, sorted by table and key. `other` may stand on another database. */
  changesFrom(other: State): Array<Change> {
    const places = this.#base === other.#base ? [this.#overlay, other.#overlay] : [...this.#all(), ...other.#all()]
    const found = new Map<string, Change>()
    for (const tables of places) {
      for (const [table, records] of tables) {
        if (isSideTable(table)) continue
        for (const key of records.keys()) {
          const id = `${table}/${key}`
          if (found.has(id)) continue
          const before = other.get(table, key) ?? null
          const after = this.get(table, key) ?? null
          if (before === after || canonicalJson(before) === canonicalJson(after)) continue
          found.set(id, { table, key, before, after })
        }
      }
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change)
  }

  #all(): Array<ReadonlyMap<string, ReadonlyMap<string, JsonObject | null>>> {
    return [this.#base.records, this.#overlay]
  }

  /** Unified diff against the base; the empty text where nothing differs. */
  diff(): string {
    return renderPatch(this.changes())
  }

  /** Unified diff that turns `before` into this state. */
  diffFrom(before: State): string {
    return renderPatch(this.changesFrom(before))
  }
}
