/** Probabilities of labels of which one holds; they sum to 1. */
export const softmax = (logits: ReadonlyArray<number>): ReadonlyArray<number> => {
  const highest = Math.max(...logits)
  const exponentials = logits.map((logit) => Math.exp(logit - highest))
  const sum = exponentials.reduce((total, value) => total + value, 0)
  return exponentials.map((value) => value / sum)
}

/** The probability of a label that holds or not by itself. */
export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit))
