import { Effect, type Scope } from "effect"
import type { Capability, LocalModelSpec, LocalRole } from "../../schemas/capability.ts"
import type { ModelCard } from "../../schemas/model-card.ts"
import type { Backends } from "../capabilities/backend.ts"
import { type CapabilityError, capabilityError } from "../capabilities/capability-error.ts"
import { decisionBackend } from "./decision.ts"
import { embeddingBackend } from "./embedding.ts"
import { type LoadedModel, loadModel } from "./load-model.ts"
import { relevanceBackend } from "./relevance.ts"
import { sequenceBackend } from "./sequence.ts"

/** Hexadecimal digits of a file's hash that name a revision: chance never gives two files the same 16. */
const REVISION_DIGITS = 16

type Open<C extends Capability> = (
  loaded: LoadedModel,
  card: ModelCard,
  maxTokens: number | undefined
) => Effect.Effect<Backends[C], CapabilityError, Scope.Scope>

const OPEN: { readonly [C in Capability]?: Open<C> } = {
  embedding: embeddingBackend,
  decision: decisionBackend,
  pairs: relevanceBackend,
  sequence: sequenceBackend
}

/**
 * A GGUF file in this process: embeddings, decisions, relevance (where it is a reranker) and probabilities of texts. The
 * revision is the beginning of the file's SHA-256. The model leaves memory with the scope. `auto` takes a GPU where one is found; the card says what it runs on.
 *
 * Fails with `missing`, `unsupported` (a damaged file, another architecture, a capability that the model or the library does
 * not have), `out_of_memory`, or `mismatch` where the file is not the revision that was asked for (the beginning of its
 * SHA-256).
 */
export const llamaBackend = Effect.fnUntraced(function* <C extends Capability>(
  capability: C,
  role: LocalRole,
  spec: LocalModelSpec
): Effect.fn.Return<Backends[C], CapabilityError, Scope.Scope> {
  const refuse = (message: string) => capabilityError("unsupported", capability, spec.model, message)
  const open = OPEN[capability] as Open<C> | undefined
  if (open === undefined || (capability === "pairs" && role !== "relevance")) {
    return yield* refuse(`A GGUF in this process cannot answer for "${role}": take the provider onnx, or a server.`)
  }
  const { device } = spec
  if (device === "webgpu") {
    return yield* refuse(`The provider llama does not run on webgpu: take auto, cpu, cuda, vulkan or metal.`)
  }
  if (spec.pooling !== undefined || spec.dtype !== undefined) {
    return yield* refuse(`${spec.model}: a GGUF file decides itself about its pooling and its weights: leave both out.`)
  }
  const loaded = yield* loadModel(capability, { model: spec.model, device })
  const card: ModelCard = {
    id: loaded.file.name,
    revision: loaded.file.sha256.slice(0, REVISION_DIGITS),
    backend: loaded.backend,
    dtype: loaded.dtype,
    max_tokens: null
  }
  return yield* open(loaded, card, spec.maxTokens)
})
