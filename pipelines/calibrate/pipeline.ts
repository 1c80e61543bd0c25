import { Data } from "effect"
import { commitsFolder } from "../../datasets/folder.ts"
import { makeFilter } from "../../stages/filters/registry.ts"
import { filesBelow } from "../curate/pipeline.ts"
import { type Pipeline, pipeline } from "../pipeline.ts"
import { CalibrateConfig } from "./config.ts"
import { duplicatesPhase } from "./duplicates-phase.ts"
import { report } from "./report.ts"
import { simulatedJudge } from "./simulated-judge.ts"
import { lazySource } from "./source.ts"
import { Plants, Trials } from "./tables.ts"
import { trialPhase } from "./trial-phase.ts"

export { CalibrateConfig } from "./config.ts"

/**
 * Measures filters and committees on a finished dataset of a method: known defects are planted in copies of its rows, every judge
 * looks at each copy and at the clean rows, and the report says what each catches and what it wrongly rejects. A pipeline like any
 * other: books, resuming, the ledger and budgets hold as they do everywhere.
 *
 * Throws where the rows of the method are no dialogues, or where there is no filter of a name or option.
 */
export const calibratePipeline = (method: Pipeline, options: CalibrateConfig): Pipeline => {
  const table = method.tables.find(({ name }) => name === options.table)
  const { calibration, dialogue } = method
  if (table === undefined || dialogue === undefined || table.name !== method.mainTable) {
    throw new NotCalibrated(options.table, method)
  }
  const filters = Object.entries(options.judges).map(([name, own]) => makeFilter(name, own))
  return pipeline({
    name: "calibrate",
    version: 1,
    description: `How far filters and committees can be trusted with rows of ${method.name}: recall on planted defects, false alarms on clean rows.`,
    paper: method.paper,
    config: CalibrateConfig,
    itemsKey: "rows",
    tables: [Trials, Plants],
    mainTable: Trials.name,
    roles: [
      { name: "judge", description: "rates dialogues, where the filter `judge` is measured" },
      ...method.roles.filter(({ name }) => calibration?.roles.includes(name) ?? false)
    ],
    prompts: method.prompts,
    sources: ({ origin, source }) =>
      [...new Set([source, ...(origin === null ? [] : [origin])])].flatMap((path) =>
        filesBelow(commitsFolder({ name: "source", path }))
      ),
    licence: (config) => config.licence,
    phases: (config, seed) => {
      const source = lazySource(method, table, config, seed)
      return [
        trialPhase({ dialogue, config, filters, source }),
        ...(config.duplicates === false ? [] : [duplicatesPhase({ dialogue, config, source })])
      ]
    },
    simulated: { judge: simulatedJudge, ...method.simulated },
    report: () => report
  })
}

/** The rows of this table cannot be calibrated with. */
export class NotCalibrated extends Data.TaggedError("NotCalibrated")<{ readonly message: string }> {
  constructor(table: string, method: Pipeline) {
    super({
      message:
        method.dialogue === undefined
          ? `The rows of ${method.name} are no dialogues: no defect can be planted in them.`
          : `table ${table}: of a dataset of ${method.name}, the rows of ${method.mainTable} can be used.`
    })
  }
}
