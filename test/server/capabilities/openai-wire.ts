import { type Manner, ok, type Reply } from "./serve.ts"
import { vectorOf } from "./values.ts"

export const refusal = (status: number, message: string, type: string): Reply => ({
  status,
  body: { error: { message, type, param: null, code: status } }
})

/** How OpenAI-compatible servers refuse. */
export const openAiManner = (key: string | undefined): Manner => ({
  ...(key === undefined ? {} : { key }),
  refusesKey: refusal(401, "Unauthorized", "authentication_error"),
  unknownRoute: { status: 404, body: { detail: "Not Found" } }
})

export const embeddings =
  (model: string) =>
  (body: { readonly model: string; readonly input: ReadonlyArray<string> }): Reply =>
    body.model !== model
      ? refusal(404, `The model \`${body.model}\` does not exist.`, "NotFoundError")
      : ok({
          id: "embd-2f5c",
          object: "list",
          created: 1_760_000_000,
          model,
          // Out of order: clients must go by the index.
          data: body.input
            .map((text, index) => ({ index, object: "embedding", embedding: vectorOf(text) }))
            .toReversed(),
          usage: { prompt_tokens: 9, total_tokens: 9, completion_tokens: 0, prompt_tokens_details: null }
        })

interface SystemOneQuestion {
  readonly type: "noul" | "choice" | "score"
  readonly criteria?: Readonly<Record<string, string | null>> | ReadonlyArray<string> | null
}

interface SystemOneBody {
  readonly model: string
  readonly state: unknown
  readonly questions: Readonly<Record<string, SystemOneQuestion>>
}

/** The first option has 0.75, the others share the rest; probabilities are rounded as hosted servers do. */
const shared = (count: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, index) => (index === 0 ? 0.75 : Math.round((0.25 / (count - 1)) * 10_000) / 10_000))

/**
 * POST /v1/systemone. `massOf` gives the probability of a question's labels over the whole vocabulary, where the server reports it:
 * under `diagnostics` as vLLM, or beside the answer as SGLang.
 */
export const systemOne =
  (massOf?: (id: string) => number, where: "diagnostics" | "answer" = "diagnostics") =>
  (body: SystemOneBody): Reply => {
    const answers: Record<string, unknown> = {}
    const diagnostics: Record<string, unknown> = {}
    for (const [id, { criteria, type }] of Object.entries(body.questions)) {
      const beside = massOf !== undefined && where === "answer" ? { label_mass: massOf(id) } : {}
      if (massOf !== undefined) diagnostics[id] = { label_mass: massOf(id), argmax_is_label: massOf(id) > 0.5 }
      if (type === "noul") answers[id] = { type, noul: 0.875, ...beside }
      else if (type === "choice") {
        const names = Object.keys(criteria ?? {})
        const probabilities = Object.fromEntries(names.map((name, index) => [name, shared(names.length)[index]]))
        answers[id] = { type, choice: names[0], probabilities, confidence: 0.5, ...beside }
      } else {
        const levels = Object.values(criteria ?? {})
        const probabilities = Object.fromEntries(
          levels.map((_, index) => [String(index), shared(levels.length)[index]])
        )
        const legend = Object.fromEntries(levels.entries())
        answers[id] = { type, score: 0.375, legend, probabilities, confidence: 0.5, ...beside }
      }
    }
    return ok({
      id: "decision-71ab",
      object: "structured_decision",
      created: 1_760_000_000,
      model: body.model,
      answers,
      usage: { input_tokens: 120, output_tokens: 0 },
      ...(massOf !== undefined && where === "diagnostics" ? { diagnostics } : {})
    })
  }
