import { Console, Effect } from "effect"
import { LocalModelProbes, type RoleProbe } from "../models/capabilities/local-model-probes.ts"
import type { LocalRole } from "../schemas/capability.ts"
import { CommandFailed } from "./exit.ts"
import type { LocalModelChoice } from "./local-models.ts"

/**
 * Loads the local models that a run will ask and asks each one short question, before anything is written: a wrong folder, name, key
 * or URL is found now, not in the middle of the night. What is loaded stays loaded. A server that does not answer yet is waited for as
 * long as its `patienceMillis`. Fails with exit code 2 where one does not answer. Roles without a model of their own cost next to
 * nothing, and `reward` has no lexical model: so all are asked.
 */
export const checkLocalModels = (
  choice: LocalModelChoice,
  roles: ReadonlyArray<LocalRole>
): Effect.Effect<void, CommandFailed, LocalModelProbes> =>
  Effect.gen(function* () {
    if (roles.length === 0) return
    const own = roles.flatMap((role) => {
      const spec = choice.models[role]
      return spec === undefined || spec.provider === "lexical" ? [] : [`${role} (${spec.provider}:${spec.model})`]
    })
    if (own.length > 0) yield* Console.error(`Asking local models for one short answer each: ${own.join(", ")}`)
    const probes = yield* LocalModelProbes.use(({ probe }) => probe(roles))
    const problems = problemsOf(choice, probes)
    if (problems.length > 0) return yield* new CommandFailed({ code: 2, message: problems.join("\n") })
  })

/** One line for each model that does not answer: what is wrong, and what to do. */
export const problemsOf = (
  { keys, models }: LocalModelChoice,
  probes: ReadonlyArray<RoleProbe>
): ReadonlyArray<string> =>
  probes.flatMap(({ model, problem, provider, role }) => {
    if (problem === null) return []
    const spec = models[role]
    const isWithoutKey = problem.kind === "auth" && spec?.apiKeyEnv !== undefined && keys(spec) === undefined
    const unset = isWithoutKey ? ` ${spec.apiKeyEnv} is not set.` : ""
    return [`${role} (${provider}:${model}): ${problem.message}${unset}`]
  })
