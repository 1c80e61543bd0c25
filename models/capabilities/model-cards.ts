import { Context } from "effect"
import type { LocalRole } from "../../schemas/capability.ts"
import type { ModelCard } from "../../schemas/model-card.ts"

/**
 * Who answers each role: effect/ai's EmbeddingModel and DecisionModel do not say which model they are. Loading a model to
 * learn its card may fail, so a card is known once its role has answered, or has been probed.
 */
export class ModelCards extends Context.Service<
  ModelCards,
  { readonly of: (role: LocalRole) => ModelCard | undefined }
>()("dialoom/models/ModelCards") {}
