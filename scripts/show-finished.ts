import { resolve } from "node:path"
import type { DatasetFolder } from "../datasets/folder.ts"
import type { Pipeline } from "../pipelines/pipeline.ts"
import { pipelineNames } from "../pipelines/registry.ts"
import type { Report } from "../schemas/report.ts"
import { showBooks } from "./show-report.ts"
import { textTable } from "./text-table.ts"

/** What the commands take: the name of a dataset under `outputs`, the path of any other. */
export const nameFor = (folder: DatasetFolder, outputs: string): string =>
  resolve(outputs, folder.name) === folder.path ? folder.name : folder.path

/** The command that goes on with a dataset: `generate`, or the one that makes it from other datasets. */
export const commandToGoOn = (pipeline: string, name: string): string =>
  pipelineNames.includes(pipeline)
    ? `npm run generate -- ${pipeline} --out ${name} (with the flags of the first start)`
    : `npm run ${pipeline} -- ... --out ${name} (with the datasets and flags of the first start)`

/** What a person sees when a run ends: the books, why items were turned down, and what to do next. */
export const showFinished = (folder: DatasetFolder, pipeline: Pipeline, report: Report, name: string): string => {
  const funnel = report.sections[0]
  const turnedDown = (funnel?.rows ?? []).filter((row) => row[1] !== "accepted")
  const main = report.tables.find((table) => table.table === pipeline.mainTable)
  const failed = report.books.reduce((sum, one) => sum + one.failed, 0)
  return [
    showBooks(report.books),
    `The books balance: planned = accepted + rejected + failed + pending.`,
    ...(turnedDown.length === 0 || funnel === undefined
      ? []
      : ["", "Turned down", textTable(funnel.columns, turnedDown)]),
    "",
    `${main?.rows ?? 0} rows in ${pipeline.mainTable}. The dataset is in ${folder.path}`,
    ...(failed > 0 ? [`${failed} items failed on their way: npm run retry -- ${name}`] : []),
    `Ask it:    npm run query -- ${name} "select * from ${pipeline.mainTable} limit 3"`,
    `Read more: npm run report -- ${name}`
  ].join("\n")
}
