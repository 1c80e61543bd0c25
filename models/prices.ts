import { z } from "zod"
import { type ModelSpec, Price } from "../schemas/config.ts"
import type { ModelUse } from "../schemas/run.ts"
import { type ModelsByRole, modelFor } from "./models-by-role.ts"
import table from "./prices.json" with { type: "json" }
import type { Usage } from "./provider.ts"

/** The price list that came with this version of Dialoom: data, dated, to be checked by whoever spends the money. */
export const priceTable = z
  .strictObject({
    version: z.literal(1),
    date: z.iso.date(),
    source: z.string(),
    note: z.string(),
    models: z.record(z.string(), Price)
  })
  .parse(table)

/**
 * What a million tokens of a model cost, or null where nobody knows. Simulated models are free,
 * and so are models in this process unless their settings name a price. A table price holds only
 * for the maker's own endpoint: the same name served elsewhere (a local server, a reseller) has no known price.
 */
export const priceOf = (spec: ModelSpec): ModelUse["price"] => {
  if (spec.provider === "simulated") return { input: 0, cachedInput: 0, output: 0, source: "simulated" }
  if (spec.price !== undefined) return { ...spec.price, source: "settings" }
  if (spec.provider === "llama") return { input: 0, cachedInput: 0, output: 0, source: "in this process" }
  const listed = Object.hasOwn(priceTable.models, spec.model) ? priceTable.models[spec.model] : undefined
  if (listed === undefined || !spec.baseUrls.every((url) => new URL(url).hostname === "api.openai.com")) return null
  return { ...listed, source: `${priceTable.source} ${priceTable.date}` }
}

/** USD of one call. */
export const costOf = (price: Price, usage: Usage): number => {
  const cached = Math.min(usage.cached, usage.prompt)
  const { cachedInput, input, output } = price
  return ((usage.prompt - cached) * input + cached * cachedInput + usage.completion * output) / 1_000_000
}

/** Models among the roles' without a known price. Where there is a cap in USD, these must be refused before any call. */
export const modelsWithoutPrice = (models: ModelsByRole, roles: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(
    roles
      .map((role) => modelFor(models, role))
      .filter((spec) => priceOf(spec) === null)
      .map((spec) => spec.model)
  )
]

/** What `run.json` says of a role's model. */
export const modelUse = (role: string, spec: ModelSpec): ModelUse => ({
  role,
  provider: spec.provider,
  model: spec.model,
  baseUrls: [...spec.baseUrls],
  price: priceOf(spec)
})
