import type { JsonObject } from "../../schemas/json.ts"
import type { Simulated } from "../pipeline.ts"
import type { JudgeBackstage } from "./trial-phase.ts"

/** Chance that the simulated judge overlooks a planted defect, and that it finds fault with a clean row. */
const MISSES = 0.25
const FALSE_ALARMS = 0.05

/** A judge who knows what was planted and errs at known rates, so that a run without any model shows what a measured one looks like. */
export const simulatedJudge: Simulated[string] = ({ backstage, random, request }) => {
  const { planted } = backstage as JudgeBackstage
  const isBad = planted === null ? random.boolean(FALSE_ALARMS) : !random.boolean(MISSES)
  const rating = isBad ? random.integer(2, 6) : random.integer(7, 10)
  const criteria = criteriaOf(request.response?.schema)
  return {
    content: JSON.stringify(
      criteria === null
        ? { reason: "Simulated.", rating }
        : { reason: "Simulated.", scores: Object.fromEntries(criteria.map((name) => [name, rating / 10])) }
    )
  }
}

/** Names of the criteria that are asked for one by one; null where one number is. */
const criteriaOf = (schema: JsonObject | undefined): ReadonlyArray<string> | null => {
  const { scores } = (schema?.properties ?? {}) as { readonly scores?: { readonly properties?: JsonObject } }
  return scores?.properties === undefined ? null : Object.keys(scores.properties)
}
