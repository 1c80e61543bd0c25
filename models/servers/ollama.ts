import { Effect } from "effect"
import { z } from "zod"
import type { LocalModelSpec } from "../../schemas/capability.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import type { Call } from "./call.ts"
import { openAiEmbeddings } from "./embeddings.ts"
import { otherModel } from "./served-model.ts"
import type { Served, ServerShape } from "./shape.ts"
import { systemOne } from "./system-one.ts"

const Tags = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      digest: z.string().nullish().catch(null),
      details: z
        .object({ quantization_level: z.string().nullish().catch(null) })
        .nullish()
        .catch(null)
    })
  )
})

/** GET /api/tags, which unlike /v1/models gives the digest of each model's files. A name without a tag means `latest`. */
const handshake = (call: Call, spec: LocalModelSpec): Effect.Effect<Served, CapabilityError> =>
  Effect.flatMap(call.get("/api/tags", Tags), ({ models }) => {
    const model = models.find(({ name }) => name === spec.model || name === `${spec.model}:latest`)
    if (model === undefined)
      return otherModel(
        call,
        spec,
        models.map(({ name }) => name)
      )
    return Effect.succeed({
      id: model.name,
      revision: model.digest ?? null,
      dtype: model.details?.quantization_level ?? null,
      maxTokens: null
    })
  })

/** https://docs.ollama.com/api. Decisions need Ollama 0.35 or later and a model made for them. */
export const ollama: ServerShape = {
  name: "Ollama",
  check: (model) => `Check the address, and that \`ollama serve\` runs and \`ollama pull ${model}\` was done.`,
  handshake,
  routes: { embedding: openAiEmbeddings, decision: systemOne }
}
