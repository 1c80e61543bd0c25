import { existsSync } from "node:fs"
import { Console, Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { reportFile } from "../datasets/folder.ts"
import { makeReport } from "../engine/finish.ts"
import { resolveConfig } from "../engine/pipeline-config.ts"
import { findPipeline } from "../pipelines/registry.ts"
import { datasetName, findDataset, readingLayer } from "./dataset-argument.ts"
import * as flags from "./flags.ts"
import { showReport } from "./show-report.ts"

export const report = Command.make(
  "report",
  {
    name: datasetName,
    config: flags.configFile,
    json: Flag.Boolean("json").pipe(Flag.withDescription("print JSON, as in report.json"), Flag.withDefault(false))
  },
  Effect.fn("report")(function* ({ config: settingsFile, json, name }) {
    const { folder, record } = yield* findDataset(name, settingsFile)
    const pipeline = yield* findPipeline(record.pipeline)
    const config = yield* resolveConfig(pipeline, { file: record.config, set: {}, items: undefined })
    const made = yield* makeReport({
      folder,
      pipeline,
      record,
      config,
      now: new Date().toISOString()
    }).pipe(Effect.provide(readingLayer(folder)))
    if (json) return yield* Console.log(JSON.stringify(made, null, 2))
    yield* Console.log(showReport(made))
    yield* Console.log(
      existsSync(reportFile(folder))
        ? `\nAs data: ${reportFile(folder)}`
        : "\nThe run is not finished: these are the numbers so far."
    )
  })
).pipe(Command.withDescription("The report: books, funnel, costs, and what the method itself measures"))
