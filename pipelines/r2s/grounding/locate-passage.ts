import { Effect } from "effect"
import { foundSpan } from "../../../stages/filters/found-span.ts"
import type { R2sConfig } from "../config.ts"
import type { Chunk, DraftRound } from "../draft.ts"
import type { FoundMatch } from "../tables.ts"

/** A passage as code finds it in the chunk: offsets are into its body. */
export interface Located {
  readonly match: FoundMatch
  /** Sentences that hold it, by their numbers. */
  readonly sids: ReadonlyArray<number>
  /** Null where it is missing, or where there is none. */
  readonly start: number | null
  readonly end: number | null
  /** Of the passage with what stands there, 0 to 1; null where there is none. */
  readonly similarity: number | null
}

const NONE: Located = { match: "none", sids: [], start: null, end: null, similarity: null }

/**
 * Where the passage of a round stands in its chunk (section 3.2, step 1): word for word, nearly so, or by meaning. What the model says of
 * its sentences plays no part. Only a passage whose words are not there costs a call of role `embedding`.
 */
export const locatePassage = Effect.fnUntraced(function* (
  { found }: Pick<DraftRound, "found">,
  { body, sentences }: Pick<Chunk, "body" | "sentences">,
  options: R2sConfig["found"]
) {
  if (found === null) return NONE
  const { end, match, similarity, start } = yield* foundSpan(found, body, options)
  if (start === null || end === null) return { ...NONE, match, similarity }
  const sids = sentences.filter((sentence) => sentence.start < end && sentence.end > start).map(({ sid }) => sid)
  return { match, sids, start, end, similarity } satisfies Located
})
