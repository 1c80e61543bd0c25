import { Effect } from "effect"
import { z } from "zod"
import type { LocalModelSpec } from "../../schemas/capability.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import type { Call } from "./call.ts"
import type { Served } from "./shape.ts"

/** Servers started with a path report the path: its last part is the model's name too. */
export const isModel = (asked: string, reported: string): boolean => {
  if (asked === reported) return true
  if (!/^(\/|\.{1,2}\/|[A-Za-z]:\\)|\.gguf$/i.test(reported)) return false
  const last = reported.split(/[/\\]/).findLast((part) => part !== "") ?? reported
  return asked === last || asked === last.replace(/\.gguf$/i, "")
}

export const otherModel = (call: Call, spec: LocalModelSpec, reported: ReadonlyArray<string>) =>
  call.fail(
    "mismatch",
    `serves ${listed(reported)}, not "${spec.model}". Name the model as the server does, or start the server with it.`
  )

const listed = (names: ReadonlyArray<string>): string => {
  const shown = names.slice(0, 5).map((name) => `"${name}"`)
  return `${shown.join(", ") || "no model"}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ""}`
}

/** What `spec.revision` insists on is what the server reports. A server that reports none cannot be held to it. */
export const checkRevision = (
  call: Call,
  spec: LocalModelSpec,
  served: Served
): Effect.Effect<Served, CapabilityError> => {
  if (spec.revision === undefined || spec.revision === served.revision) return Effect.succeed(served)
  return call.fail(
    "mismatch",
    served.revision === null
      ? `does not say which revision of "${spec.model}" it serves, and ${spec.revision} is insisted on. Leave the revision out, or use a server that reports it (tei, ollama).`
      : `serves revision ${served.revision} of "${spec.model}", and ${spec.revision} is insisted on.`
  )
}

const ModelList = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      /** vLLM and SGLang: what the name stands for. */
      root: z.string().nullish().catch(null),
      max_model_len: z.int().positive().nullish().catch(null)
    })
  )
})

/**
 * GET /v1/models of OpenAI-compatible servers. They report no hash; where the name is only an alias, what it stands for is the
 * revision, so that another model under the same name is seen.
 */
export const fromModelList = (call: Call, spec: LocalModelSpec): Effect.Effect<Served, CapabilityError> =>
  Effect.flatMap(call.get("/v1/models", ModelList), ({ data }) => {
    const model =
      data.find(({ id }) => id === spec.model) ??
      data.find(({ id, root }) => isModel(spec.model, id) || (typeof root === "string" && isModel(spec.model, root)))
    if (model === undefined)
      return otherModel(
        call,
        spec,
        data.map(({ id }) => id)
      )
    const { id, max_model_len: maxTokens, root } = model
    return Effect.succeed({
      id,
      revision: typeof root === "string" && root !== id ? root : null,
      dtype: null,
      maxTokens: maxTokens ?? null
    })
  })
