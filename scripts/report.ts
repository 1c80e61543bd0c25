import { existsSync } from "node:fs"
import { Console, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { reportFile } from "../datasets/folder.ts"
import { makeReport } from "../engine/finish.ts"
import { resolveConfig } from "../engine/pipeline-config.ts"
import { labelSections } from "../engine/read-labels.ts"
import { pipelineOf } from "../pipelines/registry.ts"
import { datasetName, findDataset, readingLayer } from "./dataset-argument.ts"
import * as flags from "./flags.ts"
import { showReport } from "./show-report.ts"

export const report = Command.make(
  "report",
  {
    name: datasetName,
    config: flags.configFile,
    labels: Flag.String("labels").pipe(
      Flag.withDescription("people's judgements, one JSON object a line: how far the method's own agree with them"),
      Flag.optional
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("print JSON, as in report.json"), Flag.withDefault(false))
  },
  Effect.fn("report")(function* ({ config: settingsFile, json, labels, name }) {
    const { folder, record } = yield* findDataset(name, settingsFile)
    const pipeline = yield* pipelineOf(record)
    const config = yield* resolveConfig(pipeline, { file: record.config, set: {}, items: undefined })
    const made = yield* Effect.gen(function* () {
      const people = Option.isNone(labels) ? [] : yield* labelSections(pipeline, labels.value)
      const own = yield* makeReport({ folder, pipeline, record, config, now: new Date().toISOString() })
      return { ...own, sections: [...own.sections, ...people] }
    }).pipe(Effect.provide(readingLayer(folder)))
    if (json) return yield* Console.log(JSON.stringify(made, null, 2))
    yield* Console.log(showReport(made))
    if (!existsSync(reportFile(folder))) {
      return yield* Console.log("\nThe run is not finished: these are the numbers so far.")
    }
    // The file was written by the run, which knew of no labels.
    yield* Console.log(Option.isNone(labels) ? `\nAs data: ${reportFile(folder)}` : "\nAs data: add --json")
  })
).pipe(Command.withDescription("The report: books, funnel, costs, and what the method itself measures"))
