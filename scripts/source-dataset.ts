import { existsSync } from "node:fs"
import { Effect } from "effect"
import { type DatasetFolder, datasetFolder, openDataset, reportFile } from "../datasets/folder.ts"
import { UsageError } from "../engine/usage-error.ts"
import type { LocalRole } from "../schemas/capability.ts"
import type { RunRecord } from "../schemas/run.ts"
import { askedBy } from "../stages/filters/registry.ts"
import type { LocalModelChoice } from "./local-models.ts"

/** A dataset whose rows another one is made from. */
export interface SourceDataset {
  readonly folder: DatasetFolder
  readonly record: RunRecord
}

/** A finished dataset: of one that still grows, what was made from it would change with its next row. */
export const openSource = (name: string, outputs: string) =>
  Effect.gen(function* () {
    const folder = yield* datasetFolder(name, outputs)
    const record = yield* openDataset(folder)
    if (existsSync(reportFile(folder))) return { folder, record } satisfies SourceDataset
    return yield* new UsageError({
      message: `${folder.path} is not finished: its rows may still change. Let its run end first.`
    })
  })

/** The method that made the rows: a curated dataset has that of its sources. */
export const methodOf = ({ config, pipeline }: RunRecord): string =>
  pipeline === "curate" ? String(config.method) : pipeline

/** `--filter NAME=OPTIONS`, by name. */
export const filterOptions = (
  filters: Readonly<Record<string, string>>
): Effect.Effect<Record<string, unknown>, UsageError> =>
  Effect.forEach(Object.entries(filters), ([name, text]) =>
    Effect.try({
      try: () => [name, JSON.parse(text) as unknown] as const,
      catch: () =>
        new UsageError({ message: `--filter ${name}=${text}: the options of a filter are JSON, {} for its defaults.` })
    })
  ).pipe(Effect.map((entries) => Object.fromEntries(entries)))

/** Roles of local models that a run with these filters asks. */
export const localRoles = (filters: ReadonlyArray<string>): ReadonlyArray<LocalRole> =>
  askedBy(filters).filter((role): role is LocalRole => role !== "judge")

/** The local models of these roles as they stand in a config: another model is another run. */
export const namesOf = ({ models }: LocalModelChoice, roles: ReadonlyArray<LocalRole>): Record<string, string> =>
  Object.fromEntries(
    roles.flatMap((role) => {
      const spec = models[role]
      if (spec === undefined) return []
      return [
        [role, `${spec.provider}:${spec.model}${spec.revision === undefined ? "" : `@${spec.revision}`}`] as const
      ]
    })
  )
