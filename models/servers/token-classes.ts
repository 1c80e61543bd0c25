import { Effect } from "effect"
import { z } from "zod"
import type { Span } from "../capabilities/backend.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import { inOrder } from "./in-order.ts"
import { MOST_INPUTS, type Place, type Route } from "./shape.ts"
import { taggedSpans } from "./tagged-spans.ts"
import { tokenOffsets } from "./token-offsets.ts"

const POOLING = "/pooling"
const TOKENIZE = "/tokenize"

const TokenClasses = z.object({
  data: z.array(z.object({ index: z.int().min(0), data: z.array(z.array(z.number()).min(1)) }))
})

const Tokens = z.object({ token_strs: z.array(z.string()) })

/**
 * vLLM's POST /pooling with `token_classify`: a probability for each label of each token, labels by their number and tokens
 * without their places. `labels` gives the names; POST /tokenize gives the tokens, which are looked for in the text.
 * Two requests' worth a text.
 */
export const tokenClasses: Route<"spans"> = (place) => {
  const { call, served, spec } = place
  return {
    inputs: MOST_INPUTS,
    run: (texts) =>
      call.post(POOLING, { model: served.id, input: texts, task: "token_classify" }, TokenClasses).pipe(
        Effect.flatMap(({ data }) => inOrder(call, POOLING, data, texts.length)),
        Effect.flatMap((ordered) =>
          Effect.forEach(ordered, ({ data, index }) => spansOf(place, texts[index] as string, data), {
            concurrency: spec.concurrency
          })
        )
      )
  }
}

const spansOf = (
  { call, served, spec }: Place,
  text: string,
  rows: ReadonlyArray<ReadonlyArray<number>>
): Effect.Effect<ReadonlyArray<Span>, CapabilityError> => {
  const { labels } = spec
  const odd = rows.find((row) => row.length !== labels?.length)
  if (labels === undefined || odd !== undefined) {
    return call.fail(
      "bad_output",
      `gives ${odd?.length ?? 0} classes by number, and \`labels\` names ${labels?.length ?? 0}: give \`labels\`, which is id2label of the model's config.json, in its order.`
    )
  }
  const body = { model: served.id, prompt: text, add_special_tokens: true, return_token_strs: true }
  return Effect.flatMap(call.post(TOKENIZE, body, Tokens), ({ token_strs: tokens }) => {
    const offsets = tokens.length === rows.length ? tokenOffsets(text, tokens) : undefined
    if (offsets === undefined) {
      return call.fail(
        "bad_output",
        `classified ${rows.length} tokens of a text, and ${TOKENIZE} gives ${tokens.length} that ${tokens.length === rows.length ? "cannot be found in it" : "do not match them"}.`
      )
    }
    return Effect.succeed(
      taggedSpans(
        rows.map((row, position) => {
          const score = Math.max(...row)
          return { offsets: offsets[position], tag: labels[row.indexOf(score)] as string, score }
        })
      )
    )
  })
}
