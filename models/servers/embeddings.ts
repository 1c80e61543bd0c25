import { Effect } from "effect"
import { z } from "zod"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import type { Call } from "./call.ts"
import { inOrder } from "./in-order.ts"
import { MOST_INPUTS, type Route } from "./shape.ts"

const ROUTE = "/v1/embeddings"

const EmbeddingList = z.object({
  data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.number()).min(1) }))
})

/** OpenAI's POST /v1/embeddings. Vectors are as the server gives them, of length 1 or not. */
export const openAiEmbeddings: Route<"embedding"> = ({ call, served }) => ({
  inputs: MOST_INPUTS,
  run: (texts) =>
    call.post(ROUTE, { model: served.id, input: texts, encoding_format: "float" }, EmbeddingList).pipe(
      Effect.flatMap(({ data }) => inOrder(call, ROUTE, data, texts.length)),
      Effect.flatMap((ordered) =>
        oneWidth(
          call,
          ROUTE,
          ordered.map(({ embedding }) => embedding)
        )
      )
    )
})

/** Vectors of different widths cannot be compared: two models answered, or one is broken. */
export const oneWidth = (
  call: Call,
  route: string,
  vectors: ReadonlyArray<ReadonlyArray<number>>
): Effect.Effect<ReadonlyArray<ReadonlyArray<number>>, CapabilityError> => {
  const widths = new Set(vectors.map((vector) => vector.length))
  if (widths.size <= 1) return Effect.succeed(vectors)
  return call.fail("bad_output", `answered ${route} with vectors of different widths: ${[...widths].join(", ")}.`)
}
