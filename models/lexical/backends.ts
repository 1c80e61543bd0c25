import { Effect } from "effect"
import type { Capability, LocalModelSpec, LocalRole } from "../../schemas/capability.ts"
import type { Backend, Backends } from "../capabilities/backend.ts"
import { type CapabilityError, capabilityError } from "../capabilities/capability-error.ts"
import { decide } from "./decision.ts"
import { embed } from "./embedding.ts"
import { entailment } from "./entailment.ts"
import { injection } from "./injection.ts"
import { identifyLanguage } from "./language.ts"
import { LEXICAL_CARD } from "./lexical-card.ts"
import { scoreSequence } from "./perplexity.ts"
import { personalData } from "./personal-data.ts"
import { relevance } from "./relevance.ts"
import { safety } from "./safety.ts"
import { toxicity } from "./toxicity.ts"

/** Inputs between two turns of the event loop. */
const INPUTS = 64

/** Each answer depends on its own input alone. */
const each = <Input, Output>(answer: (input: Input) => Output): Backend<Input, Output> => ({
  card: LEXICAL_CARD,
  run: (inputs) => Effect.sync(() => inputs.map(answer)),
  batching: { inputs: INPUTS, concurrency: 1 }
})

/** By role. There is no rule of thumb for what a good reply is, so `reward` has none. */
const BY_ROLE: Readonly<Partial<Record<LocalRole, Backends[Capability]>>> = {
  embedding: each(embed),
  decision: each(decide),
  toxicity: each(toxicity),
  safety: each(safety),
  language: each(identifyLanguage),
  injection: each(injection),
  entailment: each(entailment),
  relevance: each(relevance),
  "personal-data": each(personalData),
  perplexity: each(scoreSequence)
}

/**
 * Word lists, patterns and character statistics of this folder: what a role gets that has no model of its own. The same answer
 * everywhere, some 0.1 ms a text, nothing to install; each function says what it cannot do. Fails with `missing` for `reward`.
 */
export const lexicalBackend = <C extends Capability>(
  capability: C,
  role: LocalRole,
  _spec: LocalModelSpec
): Effect.Effect<Backends[C], CapabilityError> => {
  const backend = BY_ROLE[role]
  // LOCAL_ROLES says which capability a role has, and BY_ROLE follows it.
  if (backend !== undefined) return Effect.succeed(backend as Backends[C])
  return Effect.fail(
    capabilityError(
      "missing",
      capability,
      "lexical",
      `There is no lexical model for the role ${role}. Configure one with --local ${role}=PROVIDER:MODEL, such as ${role}=onnx:FOLDER or ${role}=vllm:NAME@http://HOST:PORT.`
    )
  )
}
