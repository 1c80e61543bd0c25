import { Context, type Effect } from "effect"
import type { Answers } from "./answers.ts"
import type { Span } from "./backend.ts"
import type { CapabilityError } from "./capability-error.ts"

export type SpanRole = "personal-data"

/** Stretches of a text with labels: personal data, entities. */
export class SpanTagger extends Context.Service<
  SpanTagger,
  {
    /** For each text its spans, in order of their start; they do not overlap. No paid calls. */
    readonly tag: (
      role: SpanRole,
      texts: ReadonlyArray<string>
    ) => Effect.Effect<Answers<ReadonlyArray<Span>>, CapabilityError>
  }
>()("dialoom/models/SpanTagger") {}
