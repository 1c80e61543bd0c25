import type { ModelCard } from "../../schemas/model-card.ts"

/** Raised with every change that gives another answer to the same question. */
export const LEXICAL_REVISION = "1"

/** Every lexical model, whatever its role. */
export const LEXICAL_CARD: ModelCard = {
  id: "lexical",
  revision: LEXICAL_REVISION,
  backend: "lexical",
  dtype: null,
  max_tokens: null
}
