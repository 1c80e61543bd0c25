import { Effect } from "effect"
import type { z } from "zod"
import { type FilterKind, type FilterSubject, type Finding, filterKind, judgedBy } from "./filter.ts"

/** A filter without a model: what it finds in a dialogue follows from the dialogue and the options alone. */
export const ruleFilter = <S extends z.ZodObject>(rule: {
  readonly name: string
  readonly description: string
  readonly codes: Readonly<Record<string, string>>
  readonly options: S
  /** CPU milliseconds a dialogue, in orders of magnitude. */
  readonly cost: number
  /** Called once with the options, then for each dialogue. */
  readonly find: (options: z.output<S>) => (subject: FilterSubject) => ReadonlyArray<Finding>
}): FilterKind<S, never> =>
  filterKind({
    name: rule.name,
    asks: [],
    description: rule.description,
    codes: rule.codes,
    options: rule.options,
    make: (options) => {
      const find = rule.find(options)
      return {
        name: rule.name,
        cost: rule.cost,
        judge: (subject) => Effect.sync(() => judgedBy(rule.name, find(subject)))
      }
    }
  })

/** The beginning of a text, as evidence that stays short. */
export const excerpt = (text: string, characters = 120): string =>
  text.length <= characters ? text : `${text.slice(0, characters)}…`
