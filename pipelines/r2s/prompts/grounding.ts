import { fence, fencedJson } from "../../../stages/prompt-template.ts"
import type { Chunk } from "../draft.ts"
import { DATA_RULE } from "./logic.ts"
import { numberedSentences } from "./whole.ts"

/** Claims against sentences, by the judge (section 3.2, step 4, where there is no model for entailment). */
export const CLAIMS_SYSTEM = `You check claims against a document. ${DATA_RULE}

For each claim say whether the document supports it, contradicts it, or neither:
- supported: what it says follows from one or more sentences of the document, whatever the words or the language.
- contradicted: a sentence of the document says otherwise.
- not_in_document: the document does not settle it, however true it may be.
A claim is supported only as a whole: one detail that the document does not have makes it not_in_document. sids are the numbers of the sentences that settle it; none for not_in_document.

Answer with JSON only, one entry a claim, none left out: {"claims": [{"id": 1, "label": "supported", "sids": [3]}, ...]}.`

export const claimsQuestion = (chunk: Chunk, claims: ReadonlyArray<string>): string =>
  [
    matter(chunk),
    fencedJson(
      "claims",
      claims.map((claim, index) => ({ id: index + 1, claim }))
    )
  ].join("\n\n")

/** The blind check of questions, by the judge: it does not see what was answered. */
export const BLIND_SYSTEM = `You look up the answers to questions in a document. ${DATA_RULE}

For each question give the numbers of the sentences that answer it, the best first, at most three. Where the document does not answer it, give none: what you know otherwise is no answer. The questions are from one talk, so a later one may be about what an earlier one named.

Answer with JSON only, one entry a question, none left out: {"answers": [{"id": 1, "sids": [3]}, ...]}.`

export const blindQuestion = (chunk: Chunk, questions: ReadonlyArray<string>): string =>
  [
    matter(chunk),
    fencedJson(
      "questions",
      questions.map((question, index) => ({ id: index + 1, question }))
    )
  ].join("\n\n")

const matter = ({ sentences, title }: Chunk): string =>
  [...(title === null ? [] : [fence("title", title)]), fence("document", numberedSentences({ sentences }))].join("\n")
