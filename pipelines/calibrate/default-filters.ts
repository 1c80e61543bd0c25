import { filters } from "../../stages/filters/registry.ts"

/**
 * Filters that are measured where nobody names any, with their default options: all rules; of the others those whose defaults say all
 * that they need, and whose roles have somebody to ask. Roles without a model have the lexical one, so that a user sees what that is
 * worth; `judge` costs money and `reward` has no lexical model, so these two come only where a model was named for them.
 */
export const defaultFilters = (named: ReadonlySet<string>): Readonly<Record<string, Record<string, unknown>>> =>
  Object.fromEntries(
    filters
      .filter(
        ({ asks, options }) =>
          options.safeParse({}).success &&
          asks.every((role) => (role !== "judge" && role !== "reward") || named.has(role))
      )
      .map(({ name }) => [name, {}])
  )
