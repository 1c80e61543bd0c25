import { embeddings, openAiManner, refusal, systemOne } from "./openai-wire.ts"
import { ok, type Reply, serve } from "./serve.ts"
import { bestOf, inferenceOf, relevanceOf, toxicityOf } from "./values.ts"

export interface VllmOptions {
  readonly model: string
  /** What the served name stands for. */
  readonly root?: string
  readonly key?: string
  /** id2label of the model. */
  readonly labels?: ReadonlyArray<string>
  readonly massOf?: (id: string) => number
  /** Started with `--chat-template`. */
  readonly template?: boolean
}

interface ClassifyBody {
  readonly input?: ReadonlyArray<string>
  readonly messages?: ReadonlyArray<{ readonly role: string; readonly content: string }>
}

interface ScoreBody {
  readonly queries: ReadonlyArray<string>
  readonly documents: ReadonlyArray<string>
}

/** Tokens of a cased WordPiece model, for texts of words and full stops. */
const tokensOf = (text: string): ReadonlyArray<string> => [
  "[CLS]",
  ...(text.match(/[A-Za-z]+|\S/g) ?? []).flatMap((word) =>
    word.length > 5 ? [word.slice(0, 3), `##${word.slice(3)}`] : [word]
  ),
  "[SEP]"
]

/** Of [O, B-NAME, I-NAME]: capital letters begin a name, and what a word is cut into goes on with it. */
const tagsOf = (tokens: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<number>> =>
  tokens.map((token, index) => {
    if (token.startsWith("##") && /^[A-Z]/.test(tokens[index - 1] ?? "")) return [0.25, 0.125, 0.625]
    return /^[A-Z]/.test(token) ? [0.125, 0.75, 0.125] : [0.875, 0.0625, 0.0625]
  })

/** vLLM as of 0.32: shapes from vllm/entrypoints, with what a client must not stumble over. */
export const vllmServer = (options: VllmOptions) => {
  const { labels = ["neutral", "toxic"], model } = options
  const classified = (probabilities: ReadonlyArray<number>, index: number) => ({
    index,
    label: labels[bestOf(probabilities)] ?? null,
    probs: probabilities,
    num_classes: probabilities.length
  })
  const listed = (object: string, data: unknown): Reply =>
    ok({
      id: `${object}-9e1d`,
      object: "list",
      created: 1_760_000_000,
      model,
      data,
      usage: { prompt_tokens: 12, total_tokens: 12 }
    })
  return serve(
    {
      "GET /v1/models": () =>
        ok({
          object: "list",
          data: [
            {
              id: model,
              object: "model",
              created: 1_760_000_000,
              owned_by: "vllm",
              root: options.root ?? model,
              parent: null,
              max_model_len: 512,
              permission: []
            }
          ]
        }),
      "POST /v1/embeddings": embeddings(model),
      "POST /v1/systemone": systemOne(options.massOf ?? (() => 0.984375)),
      "POST /classify": ({ input, messages }: ClassifyBody) => {
        if (messages === undefined) return listed("classify", (input ?? []).map(toxicityOf).map(classified))
        if (options.template !== true) {
          const message =
            "As of transformers v4.44, default chat template is no longer allowed, so you must provide a chat template if the tokenizer does not define one."
          return refusal(400, message, "BadRequestError")
        }
        const [premise = "", hypothesis = ""] = messages.map(({ content }) => content)
        return listed("classify", [classified(inferenceOf(premise, hypothesis), 0)])
      },
      "POST /score": ({ documents, queries }: ScoreBody) =>
        listed(
          "score",
          documents.map((document, index) => ({
            index,
            object: "score",
            score: relevanceOf(queries[index] ?? "", document)
          }))
        ),
      "POST /pooling": ({ input }: { readonly input: ReadonlyArray<string> }) =>
        listed(
          "pool",
          input.map((text, index) => ({ index, object: "pooling", data: tagsOf(tokensOf(text)) }))
        ),
      "POST /tokenize": ({ prompt }: { readonly prompt: string }) => {
        const tokens = tokensOf(prompt)
        return ok({
          count: tokens.length,
          max_model_len: 512,
          tokens: tokens.map((_, index) => index),
          token_strs: tokens
        })
      },
      "POST /v1/completions": ({ prompt }: { readonly prompt: ReadonlyArray<string> }) =>
        ok({
          id: "cmpl-5d0e",
          object: "text_completion",
          created: 1_760_000_000,
          model,
          choices: prompt
            .map((text, index) => ({
              index,
              text: " the",
              logprobs: null,
              finish_reason: "length",
              stop_reason: null,
              // A word a token, each half as probable as the one before.
              prompt_logprobs: [
                null,
                ...text.split(" ").map((word, position) => ({
                  [String(word.length)]: { logprob: -(position + 1) / 2, rank: position + 1, decoded_token: word }
                }))
              ]
            }))
            .toReversed(),
          usage: { prompt_tokens: 6, total_tokens: 8, completion_tokens: 2 }
        })
    },
    openAiManner(options.key)
  )
}
