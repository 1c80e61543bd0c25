import { ok, type Reply, serve } from "./serve.ts"
import { inferenceOf, relevanceOf, toxicityOf, vectorOf } from "./values.ts"

export interface TeiOptions {
  readonly model: string
  readonly type: "classifier" | "embedding" | "reranker"
  readonly sha?: string
  readonly key?: string
  readonly labels?: ReadonlyArray<string>
  readonly mostInputs?: number
  readonly maxTokens?: number
}

const failure = (status: number, error: string, errorType: string): Reply => ({
  status,
  body: { error, error_type: errorType }
})

interface RerankBody {
  readonly query: string
  readonly texts: ReadonlyArray<string>
}

/** text-embeddings-inference 1.9: shapes from router/src/http, its limit of inputs and its pair of two strings included. */
export const teiServer = (options: TeiOptions) => {
  const { labels = ["neutral", "toxic"], mostInputs = 32, type } = options
  const classes = { id2label: Object.fromEntries(labels.entries()), label2id: {} }
  const tooMany = (count: number): Reply | undefined =>
    count <= mostInputs
      ? undefined
      : failure(422, `batch size ${count} > maximum allowed batch size ${mostInputs}`, "Validation")
  const predicted = ([first = "", second]: ReadonlyArray<string>) => {
    const scores = second === undefined ? toxicityOf(first) : inferenceOf(first, second)
    return scores
      .map((score, index) => ({ score, label: labels[index] ?? `LABEL_${index}` }))
      .toSorted((one, other) => other.score - one.score)
  }
  return serve(
    {
      "GET /info": () =>
        ok({
          model_id: options.model,
          model_sha: options.sha ?? null,
          model_dtype: "float16",
          model_type: { [type]: type === "embedding" ? { pooling: "mean" } : classes },
          max_concurrent_requests: 512,
          max_input_length: options.maxTokens ?? 256,
          max_batch_tokens: 16_384,
          max_batch_requests: null,
          max_client_batch_size: mostInputs,
          auto_truncate: true,
          tokenization_workers: 4,
          version: "1.9.0",
          sha: null,
          docker_label: null
        }),
      "POST /predict": ({ inputs }: { readonly inputs: string | ReadonlyArray<string | ReadonlyArray<string>> }) => {
        if (typeof inputs === "string") return ok(predicted([inputs]))
        // Two strings are one pair, and one string is one text: no batch.
        if (typeof inputs[0] === "string") return ok(predicted(inputs as ReadonlyArray<string>))
        return tooMany(inputs.length) ?? ok((inputs as ReadonlyArray<ReadonlyArray<string>>).map(predicted))
      },
      "POST /rerank": ({ query, texts }: RerankBody) =>
        tooMany(texts.length) ??
        ok(
          texts
            .map((text, index) => ({ index, score: relevanceOf(query, text) }))
            .toSorted((one, other) => other.score - one.score)
        ),
      "POST /embed": ({ inputs }: { readonly inputs: ReadonlyArray<string> }) =>
        tooMany(inputs.length) ??
        (inputs.some((text) => text.length > 1_000)
          ? failure(413, "`inputs` must have less than 256 tokens. Given: 300", "Validation")
          : ok(inputs.map(vectorOf)))
    },
    {
      ...(options.key === undefined ? {} : { key: options.key }),
      refusesKey: { status: 401, body: {} },
      unknownRoute: { status: 404, body: "" }
    }
  )
}
