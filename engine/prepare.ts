import { Effect } from "effect"
import type { DatasetError } from "../datasets/dataset-error.ts"
import { createIfAbsent } from "../datasets/durable-file.ts"
import { createOrOpen, type DatasetFolder, readRun, runFile, writeRun } from "../datasets/folder.ts"
import { layoutOf, writeLayout } from "../datasets/layout.ts"
import type { Phase, Pipeline } from "../pipelines/pipeline.ts"
import type { RunRecord } from "../schemas/run.ts"
import { announce, type ClaimError } from "./claims.ts"
import { discardReport } from "./finish.ts"
import { differences } from "./run-record.ts"
import { UsageError } from "./usage-error.ts"

export interface Prepared {
  readonly record: RunRecord
  /** In what this run differs from the folder's last one; empty for a new folder and for a plain resume. */
  readonly changes: ReadonlyArray<string>
  readonly resumed: boolean
}

/**
 * Opens the folder for a run: writes `run.json` before anything else, or finds the run that is there and says what differs.
 * A folder of another pipeline is refused.
 */
export const prepare = (
  folder: DatasetFolder,
  pipeline: Pipeline,
  phases: ReadonlyArray<Phase>,
  make: (previous: RunRecord | null) => RunRecord
): Effect.Effect<Prepared, DatasetError | ClaimError | UsageError> =>
  Effect.gen(function* () {
    const found = yield* createOrOpen(folder)
    const wanted = make(found)
    // Where another process made one in the same moment, its record counts.
    if (found === null) yield* createIfAbsent(runFile(folder), `${JSON.stringify(wanted, null, 2)}\n`)
    const before = found ?? (yield* readRun(folder))
    if (before.pipeline !== pipeline.name) {
      return yield* new UsageError({
        message: `${folder.path} holds a dataset of ${before.pipeline}, not of ${pipeline.name}. Choose another --out.`
      })
    }
    const owners = yield* announce(folder.path, wanted.run)
    // Read after the announcement: from here on nobody with other settings changes it.
    const previous = yield* readRun(folder)
    const changes = differences(previous, wanted)
    if (owners.length > 0) {
      return yield* new UsageError({
        message: [
          `Another process (${owners.map((owner) => owner.split("|").slice(0, 2).join(", process ")).join("; ")}) is working on ${folder.path} with other settings:`,
          ...changes.map((line) => `  ${line}`),
          "Start with its settings to help it, stop it first, or choose another --out."
        ].join("\n")
      })
    }
    yield* writeLayout(folder, layoutFor(pipeline, phases))
    // The same run goes on under its own record: when it started, and with what code, stays as it was written.
    if (wanted.run === previous.run) return { record: previous, changes: [], resumed: found !== null }
    const record = make(previous)
    yield* discardReport(folder)
    yield* writeRun(folder, record)
    return { record, changes, resumed: true }
  })

const layoutFor = (pipeline: Pipeline, phases: ReadonlyArray<Phase>) =>
  layoutOf({
    phases: phases.map((phase) => phase.name),
    mainTable: pipeline.mainTable,
    tables: pipeline.tables
  })
