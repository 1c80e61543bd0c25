import { existsSync } from "node:fs"
import { Console, Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { booksOf } from "../datasets/books.ts"
import { readPhases } from "../datasets/commits.ts"
import { ledgerFile, reportFile } from "../datasets/folder.ts"
import { readLayout } from "../datasets/layout.ts"
import { readTotals } from "../models/ledger-read.ts"
import { datasetName, findDataset } from "./dataset-argument.ts"
import * as flags from "./flags.ts"
import { printable } from "./printable.ts"
import { recentRate } from "./recent-rate.ts"
import { commandToGoOn, nameFor } from "./show-finished.ts"
import { showBooks } from "./show-report.ts"

export const status = Command.make(
  "status",
  {
    name: datasetName,
    config: flags.configFile,
    json: Flag.Boolean("json").pipe(Flag.withDescription("print JSON"), Flag.withDefault(false))
  },
  Effect.fn("status")(function* ({ config, json, name }) {
    const { folder, record, settings } = yield* findDataset(name, config)
    const layout = yield* readLayout(folder)
    const phases = yield* readPhases(folder, record.run, layout.phases)
    const books = phases.map(booksOf)
    const totals = yield* Effect.sync(() => readTotals(ledgerFile(folder)))
    const rate = yield* Effect.promise(() => recentRate(folder, phases))
    const complete =
      existsSync(reportFile(folder)) && books.length === layout.phases.length && books.every((one) => one.pending === 0)
    if (json) {
      return yield* Console.log(
        JSON.stringify(
          { name: record.name, pipeline: record.pipeline, run: record.run, complete, books, spent: totals, ...rate },
          null,
          2
        )
      )
    }
    const pending = books.reduce((sum, one) => sum + one.pending, 0)
    yield* Console.log(
      [
        printable(
          `${record.name}: ${record.pipeline}, started ${record.startedAt}, ${complete ? "finished" : "not finished"}`
        ),
        books.length === 0 ? "No phase is planned yet." : showBooks(books),
        `Spent: ${totals.calls} calls, ${totals.promptTokens} prompt and ${totals.completionTokens} completion tokens, USD ${totals.costUsd.toFixed(4)}`,
        ...(complete || rate.itemsPerMinute === null
          ? []
          : [
              `Rate: ${rate.itemsPerMinute.toFixed(1)} items a minute over the last commits, about ${Math.ceil(pending / rate.itemsPerMinute)} minutes left in the planned phases`
            ]),
        ...(complete ? [] : [`To go on: ${commandToGoOn(record.pipeline, nameFor(folder, settings.outputs))}`])
      ].join("\n")
    )
  })
).pipe(Command.withDescription("The books, the spend and the rate of a run, also while it runs"))
