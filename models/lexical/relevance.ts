import type { LabelScore, Pair } from "../capabilities/backend.ts"
import { terms } from "./words.ts"

/**
 * One label, "score": the share of the query's different terms that the document has, 0 to 1, long words counting more (1 + ln of
 * their letters) since short ones are in everything. 0 for a query without words. What other documents say has no part in it.
 */
export const relevance = ({ first: query, second: document }: Pair): ReadonlyArray<LabelScore> => {
  const held = new Set(terms(document))
  let whole = 0
  let found = 0
  for (const term of new Set(terms(query))) {
    const weight = 1 + Math.log([...term].length)
    whole += weight
    if (held.has(term)) found += weight
  }
  return [{ label: "score", score: whole === 0 ? 0 : found / whole }]
}
