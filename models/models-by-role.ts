import { ModelSpec } from "../schemas/config.ts"
import { roleNames } from "./role-family.ts"

/** Which model speaks for which role; `default` for every role that is not named. */
export interface ModelsByRole {
  readonly default: ModelSpec
  readonly [role: string]: ModelSpec
}

/** A numbered member of a family of roles (`reviewer-2`) speaks through the family's model where it has none of its own. */
export const modelFor = (models: ModelsByRole, role: string): ModelSpec => {
  const name = roleNames(role).find((candidate) => Object.hasOwn(models, candidate))
  return (name === undefined ? undefined : models[name]) ?? models.default
}

/** The pipeline's own scripted models. They answer at once, so many may be in flight. */
export const simulatedModel: ModelSpec = ModelSpec.parse({
  provider: "simulated",
  model: "simulated",
  concurrency: 256
})
