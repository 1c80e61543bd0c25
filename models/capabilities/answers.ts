import type { ModelCard } from "../../schemas/model-card.ts"

/** Answers in the order of what was asked, and who gave them. */
export interface Answers<A> {
  readonly card: ModelCard
  readonly results: ReadonlyArray<A>
}
