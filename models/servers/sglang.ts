import { classes } from "./classes.ts"
import { openAiEmbeddings } from "./embeddings.ts"
import { bareRerank } from "./rerank.ts"
import { fromModelList } from "./served-model.ts"
import type { ServerShape } from "./shape.ts"
import { systemOne } from "./system-one.ts"

/** https://docs.sglang.io */
export const sglang: ServerShape = {
  name: "SGLang",
  check: (model) =>
    `Check the address, and that \`python3 -m sglang.launch_server --model-path ${model}\` runs and has loaded the model.`,
  handshake: fromModelList,
  routes: {
    embedding: openAiEmbeddings,
    decision: systemOne,
    classifier: classes("/v1/classify"),
    ranking: bareRerank
  },
  why: { entailment: "Its /v1/classify takes no pairs." }
}
