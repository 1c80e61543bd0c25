import { embeddings, openAiManner, refusal, systemOne } from "./openai-wire.ts"
import { ok, serve } from "./serve.ts"
import { bestOf, relevanceOf, toxicityOf } from "./values.ts"

export interface SglangOptions {
  readonly model: string
  /** Newer ones give the index of each document. */
  readonly indexed?: boolean
  readonly labels?: ReadonlyArray<string>
  readonly massOf?: (id: string) => number
}

interface RerankBody {
  readonly query: string
  readonly documents: ReadonlyArray<string>
}

/** SGLang: shapes from sglang/srt/entrypoints/openai. Blank texts are refused. */
export const sglangServer = ({ indexed = true, labels = ["neutral", "toxic"], massOf, model }: SglangOptions) =>
  serve(
    {
      "GET /v1/models": () =>
        ok({
          object: "list",
          data: [
            { id: model, object: "model", created: 1_760_000_000, owned_by: "sglang", root: model, max_model_len: 4096 }
          ]
        }),
      "POST /v1/embeddings": embeddings(model),
      "POST /v1/systemone": systemOne(massOf, "answer"),
      "POST /v1/classify": ({ input }: { readonly input: ReadonlyArray<string> }) => {
        const blank = input.findIndex((text) => text.trim() === "")
        if (blank >= 0) {
          return refusal(400, `Input at index ${blank} cannot be empty or whitespace only`, "BadRequestError")
        }
        return ok({
          id: "classify-13c0",
          object: "list",
          created: 1_760_000_000,
          model,
          data: input.map(toxicityOf).map((probs, index) => ({
            index,
            label: labels[bestOf(probs)],
            probs,
            num_classes: probs.length
          })),
          usage: { prompt_tokens: 12, total_tokens: 12, completion_tokens: 0, prompt_tokens_details: null }
        })
      },
      "POST /v1/rerank": ({ documents, query }: RerankBody) =>
        ok(
          documents
            .map((document, index) => ({
              score: relevanceOf(query, document),
              document,
              ...(indexed ? { index } : {}),
              meta_info: { id: "7f", prompt_tokens: 7, e2e_latency: 0.01 }
            }))
            .toSorted((one, other) => other.score - one.score)
        )
    },
    openAiManner(undefined)
  )
