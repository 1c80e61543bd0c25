import { Data } from "effect"
import type { z } from "zod"
import type { LocalRole } from "../../schemas/capability.ts"
import { nearestName } from "../nearest-name.ts"
import { answerability } from "./answerability.ts"
import { contextDrift } from "./context-drift.ts"
import { contradiction } from "./contradiction.ts"
import { copiedExamples } from "./copied-examples.ts"
import { decision } from "./decision.ts"
import type { Filter, FilterKind, FilterServices } from "./filter.ts"
import { grounding } from "./grounding.ts"
import { hardFacts } from "./hard-facts.ts"
import { injection } from "./injection.ts"
import { judge } from "./judge.ts"
import { language } from "./language.ts"
import { languageId } from "./language-id.ts"
import { length } from "./length.ts"
import { metaTalk } from "./meta-talk.ts"
import { perplexity } from "./perplexity.ts"
import { personalData } from "./personal-data.ts"
import { personalDataModel } from "./personal-data-model.ts"
import { refusal } from "./refusal.ts"
import { repetition } from "./repetition.ts"
import { reward } from "./reward.ts"
import { safety } from "./safety.ts"
import { structure } from "./structure.ts"
import { toolHygiene } from "./tool-hygiene.ts"
import { toxicity } from "./toxicity.ts"

/** There is no such filter, or it has no such option, or an option has no such value. The message lists what there is. */
export class InvalidFilter extends Data.TaggedError("InvalidFilter")<{
  readonly filter: string
  readonly message: string
}> {}

/** A kind of filter whose options are still to be read. */
export interface RegisteredFilter extends Omit<FilterKind, "make"> {
  /** Throws InvalidFilter on options that are not its own. */
  readonly make: (options: unknown) => Filter<FilterServices>
}

const registered = <S extends z.ZodObject, R extends FilterServices>(kind: FilterKind<S, R>): RegisteredFilter => ({
  name: kind.name,
  asks: kind.asks,
  description: kind.description,
  codes: kind.codes,
  options: kind.options,
  make: (options) => {
    const parsed = kind.options.safeParse(options)
    if (parsed.success) return kind.make(parsed.data)
    const known = Object.keys(kind.options.shape)
    const issues = parsed.error.issues.flatMap((issue) => issuesOf(issue, known))
    throw new InvalidFilter({ filter: kind.name, message: `Filter ${kind.name}: ${issues.join("; ")}.` })
  }
})

/** All filters: those without a model first, each sort by name. */
export const filters: ReadonlyArray<RegisteredFilter> = [
  registered(copiedExamples),
  registered(hardFacts),
  registered(language),
  registered(length),
  registered(metaTalk),
  registered(personalData),
  registered(refusal),
  registered(repetition),
  registered(structure),
  registered(toolHygiene),
  registered(answerability),
  registered(contextDrift),
  registered(contradiction),
  registered(decision),
  registered(grounding),
  registered(injection),
  registered(judge),
  registered(languageId),
  registered(perplexity),
  registered(personalDataModel),
  registered(reward),
  registered(safety),
  registered(toxicity)
]

export const filterNames: ReadonlyArray<string> = filters.map(({ name }) => name)

/** The filter of this name with these options, as a config gives them. Throws InvalidFilter, with the nearest name where one is near. */
export const makeFilter = (name: string, options: unknown = {}): Filter<FilterServices> => {
  const kind = filters.find((each) => each.name === name)
  if (kind !== undefined) return kind.make(options)
  throw new InvalidFilter({
    filter: name,
    message: `There is no filter ${JSON.stringify(name)}.${meant(name, filterNames)} There are: ${filterNames.join(", ")}.`
  })
}

const issuesOf = (issue: z.core.$ZodIssue, known: ReadonlyArray<string>): ReadonlyArray<string> => {
  const path = issue.path.join(".")
  if (issue.code !== "unrecognized_keys") return [path === "" ? issue.message : `${path}: ${issue.message}`]
  return issue.keys.map((key) =>
    path === ""
      ? `there is no option ${JSON.stringify(key)}.${meant(key, known)} Options: ${known.join(", ")}`
      : `${path}: there is no ${JSON.stringify(key)}`
  )
}

const meant = (name: string, known: ReadonlyArray<string>): string => {
  const near = nearestName(name, known)
  return near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`
}

/** Whom these filters ask, each once: roles of local models, and `judge`, a chat model. */
export const askedBy = (names: ReadonlyArray<string>): ReadonlyArray<LocalRole | "judge"> => [
  ...new Set(filters.filter(({ name }) => names.includes(name)).flatMap(({ asks }) => asks))
]
