import { Effect, type Scope } from "effect"
import type { ModelCard } from "../../schemas/model-card.ts"
import type { SequenceBackend, SequenceScore } from "../capabilities/backend.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import type { NextToken, Token } from "./library.ts"
import { contextSizeOf, type LoadedModel, openContext } from "./load-model.ts"
import { badNumber, each, oneAtATime } from "./run.ts"

/** Perplexity settles long before this. */
const USUAL_TOKENS = 2_048
/** Every token of a batch keeps its logits over the whole vocabulary: 128 of 262,144 words are 134 MB. */
const BATCH_TOKENS = 128
/** The token for the beginning of a text, and the place that the library keeps free. */
const RESERVED_TOKENS = 3

/**
 * Natural logarithms of the probability of each token after those before it, summed. The file's token for the beginning of a
 * text, where it has one, stands before the first: then all tokens of the text are scored, else all but the first.
 *
 * The library sums the weights of the vocabulary in 32 bits: within 0.0005 of exact a token.
 */
export const sequenceBackend = Effect.fnUntraced(function* (
  loaded: LoadedModel,
  card: ModelCard,
  maxTokens: number | undefined
): Effect.fn.Return<SequenceBackend, CapabilityError, Scope.Scope> {
  const { model } = loaded
  const contextSize = contextSizeOf(loaded, maxTokens, USUAL_TOKENS)
  const context = yield* openContext("sequence", loaded, () =>
    model.createContext({ sequences: 1, contextSize, batchSize: BATCH_TOKENS, failedCreationRemedy: false })
  )
  const sequence = context.getSequence()
  const { bos } = model.tokens
  const score = async (text: string): Promise<SequenceScore | CapabilityError> => {
    const tokens = model.tokenize(text)
    if (bos !== null) tokens.unshift(bos)
    await sequence.clearHistory()
    const results = await sequence.controlledEvaluate(
      tokens.map((token, index) => {
        const next = tokens[index + 1]
        // Only the wanted logit crosses into JavaScript, and with it the greatest, which the total is relative to: at
        // temperature 0, the library's default, that is the selected one.
        return next === undefined
          ? token
          : [
              token,
              {
                generateNext: { logits: { filter: { tokens: [next], includeSelected: true } }, totalLogitWeight: true }
              }
            ]
      })
    )
    let logProbability = 0
    for (let index = 1; index < tokens.length; index++) {
      logProbability += logProbabilityOf(tokens[index] as Token, results[index - 1])
    }
    return Number.isFinite(logProbability)
      ? { tokens: Math.max(0, tokens.length - 1), logProbability: Math.min(0, logProbability) }
      : badNumber("sequence", card.id, "a probability")
  }
  return {
    card: { ...card, max_tokens: contextSize - RESERVED_TOKENS },
    batching: oneAtATime((text) => model.tokenize(text).length),
    run: each("sequence", card.id, score)
  }
})

/** NaN where the library did not say. */
const logProbabilityOf = (token: Token, result: NextToken | undefined): number => {
  const logits = result?.next.logits
  const total = result?.next.totalLogitWeight
  if (logits === undefined || total === undefined) return Number.NaN
  return (logits.get(token) ?? Number.NaN) - Math.max(...logits.values()) - Math.log(total)
}
