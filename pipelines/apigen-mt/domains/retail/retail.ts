import { Effect } from "effect"
import type { Environment } from "../../../../stages/environment.ts"
import { type Database, State } from "../../../../stages/state.ts"
import type { Domain, Profile } from "../domain.ts"
import { retailDatabase } from "./database.ts"
import { retailGraph, retailWriteEdges } from "./graph.ts"
import { loadRetailDatabase, type RetailDataError } from "./load.ts"
import { retailPolicy, retailRules } from "./policy.ts"
import { retailPolicyTests } from "./policy-tests/policy-tests.ts"
import { readsFor } from "./scenario/reads-for.ts"
import { scenarioFinder } from "./scenario/scenario.ts"
import { retailTools } from "./tools/tools.ts"

/** Lists without a meaningful order. The benchmark's hash minds their order; the tolerant one does not. */
const unordered = [
  "orders",
  "items",
  "item_ids",
  "tracking_id",
  "fulfillments",
  "payment_history",
  "return_items",
  "exchange_items",
  "exchange_new_items"
]

const retailOver = (database: Database, profile: Profile): Domain => {
  const environment: Environment = { tools: retailTools(profile), initial: State.of(database, { unordered }) }
  return {
    name: "retail",
    profile,
    policy: retailPolicy,
    rules: retailRules,
    environment,
    policyTests: retailPolicyTests,
    graph: retailGraph,
    writeEdges: retailWriteEdges,
    feedbackRounds: 3,
    scenario: scenarioFinder(environment, retailPolicyTests),
    readsFor: (userId, actions) => readsFor(environment.initial, userId, actions)
  }
}

/**
 * tau-bench's retail domain over an invented shop. Equal seeds give equal databases, whatever the profile. Takes about
 * 50 ms; the first hash of a state about as much again.
 */
export const retail = (options: { readonly seed: string; readonly profile: Profile }): Domain =>
  retailOver(retailDatabase(options.seed), options.profile)

/** The same over a folder in the benchmark's layout (users.json, products.json, orders.json). Fails with RetailDataError. */
export const retailFromFolder = (options: {
  readonly folder: string
  readonly profile: Profile
}): Effect.Effect<Domain, RetailDataError> =>
  Effect.map(loadRetailDatabase(options.folder), (database) => retailOver(database, options.profile))
