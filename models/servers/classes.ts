import { Effect } from "effect"
import { z } from "zod"
import type { Json } from "../../schemas/json.ts"
import { eachAlone, inOrder } from "./in-order.ts"
import { entailment, named } from "./labels.ts"
import { MOST_INPUTS, type Place, type Route } from "./shape.ts"

const ClassList = z.object({
  data: z.array(
    z.object({
      index: z.int().min(0),
      /** Of the most probable class alone. */
      label: z.string().nullish(),
      probs: z.array(z.number()).min(1)
    })
  )
})

const ask = ({ call, served, spec }: Place, route: string, body: { readonly [key: string]: Json }, count: number) =>
  call.post(route, { model: served.id, ...body }, ClassList).pipe(
    Effect.flatMap(({ data }) => inOrder(call, route, data, count)),
    Effect.flatMap((ordered) => Effect.forEach(ordered, ({ label, probs }) => named(call, spec.labels, label, probs)))
  )

/** vLLM's /classify and SGLang's /v1/classify: one shape. Scores are sigmoid or softmax, as the model's config says. */
export const classes =
  (route: string): Route<"classifier"> =>
  (place) => ({ inputs: MOST_INPUTS, run: (texts) => ask(place, route, { input: texts }, texts.length) })

/**
 * Premise and hypothesis as a conversation of two messages, one request a pair: this route takes no pairs, and only whoever
 * starts the server knows how its model wants them joined (`--chat-template`). Without a template the server refuses.
 */
export const entailmentByMessages =
  (route: string): Route<"entailment"> =>
  (place) => ({
    inputs: 1,
    run: eachAlone(({ first, second }) => {
      const messages = [
        { role: "user", content: first },
        { role: "assistant", content: second }
      ]
      return ask(place, route, { messages, add_special_tokens: true }, 1).pipe(
        Effect.flatMap(([scores]) => entailment(place.call, scores ?? []))
      )
    }, place.spec.concurrency)
  })
