/**
 * Order numbers, ids, e-mail addresses, long digit runs (zip codes, tracking numbers) and amounts of money. What may begin
 * anywhere is bounded: a model that is stuck on `1,1,1,` must not cost its length squared.
 */
const FACT =
  /#?\bW\d{4,}\b|\b[a-z]+(?:_[a-z]+)*_\d{3,}\b|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|[$€£]\s?\d[\d,]*(?:\.\d+)?|\b\d[\d,]{0,20}\.\d{2}\b|\b\d{4,}\b/gi

/** "My name is X Y", "I'm X Y": a name that a person gives. */
const FULL_NAME = /(?:[Mm]y name(?: is|'s)|I am|I'm|[Tt]his is|[Ii]t's)\s+(\p{Lu}[\p{L}'-]+(?:\s+\p{Lu}[\p{L}'-]+)+)/gu

const bare = (text: string) => text.toLowerCase().replaceAll(/[#$€£,\s]/g, "")

/** What a person can know: made once for many lines. */
export interface KnownFacts {
  readonly bare: string
  readonly text: string
}

export const knownFacts = (source: string): KnownFacts => ({ bare: bare(source), text: source.toLowerCase() })

/** Ids, amounts and full names in `text` that are not known: what a person must have made up. */
export const foreignFacts = (text: string, known: KnownFacts): ReadonlyArray<string> => {
  const facts = (text.match(FACT) ?? []).map((fact) => fact.replace(/[.,]$/, ""))
  const names = [...text.matchAll(FULL_NAME)].map((match) => match[1] ?? "")
  const isKnownName = (name: string) => name.split(/\s+/).every((part) => known.text.includes(part.toLowerCase()))
  return [
    ...new Set([
      ...facts.filter((fact) => !known.bare.includes(bare(fact))),
      ...names.filter((name) => !isKnownName(name))
    ])
  ]
}
