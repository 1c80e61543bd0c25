import { Effect } from "effect"
import { TableReader } from "../../../datasets/table-reader.ts"
import type { R2sConfig } from "../config.ts"

/**
 * What makes a finished run end with exit code 1: more chunks without a usable reply than `maxFailureRate` allows (section 7, item
 * 18), or a document in two splits (item 11), which nothing after this run could put right.
 */
export const problems = ({ maxFailureRate }: R2sConfig) =>
  Effect.gen(function* () {
    const reader = yield* TableReader
    const [rates] = yield* reader.query(
      `SELECT count(*) AS n, count(*) FILTER (outcome = 'failed' OR code LIKE 'E\\_%' ESCAPE '\\') AS failed
       FROM items WHERE phase = 'dialogues'`
    )
    const [n, failed] = [Number(rates?.n ?? 0), Number(rates?.failed ?? 0)]
    const shared = yield* reader.query(
      `SELECT doc_id, string_agg(DISTINCT split, ', ' ORDER BY split) AS splits
       FROM (SELECT doc_id, split FROM documents UNION ALL SELECT doc_id, split FROM dialogues)
       GROUP BY doc_id HAVING count(DISTINCT split) > 1 ORDER BY doc_id LIMIT 5`
    )
    return [
      ...(n > 0 && failed / n > maxFailureRate
        ? [
            `${failed} of ${n} chunks (${((100 * failed) / n).toFixed(0)} %) ended without a usable reply; maxFailureRate allows ${(100 * maxFailureRate).toFixed(0)} %. The report says by which code: a stronger model, a higher maxTokens or another mode may help. What was accepted is there.`
          ]
        : []),
      ...shared.map(
        ({ doc_id, splits }) => `Document ${doc_id} is in the splits ${splits}: do not train on this dataset.`
      )
    ]
  })
