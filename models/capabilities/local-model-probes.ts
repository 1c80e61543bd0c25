import { Context, type Effect } from "effect"
import type { LocalProvider, LocalRole } from "../../schemas/capability.ts"
import type { ModelCard } from "../../schemas/model-card.ts"
import type { CapabilityError } from "./capability-error.ts"

/** Whether the model of a role answers. */
export interface RoleProbe {
  readonly role: LocalRole
  readonly provider: LocalProvider
  /** As it was asked for. */
  readonly model: string
  /** Null where it could not be loaded. */
  readonly card: ModelCard | null
  readonly loadMillis: number | null
  /** Of one short question. */
  readonly answerMillis: number | null
  /** Why it does not answer; null where it does. */
  readonly problem: CapabilityError | null
}

/** Asks a run's own models whether they answer, before the run does: what is loaded stays loaded. */
export class LocalModelProbes extends Context.Service<
  LocalModelProbes,
  {
    /** Loads these roles' models at the same time and asks each one short question. Never fails. */
    readonly probe: (roles: ReadonlyArray<LocalRole>) => Effect.Effect<ReadonlyArray<RoleProbe>>
  }
>()("dialoom/models/LocalModelProbes") {}
