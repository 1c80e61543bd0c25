import { Effect } from "effect"
import { datasetCard } from "../datasets/card.ts"
import { readPhases } from "../datasets/commits.ts"
import type { DatasetError } from "../datasets/dataset-error.ts"
import { replaceFile } from "../datasets/durable-file.ts"
import { cardFile, type DatasetFolder, reportFile } from "../datasets/folder.ts"
import { partsInForce } from "../datasets/in-force.ts"
import { readLayout } from "../datasets/layout.ts"
import { commonSections } from "../datasets/report.ts"
import { sweep } from "../datasets/sweep.ts"
import type { TableReadError, TableReader } from "../datasets/table-reader.ts"
import { discardCommit } from "../datasets/verify.ts"
import type { Pipeline } from "../pipelines/pipeline.ts"
import type { PartFile } from "../schemas/commit.ts"
import type { Report } from "../schemas/report.ts"
import type { RunRecord } from "../schemas/run.ts"

export interface Finished {
  readonly folder: DatasetFolder
  readonly pipeline: Pipeline
  readonly record: RunRecord
  readonly config: unknown
  /** ISO time. */
  readonly now: string
}

/** Counts, sections and sizes of what is committed now, also of a run that is still going on. */
export const makeReport = (options: Finished): Effect.Effect<Report, DatasetError | TableReadError, TableReader> =>
  Effect.gen(function* () {
    const { config, folder, now, pipeline, record } = options
    const layout = yield* readLayout(folder)
    const phases = yield* readPhases(folder, record.run, layout.phases)
    const parts = phases.flatMap((phase): ReadonlyArray<PartFile> => [...phase.plan.parts, ...partsInForce(phase)])
    const books = phases.map((phase) => ({
      phase: phase.phase,
      planned: phase.plan.items,
      ...phase.totals,
      pending: phase.pending
    }))
    const common = yield* commonSections
    const own = yield* pipeline.report(config)
    return {
      name: record.name,
      pipeline: record.pipeline,
      run: record.run,
      finishedAt: now,
      books,
      balanced: books.every(
        (one) => one.planned === one.accepted + one.rejected + one.failed + one.pending && one.pending >= 0
      ),
      tables: layout.tables.map(({ name }) => {
        const ofTable = parts.filter((part) => part.table === name)
        return {
          table: name,
          rows: ofTable.reduce((sum, part) => sum + part.rows, 0),
          bytes: ofTable.reduce((sum, part) => sum + part.bytes, 0)
        }
      }),
      sections: [...common, ...own]
    }
  })

/** Sweeps what merges have replaced, writes the card, then the report: its existence means that the run finished. */
export const finish = (options: Finished): Effect.Effect<Report, DatasetError | TableReadError, TableReader> =>
  Effect.gen(function* () {
    const { folder, pipeline, record } = options
    yield* sweep(folder, record.run)
    const report = yield* makeReport(options)
    const layout = yield* readLayout(folder)
    const files = new Map<string, Array<string>>()
    for (const phase of yield* readPhases(folder, record.run, layout.phases)) {
      for (const part of partsInForce(phase)) files.set(part.table, [...(files.get(part.table) ?? []), part.path])
    }
    const card = datasetCard(record, report, layout, {
      description: pipeline.description,
      paper: pipeline.paper,
      licence: pipeline.licence(options.config),
      more: yield* pipeline.card(options.config),
      simulated: record.models.some((use) => use.provider === "simulated"),
      files
    })
    yield* replaceFile(cardFile(folder), card)
    yield* replaceFile(reportFile(folder), `${JSON.stringify(report, null, 2)}\n`)
    return report
  })

/** To be called before a finished dataset becomes an unfinished one again. */
export const discardReport = (folder: DatasetFolder): Effect.Effect<void, DatasetError> =>
  discardCommit(reportFile(folder))
