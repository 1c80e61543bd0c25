import { Console, Effect } from "effect"
import { Command } from "effect/cli"
import { ledgerFile } from "../datasets/folder.ts"
import { liveOwners } from "../engine/claims.ts"
import { UsageError } from "../engine/usage-error.ts"
import { salvage as salvageLedger } from "../models/ledger-salvage.ts"
import { datasetName, findDataset } from "./dataset-argument.ts"
import * as flags from "./flags.ts"

export const salvage = Command.make(
  "salvage",
  { name: datasetName, config: flags.configFile },
  Effect.fn("salvage")(function* ({ config, name }) {
    const { folder } = yield* findDataset(name, config)
    const owners = yield* liveOwners(folder.path)
    if (owners.length > 0) {
      return yield* new UsageError({
        message: `A run is working on ${folder.path}. Stop it first: a ledger cannot be salvaged in use.`
      })
    }
    const { calls, damaged, lost } = yield* Effect.try({
      try: () => salvageLedger(ledgerFile(folder)),
      catch: (cause) => cause as Error
    })
    yield* Console.log(
      `${calls} calls are in the fresh ledger, ${lost ?? "an unknown number"} could not be read. The damaged file is kept: ${damaged}`
    )
  })
).pipe(Command.withDescription("Copy what can be read of a damaged ledger into a fresh one; the damaged file is kept"))
