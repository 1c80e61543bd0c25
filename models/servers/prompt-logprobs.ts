import { Effect } from "effect"
import { z } from "zod"
import type { SequenceScore } from "../capabilities/backend.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import type { Call } from "./call.ts"
import { inOrder } from "./in-order.ts"
import { MOST_INPUTS, type Route } from "./shape.ts"

const ROUTE = "/v1/completions"

/** One token of the prompt: its id, with its logarithm. Null for the first, which nothing comes before. */
const PromptToken = z.record(z.string(), z.object({ logprob: z.number() })).nullable()

const Completions = z.object({
  choices: z.array(z.object({ index: z.int().min(0), prompt_logprobs: z.array(PromptToken).min(1) }))
})

/**
 * vLLM's POST /v1/completions with `prompt_logprobs: 0`, which gives the logarithm of each token of the prompt itself and of no
 * other. One token is generated and thrown away: none is not allowed everywhere. A token that the model begins each text with
 * is the first, so that texts of tokenizers without one lose the score of their first token.
 */
export const promptLogprobs: Route<"sequence"> = ({ call, served }) => ({
  inputs: MOST_INPUTS,
  run: (texts) =>
    call
      .post(ROUTE, { model: served.id, prompt: texts, max_tokens: 1, temperature: 0, prompt_logprobs: 0 }, Completions)
      .pipe(
        Effect.flatMap(({ choices }) => inOrder(call, ROUTE, choices, texts.length)),
        Effect.flatMap((ordered) => Effect.forEach(ordered, (choice) => summed(call, choice.prompt_logprobs)))
      )
})

const summed = (
  call: Call,
  tokens: ReadonlyArray<z.output<typeof PromptToken>>
): Effect.Effect<SequenceScore, CapabilityError> => {
  let logProbability = 0
  for (const [position, token] of tokens.slice(1).entries()) {
    const [own, ...others] = Object.values(token ?? {})
    if (own === undefined || others.length > 0) {
      return call.fail(
        "bad_output",
        `gave ${own === undefined ? "no probability" : "several tokens"} for token ${position + 1} of a text, where prompt_logprobs 0 gives the token itself.`
      )
    }
    logProbability += own.logprob
  }
  // Half precision can make a certain token a little more than certain.
  return Effect.succeed({ tokens: tokens.length - 1, logProbability: Math.min(0, logProbability) })
}
