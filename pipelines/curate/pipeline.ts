import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { Data } from "effect"
import { referenceFiles } from "../../datasets/curate/reference-texts.ts"
import { commitsFolder } from "../../datasets/folder.ts"
import { makeFilter } from "../../stages/filters/registry.ts"
import { type Pipeline, pipeline } from "../pipeline.ts"
import { CurateConfig } from "./config.ts"
import { filterPhase, looksAtRows, pilotPhase } from "./filter-phase.ts"
import { curateReport } from "./report.ts"
import { selectPhase } from "./select-phase.ts"
import { sourceFolders } from "./source-rows.ts"
import { Judgements, Removals, Vectors, withSplit } from "./tables.ts"

/**
 * From one or more datasets of a method to a new one. A pipeline like any other: its items are the rows of the sources, so that books,
 * resuming, the ledger and budgets of paid judges hold as they do everywhere. Rows that stay keep their own provenance.
 *
 * Throws where the method has no such table, or no filter of a name or option; `resolveConfig` has checked the rest.
 */
export const curatePipeline = (method: Pipeline, options: CurateConfig): Pipeline => {
  const table = method.tables.find(({ name }) => name === options.table)
  const { dialogue } = method
  if (table === undefined || dialogue === undefined || table.name !== method.mainTable) {
    throw new UnknownTable(options.table, method)
  }
  const filters = Object.entries(options.filters).map(([name, own]) => makeFilter(name, own))
  return pipeline({
    name: "curate",
    version: 1,
    description: `Chosen from ${sourceFolders(options.sources)
      .map(({ name }) => name)
      .join(", ")}: ${method.description}`,
    paper: method.paper,
    config: CurateConfig,
    itemsKey: "pilot",
    tables: [withSplit(table), Removals, Judgements, Vectors],
    mainTable: table.name,
    roles: Object.hasOwn(options.filters, "judge") ? [{ name: "judge", description: "rates dialogues" }] : [],
    prompts: {},
    sources: ({ contamination, sources }) => [
      ...sourceFolders(sources).flatMap((folder) => filesBelow(commitsFolder(folder))),
      ...(contamination === false
        ? []
        : contamination.references.filter((path) => existsSync(path)).flatMap(referenceFiles))
    ],
    licence: options.licence,
    phases: (config, seed) => {
      const spec = { table, dialogue, config, seed, filters }
      return [
        ...(filters.length > 1 ? [pilotPhase(spec)] : []),
        ...(looksAtRows(config) ? [filterPhase(spec)] : []),
        selectPhase(spec)
      ]
    },
    simulated: {},
    dialogue,
    report: curateReport
  })
}

/** The rows of this table cannot be curated. */
export class UnknownTable extends Data.TaggedError("UnknownTable")<{ readonly message: string }> {
  constructor(table: string, method: Pipeline) {
    super({
      message:
        method.dialogue === undefined
          ? `The rows of ${method.name} are no dialogues: there is nothing to curate.`
          : `--table ${table}: of a dataset of ${method.name}, the rows of ${method.mainTable} can be curated. Leave out --table.`
    })
  }
}

/** All files of a folder, however deep; none where nothing is there: whoever reads it says so. */
export const filesBelow = (path: string): ReadonlyArray<string> =>
  existsSync(path)
    ? readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
    : []
