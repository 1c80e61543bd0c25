import { embeddings, openAiManner, systemOne } from "./openai-wire.ts"
import { ok, serve } from "./serve.ts"

/** Ollama 0.35: /api/tags names models with their tag. */
export const ollamaServer = (model: string, digest: string) =>
  serve(
    {
      "GET /api/tags": () =>
        ok({
          models: [
            {
              name: model,
              model,
              modified_at: "2026-10-01T09:26:53Z",
              size: 274_302_450,
              digest,
              details: {
                parent_model: "",
                format: "gguf",
                family: "bert",
                parameter_size: "137M",
                quantization_level: "F16"
              }
            }
          ]
        }),
      "POST /v1/embeddings": embeddings(model),
      "POST /v1/systemone": systemOne()
    },
    openAiManner(undefined)
  )
