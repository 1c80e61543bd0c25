import { Effect, Redacted } from "effect"
import { UsageError } from "../engine/usage-error.ts"
import { LOCAL_ROLES, LocalModelSpec, LocalProvider, type LocalRole } from "../schemas/capability.ts"
import type { Settings } from "../schemas/config.ts"
import { nearestName } from "../stages/nearest-name.ts"

/** Local models by role, and their keys. Roles that are not named get the lexical ones. */
export interface LocalModelChoice {
  readonly models: Readonly<Partial<Record<LocalRole, LocalModelSpec>>>
  readonly keys: (spec: LocalModelSpec) => Redacted.Redacted<string> | undefined
}

export const NO_LOCAL_MODELS: LocalModelChoice = { models: {}, keys: () => undefined }

const ROLE_NAMES = Object.keys(LOCAL_ROLES)

/**
 * `--local ROLE=PROVIDER:MODEL[@URL]` before the settings file's `localModels`. A model of the command line has its key, if its server
 * wants one, in DIALOOM_API_KEY, as chat models have; one of the settings file in the variable that it names.
 */
export const chooseLocalModels = (
  settings: Settings,
  flags: Readonly<Record<string, string>>
): Effect.Effect<LocalModelChoice, UsageError> =>
  Effect.gen(function* () {
    const models: Partial<Record<LocalRole, LocalModelSpec>> = { ...settings.localModels }
    for (const [role, text] of Object.entries(flags)) {
      if (!Object.hasOwn(LOCAL_ROLES, role)) {
        const guess = nearestName(role, ROLE_NAMES)
        return yield* new UsageError({
          message: `--local ${role}: there is no such role${guess === undefined ? "" : ` (did you mean "${guess}"?)`}. There are ${ROLE_NAMES.join(", ")}.`
        })
      }
      models[role as LocalRole] = yield* specOf(role, text)
    }
    return {
      models,
      keys: ({ apiKeyEnv }) => {
        const key = apiKeyEnv === undefined ? undefined : process.env[apiKeyEnv]
        return key === undefined || key === "" ? undefined : Redacted.make(key)
      }
    }
  })

const specOf = (role: string, text: string): Effect.Effect<LocalModelSpec, UsageError> => {
  const colon = text.indexOf(":")
  const provider = colon < 0 ? text : text.slice(0, colon)
  const at = text.lastIndexOf("@http")
  const model = text.slice(colon < 0 ? text.length : colon + 1, at < 0 ? text.length : at)
  const parsed = LocalModelSpec.safeParse({
    provider,
    model: model === "" ? provider : model,
    ...(at < 0 ? {} : { baseUrl: text.slice(at + 1), apiKeyEnv: "DIALOOM_API_KEY" })
  })
  if (parsed.success) return Effect.succeed(parsed.data)
  return Effect.fail(
    new UsageError({
      message: [
        `--local ${role}=${text} does not name a local model:`,
        ...parsed.error.issues.map((issue) => `  ${issue.path.join(".") || "(whole)"}: ${issue.message}`),
        `Write PROVIDER:MODEL, or PROVIDER:MODEL@http://HOST:PORT for a server. Providers: ${LocalProvider.options.join(", ")}.`
      ].join("\n")
    })
  )
}
