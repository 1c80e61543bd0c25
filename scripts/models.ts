import { Console, Effect, Option } from "effect"
import { Command } from "effect/cli"
import { probe, probeInProcess } from "../models/health.ts"
import { priceOf } from "../models/prices.ts"
import type { Settings } from "../schemas/config.ts"
import { CommandFailed } from "./exit.ts"
import * as flags from "./flags.ts"
import { chooseLocalModels } from "./local-models.ts"
import { type ChosenModel, chooseModel, loadSettings } from "./settings.ts"
import { showLocalModels } from "./show-local-models.ts"
import { textTable } from "./text-table.ts"

export const models = Command.make(
  "models",
  { config: flags.configFile, model: flags.model, local: flags.local },
  Effect.fn("models")(function* ({ config, local, model }) {
    const settings = yield* loadSettings(Option.getOrUndefined(config))
    const choice = yield* chooseLocalModels(settings, local)
    const names = Option.match(model, {
      onNone: () => Object.keys(settings.models),
      onSome: (name) => [name]
    })
    const problems = yield* showChatModels(names, settings)
    yield* Console.log("")
    const localProblems = yield* showLocalModels(choice)
    if (problems.length + localProblems.length > 0) {
      return yield* new CommandFailed({ code: 1, message: [...problems, ...localProblems].join("\n") })
    }
  })
).pipe(Command.withDescription("What is configured, what answers, and what it can do, before a run needs it"))

/** Asks every endpoint of these models and prints what it can do. Gives one line for each that does not answer well. */
const showChatModels = (names: ReadonlyArray<string>, settings: Settings) =>
  Effect.gen(function* () {
    if (names.length === 0) {
      yield* Console.log(
        [
          "No model is configured, so every role is spoken by the pipeline's simulated models.",
          "Try an endpoint with: npm run models -- --model NAME@http://localhost:8000/v1",
          "or name it under models in dialoom.config.ts (docs/models.md)."
        ].join("\n")
      )
      return []
    }
    const chosen: Array<readonly [string, ChosenModel]> = []
    for (const name of names) chosen.push([name, yield* chooseModel(name, settings)])
    const places = chosen.flatMap(([name, { keys, spec }]) =>
      spec.provider === "llama"
        ? [{ name, spec, health: probeInProcess(spec) }]
        : spec.baseUrls.flatMap((url) =>
            (keys.length === 0 ? [undefined] : keys).map((key) => ({ name, spec, health: probe(spec, url, key) }))
          )
    )
    yield* Console.error(`Asking ${places.length} endpoint${places.length === 1 ? "" : "s"}: three small calls each.`)
    const rows = yield* Effect.forEach(
      places,
      ({ health, name, spec }) => Effect.map(health, (found) => ({ name, spec, health: found })),
      { concurrency: 4 }
    )
    yield* Console.log(
      textTable(
        [
          "name",
          "model",
          "endpoint",
          "answers",
          "listed",
          "structured",
          "tools",
          "usage",
          "ms",
          "USD per million in/out"
        ],
        rows.map(({ health, name, spec }) => {
          const price = priceOf(spec)
          return [
            name,
            health.model,
            health.baseUrl,
            health.answers ? "yes" : "no",
            health.listed === null ? "?" : health.listed ? "yes" : "no",
            health.structured,
            health.tools ? "yes" : "no",
            health.usage ? "yes" : "no",
            health.latencyMillis === null ? null : Math.round(health.latencyMillis),
            price === null ? "unknown" : `${price.input}/${price.output}`
          ]
        })
      )
    )
    return rows.flatMap(({ health, name }) =>
      health.problem === null ? [] : [`${name} at ${health.baseUrl}: ${health.problem}`]
    )
  })
