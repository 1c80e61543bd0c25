import { Console, Effect } from "effect"
import { probeLocalModels } from "../models/capabilities/local-models.ts"
import type { LocalRole } from "../schemas/capability.ts"
import { problemsOf } from "./check-local-models.ts"
import type { LocalModelChoice } from "./local-models.ts"
import { textTable } from "./text-table.ts"

const NONE = [
  "No local model is configured, so filters ask the lexical ones, which need nothing installed.",
  "Try another with: npm run models -- --local toxicity=tei:NAME@http://127.0.0.1:8080",
  "or name it under localModels in dialoom.config.ts."
].join("\n")

/**
 * Loads every configured local model, asks it one short question, and prints who answers: the backend that really does, `onnx:cpu`
 * where `auto` found no GPU. Gives one line for each that does not.
 */
export const showLocalModels = (choice: LocalModelChoice): Effect.Effect<ReadonlyArray<string>> =>
  Effect.gen(function* () {
    const roles = Object.keys(choice.models) as ReadonlyArray<LocalRole>
    if (roles.length === 0) {
      yield* Console.log(NONE)
      return []
    }
    yield* Console.error(
      `Loading ${roles.length} local model${roles.length === 1 ? "" : "s"}: one short question each.`
    )
    const probes = yield* probeLocalModels(choice, roles)
    yield* Console.log(
      textTable(
        ["role", "local model", "answers", "backend", "dtype", "revision", "load ms", "answer ms"],
        probes.map(({ answerMillis, card, loadMillis, model, problem, provider, role }) => [
          role,
          `${provider}:${model}`,
          problem === null ? "yes" : "no",
          card?.backend,
          card?.dtype,
          card?.revision,
          loadMillis,
          answerMillis
        ])
      )
    )
    return problemsOf(choice, probes)
  })
