import { openAiEmbeddings } from "./embeddings.ts"
import { openAiDecisions } from "./openai-decisions.ts"
import { fromModelList } from "./served-model.ts"
import type { ServerShape } from "./shape.ts"

/** https://developers.openai.com/api/reference */
export const openai: ServerShape = {
  name: "OpenAI",
  check: () => "Check the address, the network and the proxy.",
  handshake: fromModelList,
  routes: { embedding: openAiEmbeddings, decision: openAiDecisions }
}
