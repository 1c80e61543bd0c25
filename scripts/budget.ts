import { Effect, Option } from "effect"
import { Flag } from "effect/cli"
import { type DatasetFolder, ledgerFile } from "../datasets/folder.ts"
import { UsageError } from "../engine/usage-error.ts"
import type { BudgetCaps } from "../models/budget.ts"
import { readTotals } from "../models/ledger-read.ts"
import { type ModelsByRole, modelFor } from "../models/models-by-role.ts"
import { modelsWithoutPrice } from "../models/prices.ts"
import type { Pipeline } from "../pipelines/pipeline.ts"

export const budgetFlags = {
  maxUsd: Flag.Finite("max-usd").pipe(
    Flag.withDescription("stop, resumable, before the dataset has cost more US dollars"),
    Flag.optional
  ),
  maxTokens: Flag.Int("max-tokens").pipe(
    Flag.withDescription("stop, resumable, before more tokens are used (prompt and completion)"),
    Flag.optional
  ),
  maxCalls: Flag.Int("max-calls").pipe(
    Flag.withDescription("stop, resumable, before more model calls are made"),
    Flag.optional
  ),
  maxMinutes: Flag.Finite("max-minutes").pipe(
    Flag.withDescription("stop, resumable, after this many minutes"),
    Flag.optional
  )
}

/** The brakes as given; each must be more than 0, and one in USD needs the price of every model. */
export const capsOf = (
  given: { readonly [Name in keyof typeof budgetFlags]: Option.Option<number> },
  pipeline: Pipeline,
  models: ModelsByRole
): Effect.Effect<BudgetCaps, UsageError> =>
  Effect.gen(function* () {
    const caps: { -readonly [K in keyof BudgetCaps]: BudgetCaps[K] } = {}
    const named = { usd: given.maxUsd, tokens: given.maxTokens, calls: given.maxCalls, minutes: given.maxMinutes }
    for (const [name, value] of Object.entries(named)) {
      if (Option.isNone(value)) continue
      if (!(value.value > 0)) {
        return yield* new UsageError({ message: `--max-${name} must be more than 0, not ${value.value}.` })
      }
      caps[name as keyof BudgetCaps] = value.value
    }
    const roles = pipeline.roles.map((role) => role.name)
    const unpriced = caps.usd === undefined ? [] : modelsWithoutPrice(models, roles)
    if (unpriced.length > 0) {
      return yield* new UsageError({
        message: `--max-usd needs the price of ${unpriced.join(", ")}, which is not known. Set "price" for it in dialoom.config.ts (0 for a model of your own), or limit --max-tokens or --max-calls instead.`
      })
    }
    return caps
  })

/** What is spent already counts: a budget is the dataset's, so a loop of restarts cannot overrun it. */
export const spentBefore = (folder: DatasetFolder) =>
  Effect.sync(() => {
    const totals = readTotals(ledgerFile(folder))
    return { usd: totals.costUsd, tokens: totals.promptTokens + totals.completionTokens, calls: totals.calls }
  })

/** `--concurrency` as given, from 1 to 4096; undefined where nobody says. */
export const concurrencyOf = ({
  concurrency
}: {
  readonly concurrency: Option.Option<number>
}): Effect.Effect<number | undefined, UsageError> => {
  const given = Option.getOrUndefined(concurrency)
  return given === undefined || (given >= 1 && given <= 4096)
    ? Effect.succeed(given)
    : Effect.fail(new UsageError({ message: `--concurrency must be from 1 to 4096, not ${given}.` }))
}

/** Items in flight where nobody says: enough to keep a model busy, few enough that dialogues end early. */
export const itemsInFlight = (models: ModelsByRole, roles: ReadonlyArray<string>): number => {
  const asked = roles.map((role) => modelFor(models, role)).filter((spec) => spec.provider !== "simulated")
  return asked.length === 0 ? 16 : Math.max(...asked.map((spec) => spec.concurrency))
}
