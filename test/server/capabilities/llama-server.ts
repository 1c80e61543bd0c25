import { embeddings, openAiManner, systemOne } from "./openai-wire.ts"
import { ok, serve } from "./serve.ts"
import { relevanceOf } from "./values.ts"

interface RerankBody {
  readonly query: string
  readonly documents: ReadonlyArray<string>
}

/** llama.cpp's server: shapes from tools/server/README.md. `alias` is what newer ones report. */
export const llamaCppServer = (options: { readonly model: string; readonly path: string; readonly alias?: string }) =>
  serve(
    {
      "GET /props": () =>
        ok({
          default_generation_settings: { id: 0, id_task: -1, n_ctx: 1024, speculative: false, is_processing: false },
          total_slots: 1,
          ...(options.alias === undefined ? {} : { model_alias: options.alias }),
          model_path: options.path,
          chat_template: "",
          build_info: "b8681-0000000",
          is_sleeping: false
        }),
      "POST /v1/embeddings": embeddings(options.model),
      "POST /v1/systemone": systemOne(),
      "POST /v1/rerank": ({ documents, query }: RerankBody) =>
        ok({
          model: options.model,
          object: "list",
          usage: { prompt_tokens: 20, total_tokens: 20 },
          results: documents
            .map((document, index) => ({ index, relevance_score: relevanceOf(query, document) }))
            .toSorted((one, other) => other.relevance_score - one.relevance_score)
        })
    },
    {
      ...openAiManner(undefined),
      unknownRoute: { status: 404, body: { error: { code: 404, message: "File Not Found", type: "not_found_error" } } }
    }
  )
