import { Effect } from "effect"
import type { z } from "zod"
import type { Pipeline } from "../pipelines/pipeline.ts"
import { pipelineNames } from "../pipelines/registry.ts"
import { nearestName } from "../stages/nearest-name.ts"
import { UsageError } from "./usage-error.ts"

/** `--set walk.lengths=...` reaches into nested objects; a value is JSON where it parses as JSON, else text. */
const applySettings = (base: Record<string, unknown>, settings: Readonly<Record<string, string>>) => {
  const config = structuredClone(base)
  for (const [path, text] of Object.entries(settings)) {
    const keys = path.split(".")
    let at = config
    for (const key of keys.slice(0, -1)) {
      // Own properties only: `__proto__.x` must not reach what all objects share.
      const inner = Object.hasOwn(at, key) ? at[key] : undefined
      if (typeof inner === "object" && inner !== null && !Array.isArray(inner)) at = inner as Record<string, unknown>
      else {
        const created: Record<string, unknown> = {}
        setOwn(at, key, created)
        at = created
      }
    }
    setOwn(at, keys.at(-1) as string, parseValue(text))
  }
  return config
}

/** `__proto__` becomes a key like any other, which no config has. */
const setOwn = (on: Record<string, unknown>, key: string, value: unknown) => {
  Object.defineProperty(on, key, { value, enumerable: true, configurable: true, writable: true })
}

const parseValue = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The pipeline's config from settings file and flags, with every default filled in; one message for all that is wrong. */
export const resolveConfig = (
  pipeline: Pipeline,
  options: {
    readonly file: Readonly<Record<string, unknown>>
    readonly set: Readonly<Record<string, string>>
    readonly items: number | undefined
  }
): Effect.Effect<Record<string, unknown>, UsageError> =>
  Effect.suspend(() => {
    const given = applySettings({ ...options.file }, options.set)
    if (options.items !== undefined) given[pipeline.itemsKey] = options.items
    const parsed = pipeline.config.safeParse(given)
    if (parsed.success) return Effect.succeed(parsed.data as Record<string, unknown>)
    return Effect.fail(
      new UsageError({
        message: [
          `${pipeline.name} does not accept this config:`,
          ...parsed.error.issues.map((issue) => `  ${describeIssue(issue, Object.keys(pipeline.config.shape))}`),
          `Change it with --set KEY=VALUE, or under pipelines["${pipeline.name}"] of dialoom.config.ts. ${knobs(pipeline.name)}`
        ].join("\n")
      })
    )
  })

/** Pipelines that work on other datasets have a command of their own. */
const knobs = (name: string): string =>
  pipelineNames.includes(name)
    ? `"generate ${name} --show-config" lists every knob.`
    : `pipelines/${name}/config.ts names every knob.`

const describeIssue = (issue: z.core.$ZodIssue, known: ReadonlyArray<string>): string => {
  if (issue.code === "unrecognized_keys") {
    return issue.keys
      .map((key) => {
        const guess = nearestName(key, known)
        return `"${key}" is not a knob of this pipeline${guess === undefined ? "" : ` (did you mean "${guess}"?)`}`
      })
      .join("; ")
  }
  return `${issue.path.join(".") || "(whole)"}: ${issue.message}`
}
