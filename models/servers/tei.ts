import { Effect } from "effect"
import { z } from "zod"
import type { LocalModelSpec } from "../../schemas/capability.ts"
import type { LabelScore } from "../capabilities/backend.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import type { Call } from "./call.ts"
import { oneWidth } from "./embeddings.ts"
import { inOrder, wrongCount } from "./in-order.ts"
import { entailment, ranked, renamed } from "./labels.ts"
import { byQuery } from "./rerank.ts"
import { isModel, otherModel } from "./served-model.ts"
import { MOST_INPUTS, type Place, type Route, type Served, type ServerShape, type Task } from "./shape.ts"

const Info = z.object({
  model_id: z.string(),
  model_sha: z.string().nullish(),
  model_dtype: z.string().nullish().catch(null),
  /** One key: classifier, embedding or reranker, the last being a classifier of one class. */
  model_type: z.record(z.string(), z.unknown()).nullish().catch(null),
  max_input_length: z.int().positive().nullish().catch(null),
  max_client_batch_size: z.int().positive().nullish().catch(null)
})

const TASKS: Readonly<Record<string, ReadonlyArray<Task>>> = {
  classifier: ["classifier", "entailment"],
  embedding: ["embedding"],
  reranker: ["ranking", "classifier"]
}

const handshake = (call: Call, spec: LocalModelSpec): Effect.Effect<Served, CapabilityError> =>
  Effect.flatMap(call.get("/info", Info), (info) => {
    if (!isModel(spec.model, info.model_id)) return otherModel(call, spec, [info.model_id])
    const tasks = TASKS[Object.keys(info.model_type ?? {})[0] ?? ""]
    return Effect.succeed({
      id: info.model_id,
      revision: info.model_sha ?? null,
      dtype: info.model_dtype ?? null,
      maxTokens: info.max_input_length ?? null,
      ...(info.max_client_batch_size ? { inputs: info.max_client_batch_size } : {}),
      ...(tasks === undefined ? {} : { tasks })
    })
  })

/** A text that is cut without a word would be judged by its beginning: longer ones are refused instead. */
const whole = { truncate: false }

const inputs = ({ served }: Place): number => Math.min(MOST_INPUTS, served.inputs ?? MOST_INPUTS)

const embed: Route<"embedding"> = (place) => ({
  inputs: inputs(place),
  run: (texts) =>
    place.call
      .post("/embed", { inputs: texts, normalize: true, ...whole }, z.array(z.array(z.number()).min(1)))
      .pipe(
        Effect.flatMap((vectors) =>
          vectors.length === texts.length
            ? oneWidth(place.call, "/embed", vectors)
            : wrongCount(place.call, "/embed", vectors.length, texts.length)
        )
      )
})

const Predictions = z.array(z.array(z.object({ label: z.string(), score: z.number() })).min(1))

/**
 * Always a list of lists, one or two texts in each: `["a", "b"]` would be one pair and not two texts.
 */
const predict = (
  { call, spec }: Place,
  sequences: ReadonlyArray<ReadonlyArray<string>>
): Effect.Effect<ReadonlyArray<ReadonlyArray<LabelScore>>, CapabilityError> =>
  call
    .post("/predict", { inputs: sequences, raw_scores: false, ...whole }, Predictions)
    .pipe(
      Effect.flatMap((predictions) =>
        predictions.length === sequences.length
          ? Effect.succeed(predictions.map(renamed(spec.labels)))
          : wrongCount(call, "/predict", predictions.length, sequences.length)
      )
    )

const classify: Route<"classifier"> = (place) => ({
  inputs: inputs(place),
  run: (texts) =>
    Effect.map(
      predict(
        place,
        texts.map((text) => [text])
      ),
      (predictions) => predictions.map(ranked)
    )
})

const entails: Route<"entailment"> = (place) => ({
  inputs: inputs(place),
  run: (pairs) =>
    Effect.flatMap(
      predict(
        place,
        pairs.map(({ first, second }) => [first, second])
      ),
      (predictions) => Effect.forEach(predictions, (scores) => entailment(place.call, scores))
    )
})

const Ranks = z.array(z.object({ index: z.int().min(0), score: z.number() }))

const rank: Route<"ranking"> = (place) => ({
  inputs: inputs(place),
  run: byQuery(
    (query, texts) =>
      place.call.post("/rerank", { query, texts, raw_scores: false, return_text: false, ...whole }, Ranks).pipe(
        Effect.flatMap((ranks) => inOrder(place.call, "/rerank", ranks, texts.length)),
        Effect.map((ordered) => ordered.map(({ score }) => score))
      ),
    place.spec.concurrency
  )
})

/** https://huggingface.co/docs/text-embeddings-inference */
export const tei: ServerShape = {
  name: "text-embeddings-inference",
  check: (model) =>
    `Check the address, and that \`text-embeddings-router --model-id ${model}\` runs and has loaded the model.`,
  handshake,
  routes: { embedding: embed, classifier: classify, entailment: entails, ranking: rank }
}
