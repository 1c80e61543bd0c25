/** Order numbers, ids, e-mail addresses, long digit runs (zip codes, tracking numbers) and amounts of money. */
const FACT =
  /#?\bW\d{4,}\b|\b[a-z]+(?:_[a-z]+)*_\d{3,}\b|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[$€£]\s?\d[\d,]*(?:\.\d+)?|\b\d[\d,]*\.\d{2}\b|\b\d{4,}\b/gi

/** "My name is X Y", "I'm X Y": a name that a person gives. */
const FULL_NAME = /(?:[Mm]y name(?: is|'s)|I am|I'm|[Tt]his is|[Ii]t's)\s+(\p{Lu}[\p{L}'-]+(?:\s+\p{Lu}[\p{L}'-]+)+)/gu

const bare = (text: string) => text.toLowerCase().replaceAll(/[#$€£,\s]/g, "")

/** Ids, amounts and full names in `text` that `source` does not hold: what a person cannot know and must have made up. */
export const foreignFacts = (text: string, source: string): ReadonlyArray<string> => {
  const known = bare(source)
  const facts = [...text.matchAll(FACT)].map((match) => match[0].replace(/[.,]$/, ""))
  const words = new Set(source.toLowerCase().match(/[\p{L}'-]+/gu) ?? [])
  const names = [...text.matchAll(FULL_NAME)].map((match) => match[1] ?? "")
  return [
    ...new Set([
      ...facts.filter((fact) => !known.includes(bare(fact))),
      ...names.filter((name) => !name.split(/\s+/).every((part) => words.has(part.toLowerCase())))
    ])
  ]
}
