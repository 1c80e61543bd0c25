import { Console, Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { checkBooks } from "../datasets/books.ts"
import { readPhases } from "../datasets/commits.ts"
import { readLayout } from "../datasets/layout.ts"
import { damagedParts, discardPart } from "../datasets/verify.ts"
import { liveOwners } from "../engine/claims.ts"
import { discardReport } from "../engine/finish.ts"
import { BooksError, UsageError } from "../engine/usage-error.ts"
import { datasetName, findDataset, readingLayer } from "./dataset-argument.ts"
import { CommandFailed } from "./exit.ts"
import * as flags from "./flags.ts"
import { commandToGoOn, nameFor } from "./show-finished.ts"

export const verify = Command.make(
  "verify",
  {
    name: datasetName,
    repair: Flag.Boolean("repair").pipe(
      Flag.withDescription("take back what stands on damaged parts; generate then settles it again from the ledger"),
      Flag.withDefault(false)
    ),
    config: flags.configFile
  },
  Effect.fn("verify")(function* ({ config, name, repair }) {
    const { folder, record, settings } = yield* findDataset(name, config)
    const shown = nameFor(folder, settings.outputs)
    const damaged = yield* damagedParts(folder, record.run)
    for (const part of damaged)
      yield* Console.log(`damaged or missing: ${part.path} (${part.rows} rows of ${part.table})`)
    if (damaged.length > 0 && !repair) {
      return yield* new CommandFailed({
        code: 1,
        message: `${damaged.length} parts do not have the bytes that their commits say. npm run verify -- ${shown} --repair takes them back; generate then settles their items again from the ledger, without new calls.`
      })
    }
    if (damaged.length > 0) {
      if ((yield* liveOwners(folder.path)).length > 0) {
        return yield* new UsageError({ message: `A run is working on ${folder.path}. Stop it before repairing.` })
      }
      yield* discardReport(folder)
      for (const part of damaged) yield* discardPart(folder, part.path)
      return yield* Console.log(`Taken back. Now: ${commandToGoOn(record.pipeline, shown)}`)
    }
    const layout = yield* readLayout(folder)
    const phases = yield* readPhases(folder, record.run, layout.phases)
    const faults = yield* Effect.forEach(phases, (phase) => checkBooks(folder, phase.plan)).pipe(
      Effect.provide(readingLayer(folder))
    )
    if (faults.flat().length > 0) {
      return yield* new BooksError({ message: ["The books do not balance:", ...faults.flat()].join("\n  ") })
    }
    yield* Console.log("Every part has the bytes that its commit says, and the books balance.")
  })
).pipe(Command.withDescription("Read every byte of a dataset's parts and hold the books against the rows"))
