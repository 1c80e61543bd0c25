import { Effect } from "effect"
import { z } from "zod"
import type { LocalModelSpec } from "../../schemas/capability.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import type { Call } from "./call.ts"
import { openAiEmbeddings } from "./embeddings.ts"
import { rerank } from "./rerank.ts"
import { isModel, otherModel } from "./served-model.ts"
import type { Served, ServerShape } from "./shape.ts"
import { systemOne } from "./system-one.ts"

const Props = z.object({
  model_path: z.string(),
  /** Newer ones. */
  model_alias: z.string().nullish().catch(null),
  default_generation_settings: z
    .object({ n_ctx: z.int().positive().nullish().catch(null) })
    .nullish()
    .catch(null)
})

const handshake = (call: Call, spec: LocalModelSpec): Effect.Effect<Served, CapabilityError> =>
  Effect.flatMap(
    call.get("/props", Props),
    ({ default_generation_settings: settings, model_alias: alias, model_path: path }) => {
      const names = alias ? [alias, path] : [path]
      if (!names.some((name) => isModel(spec.model, name))) return otherModel(call, spec, names)
      return Effect.succeed({ id: spec.model, revision: null, dtype: null, maxTokens: settings?.n_ctx ?? null })
    }
  )

/** https://github.com/ggml-org/llama.cpp/tree/master/tools/server */
export const llamaServer: ServerShape = {
  name: "llama.cpp's server",
  check: (model) =>
    `Check the address, and that \`llama-server -m ${model}\` runs, with --embeddings for embeddings or --rerank for relevance.`,
  handshake,
  routes: { embedding: openAiEmbeddings, decision: systemOne, ranking: rerank },
  why: { sequence: "It gives probabilities of the tokens that it generates, and none of the prompt's." }
}
