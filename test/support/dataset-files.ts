import { createHash } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { Effect } from "effect"
import { openCatalogue } from "../../datasets/catalogue.ts"
import { readPhases } from "../../datasets/commits.ts"
import { Duck } from "../../datasets/duck.ts"
import { partFile, readRun } from "../../datasets/folder.ts"
import { partsInForce } from "../../datasets/in-force.ts"
import { readLayout } from "../../datasets/layout.ts"

/** A folder for one test file; call `remove` in afterAll. */
export const scratchFolder = (): { readonly path: string; readonly remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), "dialoom-e2e-"))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Every file below `path`, as relative names, in order. */
export const filesBelow = (path: string): ReadonlyArray<string> =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)))
    .sort()

const sha256 = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex")

/** Tables whose bytes may not depend on clocks, costs or the way in which a run came to its end. */
export const PURE_TABLES = [
  "blueprint_attempts",
  "blueprints",
  "candidates",
  "chat_grounded_train",
  "chat_train",
  "dialogues",
  "documents",
  "eval_input",
  "eval_scores",
  "extracted",
  "failed_trajectories",
  "gllm_train",
  "judgements",
  "plan",
  "rejected",
  "removals",
  "trajectories",
  "vectors"
] as const

/** Name and hash of every Parquet file of the pure tables: equal maps mean byte-identical tables. */
export const pureBytes = (path: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    filesBelow(join(path, "tables"))
      .filter((file) => PURE_TABLES.some((table) => file.startsWith(`${table}/`)))
      .map((file) => [file, sha256(join(path, "tables", file))])
  )

/**
 * Table and hash of every Parquet file of the pure tables that counts now, in the order of its rows. Equal where a retry or another
 * plan has left files behind that count no more, or has given its own another name.
 */
export const bytesInForce = (path: string): Promise<ReadonlyArray<string>> =>
  Effect.gen(function* () {
    const folder = { name: "under-test", path }
    const { run } = yield* readRun(folder)
    const phases = yield* readPhases(folder, run, (yield* readLayout(folder)).phases)
    return phases
      .flatMap((phase) => [...phase.plan.parts, ...partsInForce(phase)])
      .filter(({ table }) => (PURE_TABLES as ReadonlyArray<string>).includes(table))
      .map((part) => `${part.table} ${sha256(partFile(folder, part.path))}`)
  }).pipe(Effect.runPromise)

/** Rows of a dataset by SQL, read in this process. */
export const rowsOf = (path: string, sql: string): Promise<ReadonlyArray<Record<string, unknown>>> =>
  Effect.gen(function* () {
    const catalogue = yield* openCatalogue({ name: "under-test", path })
    return (yield* catalogue.query(sql)).rows
  }).pipe(Effect.provide(Duck.layer()), Effect.scoped, Effect.runPromise)

/** What `items` says but for clocks, costs and where the replies came from. */
export const itemsOf = (path: string) =>
  rowsOf(
    path,
    `SELECT * EXCLUDE (milliseconds, cost_usd, cached_calls, prompt_tokens, completion_tokens) FROM items
     ORDER BY phase, position`
  )

export interface Books {
  readonly phase: string
  readonly planned: number
  readonly accepted: number
  readonly rejected: number
  readonly failed: number
  readonly pending: number
}

/** The books that a finished run wrote down. Throws where there is no report. */
export const booksOf = (path: string): ReadonlyArray<Books> => {
  const report = JSON.parse(readFileSync(join(path, "report.json"), "utf8")) as {
    readonly books: ReadonlyArray<Books>
    readonly balanced: boolean
  }
  if (!report.balanced) throw new Error(`the books of ${path} do not balance: ${JSON.stringify(report.books)}`)
  return report.books
}

/** Names of files under `path` that hold `text` anywhere in their bytes. */
export const filesHolding = (path: string, text: string): ReadonlyArray<string> =>
  filesBelow(path).filter((file) => readFileSync(join(path, file)).includes(text))

export const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined
