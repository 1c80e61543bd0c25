import type { Effect } from "effect"
import type { Finding } from "../../../stages/filters/filter.ts"
import { hardFacts } from "../../../stages/filters/hard-facts.ts"
import { findingsOfRule } from "../checks/house-rule.ts"
import type { Chunk, DraftRound } from "../draft.ts"

const rule = hardFacts.make(hardFacts.options.parse({}))
/** Names and titles are other words in another language; figures are not. */
const acrossLanguages = hardFacts.make(hardFacts.options.parse({ kinds: ["number", "date", "link", "identifier"] }))

/**
 * Hard facts in B's turns that stand neither in the chunk nor in what was said before (section 3.2, step 3): F_UNSUPPORTED_FACT. The
 * same year in words is the same fact. In Chinese names count only in title marks. Needs no model.
 */
export const unsupportedFacts = (
  rounds: ReadonlyArray<DraftRound>,
  { body, title }: Pick<Chunk, "body" | "title">,
  { crossLingual }: { readonly crossLingual: boolean }
): Effect.Effect<ReadonlyArray<Finding>> =>
  findingsOfRule(crossLingual ? acrossLanguages : rule, "F_UNSUPPORTED_FACT", rounds, {
    sources: title === null ? [body] : [title, body]
  })
