/** What the simulated models think of texts: simple enough to be known in a test, exact in binary. */

export const vectorOf = (text: string): ReadonlyArray<number> => [text.length, text.codePointAt(0) ?? 0, 0.5]

/** Of [neutral, toxic]. */
export const toxicityOf = (text: string): ReadonlyArray<number> =>
  text.includes("idiot") ? [0.125, 0.875] : [0.75, 0.25]

/** Of [contradiction, neutral, entailment]. */
export const inferenceOf = (premise: string, hypothesis: string): ReadonlyArray<number> => {
  if (hypothesis.includes("not")) return [0.75, 0.1875, 0.0625]
  return premise.startsWith(hypothesis) ? [0.0625, 0.1875, 0.75] : [0.125, 0.75, 0.125]
}

/** Longer documents are more relevant, whatever the query. */
export const relevanceOf = (_query: string, document: string): number => document.length / 64

export const bestOf = (probabilities: ReadonlyArray<number>): number =>
  probabilities.indexOf(Math.max(...probabilities))
