import { Effect } from "effect"
import { z } from "zod"
import type { R2sConfig } from "../config.ts"
import type { Chunk } from "../draft.ts"
import { CLAIMS_SYSTEM, claimsQuestion } from "../prompts/grounding.ts"
import { askJudge, completeness } from "./ask-judge.ts"

const ClaimsReply = z.object({
  claims: z.array(
    z.object({
      id: z.int(),
      label: z.enum(["supported", "contradicted", "not_in_document"]),
      sids: z.array(z.int())
    })
  )
})

/** What the judge says of a claim, in the terms of an entailment model. */
export interface JudgedClaim {
  readonly label: "supported" | "contradicted" | "unsupported"
  readonly entailment: number
  readonly contradiction: number
  readonly sids: ReadonlyArray<number>
}

/**
 * Claims against the sentences of a chunk, by the judge (section 3.2, step 4). What it calls supported has to name its sentences, and they
 * have to be there. One call for all claims of a dialogue; none where there are none.
 */
export const judgedClaims = Effect.fnUntraced(function* (
  claims: ReadonlyArray<string>,
  chunk: Chunk,
  config: R2sConfig
) {
  if (claims.length === 0) return []
  const known = new Set(chunk.sentences.map(({ sid }) => sid))
  const reply = yield* askJudge(config, {
    name: "claims",
    system: CLAIMS_SYSTEM,
    user: claimsQuestion(chunk, claims),
    schema: ClaimsReply,
    check: (value) => [
      ...completeness(value.claims, claims.length, known, "/claims"),
      ...value.claims.flatMap(({ label, sids }, index) =>
        label !== "not_in_document" && sids.length === 0
          ? [{ pointer: `/claims/${index}/sids`, message: `${label} by which sentences?` }]
          : []
      )
    ]
  })
  const byId = new Map(reply.claims.map((claim) => [claim.id, claim]))
  return claims.map((_, index): JudgedClaim => {
    const { label = "not_in_document", sids = [] } = byId.get(index + 1) ?? {}
    return {
      label: label === "not_in_document" ? "unsupported" : label,
      entailment: label === "supported" ? 1 : 0,
      contradiction: label === "contradicted" ? 1 : 0,
      sids
    }
  })
})
