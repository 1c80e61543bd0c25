import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { Effect, Redacted } from "effect"
import { UsageError } from "../engine/usage-error.ts"
import type { ModelsByRole } from "../models/models-by-role.ts"
import type { ModelSpec } from "../schemas/config.ts"

const CHECK_MILLIS = 10_000

/**
 * Asks every endpoint for its list of models, before any call is paid: a wrong URL or key is found now, not in the middle
 * of the night. An endpoint without that list (404, 405) passes; so does one that is merely busy. Of a model in this
 * process the file must be there.
 */
export const checkEndpoints = (
  models: ModelsByRole,
  keys: (spec: ModelSpec) => ReadonlyArray<Redacted.Redacted<string>>
): Effect.Effect<void, UsageError> =>
  Effect.forEach(
    new Set(Object.values(models)),
    (spec) =>
      spec.provider === "llama"
        ? checkFile(spec)
        : Effect.forEach(
            spec.baseUrls,
            (url) =>
              Effect.forEach(keys(spec).length === 0 ? [undefined] : keys(spec), (key) => checkOne(spec, url, key), {
                concurrency: 4,
                discard: true
              }),
            { concurrency: 4, discard: true }
          ),
    { discard: true }
  )

const checkFile = (spec: ModelSpec) =>
  existsSync(spec.model)
    ? Effect.void
    : Effect.fail(
        new UsageError({
          message: `There is no file ${resolve(spec.model)}: check the path of the model, a GGUF file.`
        })
      )

const checkOne = (spec: ModelSpec, url: string, key: Redacted.Redacted<string> | undefined) =>
  Effect.tryPromise({
    try: async (signal) => {
      const response = await fetch(`${url.replace(/\/$/, "")}/models`, {
        headers: key === undefined ? {} : { authorization: `Bearer ${Redacted.value(key)}` },
        signal: AbortSignal.any([signal, AbortSignal.timeout(CHECK_MILLIS)])
      })
      await response.body?.cancel()
      return response.status
    },
    catch: (cause) => {
      const reason =
        cause instanceof Error ? ((cause.cause as Error | undefined)?.message ?? cause.message) : String(cause)
      return new UsageError({
        message: `${url} does not answer (${reason}). Start the server of model "${spec.model}", or check the URL; "npm run models" tries each of them.`
      })
    }
  }).pipe(
    Effect.flatMap((status) =>
      status === 401 || status === 403
        ? Effect.fail(
            new UsageError({
              message: `${url} refuses the key for model "${spec.model}" (status ${status}). ${
                key === undefined
                  ? `No key was sent: set ${spec.apiKeyEnv ?? "DIALOOM_API_KEY"}.`
                  : `Check the environment variable ${spec.apiKeyEnv ?? "DIALOOM_API_KEY"}.`
              }`
            })
          )
        : Effect.void
    )
  )
