import { Context, type Effect } from "effect"
import type { Answers } from "./answers.ts"
import type { LabelScore } from "./backend.ts"
import type { CapabilityError } from "./capability-error.ts"

export type ClassifierRole = "toxicity" | "safety" | "language" | "injection"

/** Fixed labels with scores: toxicity, safety, language, prompt injection. */
export class Classifier extends Context.Service<
  Classifier,
  {
    /** For each text all labels of the role's model, the most probable first. No paid calls. */
    readonly classify: (
      role: ClassifierRole,
      texts: ReadonlyArray<string>
    ) => Effect.Effect<Answers<ReadonlyArray<LabelScore>>, CapabilityError>
  }
>()("dialoom/models/Classifier") {}
