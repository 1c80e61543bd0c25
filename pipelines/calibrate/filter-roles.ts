import type { LocalRole } from "../../schemas/capability.ts"
import { filters } from "../../stages/filters/registry.ts"

/** Whom filters ask: roles of local models, and `judge`, which is a chat model. Filters that are not here are rules. */
const ROLES: Readonly<Record<string, ReadonlyArray<LocalRole | "judge">>> = {
  answerability: ["relevance", "decision"],
  "context-drift": ["embedding"],
  contradiction: ["embedding", "entailment"],
  decision: ["decision"],
  grounding: ["embedding", "entailment"],
  injection: ["injection"],
  judge: ["judge"],
  "language-id": ["language"],
  perplexity: ["perplexity"],
  "personal-data-model": ["personal-data"],
  reward: ["reward"],
  safety: ["safety"],
  toxicity: ["toxicity"]
}

export const isRule = (filter: string): boolean => !Object.hasOwn(ROLES, filter)

/**
 * Filters that are measured where nobody names any, with their default options: all rules; of the others those whose defaults say all
 * that they need, and whose roles have somebody to ask. Roles without a model have the lexical one, so that a user sees what that is
 * worth; `judge` costs money and `reward` has no lexical model, so these two come only where a model was named for them.
 */
export const defaultFilters = (named: ReadonlySet<string>): Readonly<Record<string, Record<string, unknown>>> =>
  Object.fromEntries(
    filters
      .filter(({ name, options }) => {
        if (!options.safeParse({}).success) return false
        const roles = Object.hasOwn(ROLES, name) ? (ROLES[name] ?? []) : []
        return roles.every((role) => (role !== "judge" && role !== "reward") || named.has(role))
      })
      .map(({ name }) => [name, {}])
  )
