import type { ModelCard } from "../../schemas/model-card.ts"
import type { Finding, Judged } from "./filter.ts"

/** The verdict on one part of a dialogue (a message, a pair, a question), and what to say where it is not `pass`. */
export interface Rated {
  readonly verdict: Judged["verdict"]
  readonly finding: Finding
}

/** A dialogue is as bad as its worst part; the findings are those of all parts that are as bad. */
export const judgedByWorst = (
  filter: string,
  rated: ReadonlyArray<Rated>,
  score: number | null,
  model: ModelCard | null
): Judged => {
  const verdict = (["reject", "unsure"] as const).find((each) => rated.some((part) => part.verdict === each)) ?? "pass"
  const worst = rated.filter((part) => verdict !== "pass" && part.verdict === verdict)
  return { filter, verdict, findings: worst.map(({ finding }) => finding), score, model }
}

/** Nothing there that the filter is about. */
export const nothingToJudge = (filter: string): Judged => ({
  filter,
  verdict: "pass",
  findings: [],
  score: null,
  model: null
})
