import { access, constants, readdir, readFile, stat } from "node:fs/promises"
import { basename, isAbsolute, join, resolve } from "node:path"
import { Effect } from "effect"
import type { z } from "zod"
import { RunRecord } from "../schemas/run.ts"
import { type DatasetError, datasetError, errorCode, fileError } from "./dataset-error.ts"
import { ensureFolder, replaceFile } from "./durable-file.ts"

/** A dataset's place on disk. Nothing is said about what is there. */
export interface DatasetFolder {
  readonly name: string
  /** Absolute. */
  readonly path: string
}

/** One step of a path: a dataset's, a phase's or a table's name. Never `..`, never a separator. */
export const PATH_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

/**
 * `NAME` is a folder of `outputs`; `./x`, `../x` and absolute paths are taken as they are. Anything else that would leave
 * `outputs` is refused.
 */
export const datasetFolder = (nameOrPath: string, outputs: string): Effect.Effect<DatasetFolder, DatasetError> => {
  if (PATH_NAME.test(nameOrPath)) return Effect.succeed({ name: nameOrPath, path: resolve(outputs, nameOrPath) })
  if (isAbsolute(nameOrPath) || /^\.{1,2}[/\\]/.test(nameOrPath)) {
    const path = resolve(nameOrPath)
    if (basename(path) !== "") return Effect.succeed({ name: basename(path), path })
  }
  return Effect.fail(
    datasetError(
      "bad_name",
      nameOrPath,
      `"${nameOrPath}" is no name for a dataset`,
      "Use letters, digits, dots, dashes and underscores, or a path that begins with ./ or /."
    )
  )
}

export const runFile = (folder: DatasetFolder): string => join(folder.path, "run.json")
export const tablesFile = (folder: DatasetFolder): string => join(folder.path, "tables.json")
export const ledgerFile = (folder: DatasetFolder): string => join(folder.path, "ledger.sqlite")
/** What local models answered: `models/capabilities/answer-store.ts`. */
export const answersFile = (folder: DatasetFolder): string => join(folder.path, "answers.sqlite")
export const reportFile = (folder: DatasetFolder): string => join(folder.path, "report.json")
export const cardFile = (folder: DatasetFolder): string => join(folder.path, "README.md")
export const commitsFolder = (folder: DatasetFolder): string => join(folder.path, "commits")
export const phaseFolder = (folder: DatasetFolder, phase: string): string =>
  join(commitsFolder(folder), pathName("phase", phase))
export const tablesFolder = (folder: DatasetFolder): string => join(folder.path, "tables")
export const tableFolder = (folder: DatasetFolder, table: string): string =>
  join(tablesFolder(folder), pathName("table", table))

const PART_PATH = /^tables\/[a-z][a-z0-9_]*\/[A-Za-z0-9][A-Za-z0-9._-]*\.parquet$/

/** True for a part's path as commits give it: a commit is data, and must not lead a reader or a sweep elsewhere. */
export const isPartPath = (path: string): boolean => PART_PATH.test(path)

/** The absolute path of a part whose path has been checked. */
export const partFile = (folder: DatasetFolder, path: string): string => join(folder.path, ...path.split("/"))

/** A name that becomes part of a path. A wrong one is a mistake in a pipeline, not in anybody's data. */
const pathName = (what: string, name: string): string => {
  if (!PATH_NAME.test(name)) throw new Error(`${what} "${name}": use letters, digits, dots, dashes and underscores`)
  return name
}

/**
 * Makes the folder where there is none. Gives its run record, or null where nothing has run in it yet.
 * Fails for a folder that holds other things, a file in its place, a folder that can't be written, a broken run.json.
 */
export const createOrOpen = (folder: DatasetFolder): Effect.Effect<RunRecord | null, DatasetError> =>
  Effect.gen(function* () {
    const names = yield* Effect.tryPromise({
      try: async () => {
        await ensureFolder(folder.path)
        await access(folder.path, constants.W_OK | constants.X_OK)
        return await readdir(folder.path)
      },
      catch: (cause) =>
        errorCode(cause) === "EEXIST" ? inItsPlace(folder) : fileError("make a dataset in", folder.path, cause)
    })
    if (names.includes("run.json")) return yield* readRun(folder)
    const others = names.filter((name) => !name.startsWith(".") && !name.endsWith(".tmp")).sort()
    if (others.length === 0) return null
    return yield* Effect.fail(
      datasetError(
        "foreign",
        folder.path,
        `${folder.path} is not empty and no dataset: it holds ${others.slice(0, 3).join(", ")}${others.length > 3 ? "..." : ""} and no run.json`,
        "Choose another --out, or move those files away."
      )
    )
  })

/** The run record of a dataset that is there. Reads only. */
export const openDataset = (folder: DatasetFolder): Effect.Effect<RunRecord, DatasetError> =>
  Effect.gen(function* () {
    const found = yield* Effect.promise(() => stat(folder.path).catch(() => null))
    if (found !== null && !found.isDirectory()) return yield* Effect.fail(inItsPlace(folder))
    return yield* readRun(folder)
  })

const inItsPlace = (folder: DatasetFolder): DatasetError =>
  datasetError(
    "not_a_folder",
    folder.path,
    `${folder.path} is a file, not a folder`,
    "Choose another name, or move the file away."
  )

export const readRun = (folder: DatasetFolder): Effect.Effect<RunRecord, DatasetError> =>
  readJson(runFile(folder), RunRecord, {
    missing: `There is no dataset here: \`generate\` with --out ${folder.name} makes one.`,
    corrupt: "It says what ran, so nothing can go on without it: restore it from a copy, or choose another --out."
  })

export const writeRun = (folder: DatasetFolder, run: RunRecord): Effect.Effect<void, DatasetError> =>
  replaceFile(runFile(folder), `${JSON.stringify(run, null, 2)}\n`)

/** Reads and checks a JSON file. */
export const readJson = <S extends z.ZodType>(
  path: string,
  schema: S,
  remedies: { readonly missing: string; readonly corrupt: string }
): Effect.Effect<z.output<S>, DatasetError> =>
  Effect.tryPromise({
    try: () => readFile(path, "utf8"),
    catch: (cause) => {
      const error = fileError("read", path, cause)
      return error.problem === "missing" ? datasetError("missing", path, error.message, remedies.missing, cause) : error
    }
  }).pipe(Effect.flatMap((text) => Effect.suspend(() => parseJson(path, text, schema, remedies.corrupt))))

/** Checks the text of a JSON file. */
export const parseJson = <S extends z.ZodType>(
  path: string,
  text: string,
  schema: S,
  remedy: string
): Effect.Effect<z.output<S>, DatasetError> => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    const message = `${path} is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`
    return Effect.fail(datasetError("corrupt", path, message, remedy, cause))
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return Effect.succeed(parsed.data)
  const issues = parsed.error.issues.map((issue) => `${issue.path.map(String).join(".") || "file"}: ${issue.message}`)
  return Effect.fail(
    datasetError("corrupt", path, `${path} does not have the shape it should: ${issues.slice(0, 3).join("; ")}`, remedy)
  )
}
