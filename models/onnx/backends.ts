import { Effect, type Scope } from "effect"
import type { Capability, LocalModelSpec, LocalRole } from "../../schemas/capability.ts"
import type { Backends } from "../capabilities/backend.ts"
import { type CapabilityError, capabilityError } from "../capabilities/capability-error.ts"
import { classifierBackend } from "./classifier.ts"
import { embeddingBackend } from "./embedding.ts"
import { loadModel, type OnnxModel } from "./model.ts"
import { pairBackend } from "./pairs.ts"
import { spanBackend } from "./spans.ts"

type Made = {
  readonly [C in Capability]?: (model: OnnxModel, role: LocalRole) => Effect.Effect<Backends[C], CapabilityError>
}

const MADE: Made = {
  embedding: embeddingBackend,
  classifier: classifierBackend,
  pairs: pairBackend,
  spans: spanBackend
}

/**
 * A capability answered by the ONNX model in the local folder `spec.model`, in this process: embeddings, classifiers, pairs
 * and spans. Nothing is ever fetched. Fails with `missing` (the package, the folder or a file of it), `unsupported` (files that
 * cannot be read, a model without the head that the capability needs, a device that is not there) and `out_of_memory`. The weights are freed when the scope closes.
 */
export const onnxBackend = <C extends Capability>(
  capability: C,
  role: LocalRole,
  spec: LocalModelSpec
): Effect.Effect<Backends[C], CapabilityError, Scope.Scope> => {
  const make = MADE[capability]
  if (make === undefined) {
    return Effect.fail(
      capabilityError(
        "unsupported",
        capability,
        spec.model,
        `${spec.model}: ONNX models answer ${Object.keys(MADE).join(", ")}, not ${capability}: use a GGUF file (llama) or a server for the role ${role}.`
      )
    )
  }
  return Effect.flatMap(loadModel(capability, spec), (model) => make(model, role))
}
