import { Effect, type Scope } from "effect"
import type { Capability, LocalModelSpec, LocalRole } from "../../schemas/capability.ts"
import type { ApiKey } from "../openai/provider.ts"
import type { Backends } from "./backend.ts"
import { type CapabilityError, capabilityError } from "./capability-error.ts"

/**
 * What every provider's `backends.ts` exports: loads a model, or greets its server, and gives it behind one capability. Frees it with
 * the scope. Fails with `missing`, `unsupported`, `out_of_memory`, `mismatch` or what its server said. Only servers take a key.
 */
export type MakeBackend = <C extends Capability>(
  capability: C,
  role: LocalRole,
  spec: LocalModelSpec,
  key: ApiKey | undefined
) => Effect.Effect<Backends[C], CapabilityError, Scope.Scope>

/** Providers are loaded when the first of their models is. */
const makerOf = (provider: LocalModelSpec["provider"]): Promise<MakeBackend> => {
  switch (provider) {
    case "lexical":
      return import("../lexical/backends.ts").then(({ lexicalBackend }) => lexicalBackend)
    case "onnx":
      return import("../onnx/backends.ts").then(({ onnxBackend }) => onnxBackend)
    case "llama":
      return import("../llama/backends.ts").then(({ llamaBackend }) => llamaBackend)
    case "vllm":
    case "sglang":
    case "tei":
    case "llama-server":
    case "ollama":
    case "openai":
      return import("../servers/backends.ts").then(({ serverBackend }) => serverBackend)
  }
}

/**
 * The backend of a spec, whose revision is the one that the spec insists on; else `mismatch`, before anything is asked of it.
 */
export const loadBackend: MakeBackend = <C extends Capability>(
  capability: C,
  role: LocalRole,
  spec: LocalModelSpec,
  key: ApiKey | undefined
) =>
  Effect.gen(function* () {
    const make = yield* Effect.tryPromise({
      try: () => makerOf(spec.provider),
      catch: (cause) =>
        capabilityError(
          "missing",
          capability,
          spec.model,
          `The provider ${spec.provider} of the role ${role} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
          cause
        )
    })
    const backend = yield* make(capability, role, spec, key)
    const { id, revision } = backend.card
    if (spec.revision === undefined || spec.revision === revision) return backend
    return yield* capabilityError(
      "mismatch",
      capability,
      spec.model,
      revision === null
        ? `The role ${role} insists on revision ${spec.revision}, but ${id} (${spec.provider}) does not say which it is. Take \`revision\` out of its settings, or use a provider that reports it.`
        : `The role ${role} insists on revision ${spec.revision}, but ${id} (${spec.provider}) is ${revision}. Put that one into its settings, or start the other model.`
    )
  })
