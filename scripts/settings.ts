import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { Effect, Redacted } from "effect"
import { UsageError } from "../engine/usage-error.ts"
import { simulatedModel } from "../models/models-by-role.ts"
import type { RoleSpec } from "../pipelines/pipeline.ts"
import { ModelSpec, Settings } from "../schemas/config.ts"
import { nearestName } from "../stages/nearest-name.ts"

const DEFAULT_FILE = "dialoom.config.ts"

/** The settings file, checked. Absent and not asked for: all defaults. */
export const loadSettings = (file: string | undefined): Effect.Effect<Settings, UsageError> =>
  Effect.gen(function* () {
    const path = resolve(file ?? DEFAULT_FILE)
    if (!existsSync(path)) {
      if (file === undefined) return Settings.parse({})
      return yield* new UsageError({ message: `There is no settings file ${path}. Check --config, or leave it out.` })
    }
    const module = yield* Effect.tryPromise({
      try: () =>
        path.endsWith(".json")
          ? import(pathToFileURL(path).href, { with: { type: "json" } })
          : import(pathToFileURL(path).href),
      catch: (cause) => new UsageError({ message: `${path} could not be loaded: ${String(cause)}` })
    })
    const parsed = Settings.safeParse((module as { default: unknown }).default)
    if (parsed.success) return parsed.data
    return yield* new UsageError({
      message: [
        `${path} is not a valid settings file:`,
        ...parsed.error.issues.map((issue) => `  ${issue.path.join(".") || "(default export)"}: ${issue.message}`)
      ].join("\n")
    })
  })

/** A model that a role was given, with the keys to ask it. */
export interface ChosenModel {
  readonly spec: ModelSpec
  readonly keys: ReadonlyArray<Redacted.Redacted<string>>
}

const OPENAI_URL = "https://api.openai.com/v1"
/** Before the path of a GGUF file. */
const IN_PROCESS = "llama:"
/** Dialogues held in memory at a time where nobody says: a laptop has room for their contexts. */
const IN_PROCESS_CONCURRENCY = 4

/**
 * What `--model` and `--role` take: `simulated`, a name from the settings file, `llama:FILE.gguf` for a model in this
 * process, `NAME@URL` for an endpoint given in place, or a bare NAME for the endpoint in OPENAI_BASE_URL (OpenAI's own where
 * that is not set).
 */
export const chooseModel = (name: string, settings: Settings): Effect.Effect<ChosenModel, UsageError> =>
  Effect.gen(function* () {
    if (name === "simulated") return { spec: simulatedModel, keys: [] }
    const named = Object.hasOwn(settings.models, name) ? settings.models[name] : undefined
    if (named !== undefined) {
      return { spec: named, keys: yield* keysFrom(name, named.apiKeyEnv) }
    }
    if (name.startsWith(IN_PROCESS)) {
      const file = name.slice(IN_PROCESS.length)
      if (file === "") {
        return yield* new UsageError({
          message: `"${name}" names no file: write ${IN_PROCESS}FILE.gguf, the path of a model in GGUF format.`
        })
      }
      return {
        spec: ModelSpec.parse({ provider: "llama", model: file, concurrency: IN_PROCESS_CONCURRENCY }),
        keys: []
      }
    }
    const at = name.lastIndexOf("@http")
    const url = at > 0 ? name.slice(at + 1) : (process.env.OPENAI_BASE_URL ?? OPENAI_URL)
    const model = at > 0 ? name.slice(0, at) : name
    // OPENAI_API_KEY belongs to OpenAI (or to OPENAI_BASE_URL): it is never sent to an endpoint named on the command line.
    const variable = at <= 0 && process.env.OPENAI_API_KEY !== undefined ? "OPENAI_API_KEY" : "DIALOOM_API_KEY"
    const key = process.env[variable]
    if (at <= 0 && key === undefined && url === OPENAI_URL) {
      const guess = nearestName(name, ["simulated", ...Object.keys(settings.models)])
      return yield* new UsageError({
        message: [
          `Model "${name}" is not in the settings file${guess === undefined ? "" : ` (did you mean "${guess}"?)`}, and no endpoint is known for it.`,
          `Give one: --model ${name}@http://localhost:8000/v1, or set OPENAI_API_KEY to ask OpenAI, or use --model simulated.`
        ].join(" ")
      })
    }
    const parsed = ModelSpec.safeParse({ provider: "openai", model, baseUrls: [url], apiKeyEnv: variable })
    if (!parsed.success) {
      return yield* new UsageError({
        message: `"${name}" does not name a model at a URL: write NAME@http://HOST:PORT/v1.`
      })
    }
    return { spec: parsed.data, keys: key === undefined || key === "" ? [] : [Redacted.make(key)] }
  })

/** Keys named by a setting: one variable, which may hold several keys separated by commas. */
const keysFrom = (model: string, variable: string | undefined) =>
  Effect.suspend(() => {
    if (variable === undefined) return Effect.succeed<ReadonlyArray<Redacted.Redacted<string>>>([])
    const keys = (process.env[variable] ?? "")
      .split(",")
      .map((key) => key.trim())
      .filter((key) => key !== "")
    return keys.length > 0
      ? Effect.succeed(keys.map((key) => Redacted.make(key)))
      : Effect.fail(
          new UsageError({
            message: `Model "${model}" takes its key from the environment variable ${variable}, which is not set.`
          })
        )
  })

/** The model of each role: `--role` before the settings file's `roles` before `--model` before `roles.default`. */
export const chooseModels = (
  roles: ReadonlyArray<RoleSpec>,
  settings: Settings,
  flags: { readonly model: string | undefined; readonly roles: Readonly<Record<string, string>> }
): Effect.Effect<ReadonlyMap<string, ChosenModel>, UsageError> =>
  Effect.gen(function* () {
    const known = roles.map((role) => role.name)
    // A role may be a family: `reviewer` stands for `reviewer-1`, `reviewer-2`... and each can be named by itself.
    const isKnown = (role: string) => known.includes(role) || known.includes(role.replace(/-\d+$/, ""))
    for (const role of Object.keys(flags.roles)) {
      if (!isKnown(role)) {
        const guess = nearestName(role, known)
        return yield* new UsageError({
          message: `--role ${role}: this pipeline has no such role${guess === undefined ? "" : ` (did you mean "${guess}"?)`}. Its roles are ${known.join(", ")}.`
        })
      }
    }
    const chosen = new Map<string, ChosenModel>()
    const byName = new Map<string, ChosenModel>()
    const members = Object.keys({ ...settings.roles, ...flags.roles }).filter((role) => isKnown(role))
    for (const role of new Set([...known, ...members])) {
      const name = flags.roles[role] ?? settings.roles[role] ?? flags.model ?? settings.roles.default ?? "simulated"
      const model = byName.get(name) ?? (yield* chooseModel(name, settings))
      byName.set(name, model)
      chosen.set(role, model)
    }
    return chosen
  })
