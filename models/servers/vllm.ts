import { Effect } from "effect"
import { z } from "zod"
import { classes, entailmentByMessages } from "./classes.ts"
import { openAiEmbeddings } from "./embeddings.ts"
import { inOrder } from "./in-order.ts"
import { promptLogprobs } from "./prompt-logprobs.ts"
import { scored } from "./rerank.ts"
import { fromModelList } from "./served-model.ts"
import { MOST_INPUTS, type Route, type ServerShape } from "./shape.ts"
import { systemOne } from "./system-one.ts"
import { tokenClasses } from "./token-classes.ts"

const SCORE = "/score"

const ScoreList = z.object({ data: z.array(z.object({ index: z.int().min(0), score: z.number() })) })

/** Pairs zipped: the nth query with the nth document. How the two are joined is the server's to know (`--chat-template`). */
const scores: Route<"ranking"> = ({ call, served }) => ({
  inputs: MOST_INPUTS,
  run: (pairs) => {
    const body = {
      model: served.id,
      queries: pairs.map(({ first }) => first),
      documents: pairs.map(({ second }) => second)
    }
    return call.post(SCORE, body, ScoreList).pipe(
      Effect.flatMap(({ data }) => inOrder(call, SCORE, data, pairs.length)),
      Effect.map((ordered) => ordered.map(({ score }) => scored(score)))
    )
  }
})

/** https://docs.vllm.ai/en/latest/serving/online_serving/ */
export const vllm: ServerShape = {
  name: "vLLM",
  check: (model) => `Check the address, and that \`vllm serve ${model}\` runs and has loaded the model.`,
  handshake: fromModelList,
  routes: {
    embedding: openAiEmbeddings,
    decision: systemOne,
    classifier: classes("/classify"),
    entailment: entailmentByMessages("/classify"),
    ranking: scores,
    spans: tokenClasses,
    sequence: promptLogprobs
  }
}
