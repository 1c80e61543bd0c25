import { embeddings, openAiManner, refusal } from "./openai-wire.ts"
import { ok, serve } from "./serve.ts"

interface DecisionsBody {
  readonly model: string
  readonly questions: ReadonlyArray<{
    readonly type: "predicate" | "choice" | "score"
    readonly name: string
    readonly choices?: ReadonlyArray<{ readonly value: string }>
    readonly levels?: ReadonlyArray<{ readonly label: string }>
  }>
}

/** OpenAI's API: shapes from its SDK. Questions that `refuses` names come back as refusals. */
export const openAiServer = (model: string, key: string, refuses: ReadonlyArray<string> = []) =>
  serve(
    {
      "GET /v1/models": () =>
        ok({
          object: "list",
          data: [
            { id: "other-model", object: "model", created: 1_686_935_002, owned_by: "system" },
            { id: model, object: "model", created: 1_686_935_002, owned_by: "openai" }
          ]
        }),
      "POST /v1/embeddings": embeddings(model),
      "POST /v1/decisions": ({ questions }: DecisionsBody) =>
        ok({
          model: `${model}-2026-09-01`,
          answers: questions.map(({ choices = [], levels = [], name, type }) => {
            if (refuses.includes(name)) return { type: "refusal", name }
            if (type === "predicate") return { type, name, probability: 0.875 }
            if (type === "choice") {
              const probabilities = choices.map(({ value }, index) => ({
                value,
                probability: index === 1 ? 0.75 : 0.25
              }))
              return { type, name, choice: choices[1]?.value, confidence: 0.5, probabilities }
            }
            const probabilities = levels.map(({ label }, value) => ({
              label,
              value,
              probability: [0.125, 0.25, 0.625][value]
            }))
            return { type, name, score: 1.5, confidence: 0.25, probabilities }
          }),
          usage: {
            input_tokens: 210,
            input_tokens_details: { cache_write_tokens: 0, cached_tokens: 0 },
            output_tokens: 3,
            output_tokens_details: { reasoning_tokens: 0 },
            total_tokens: 213
          }
        })
    },
    {
      ...openAiManner(key),
      refusesKey: refusal(401, `Incorrect API key provided: sk-wr***ng.`, "invalid_request_error")
    }
  )
