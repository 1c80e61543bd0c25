import { Effect, type Scope } from "effect"
import type { ModelSpec } from "../schemas/config.ts"
import { llamaProvider } from "./llama/provider.ts"
import type { ModelError } from "./model-error.ts"
import { type ApiKey, openaiProvider } from "./openai/provider.ts"
import type { Provider } from "./provider.ts"

/** Makes the provider of a model; called once for each model of a run. */
export type Providers = (spec: ModelSpec) => Effect.Effect<Provider, ModelError, Scope.Scope>

/**
 * The providers of a run: the pipeline's simulated models, GGUF files in this process, and OpenAI-compatible endpoints with
 * their keys. `keys` answers the keys of a model, none where its server wants none.
 */
export const providers =
  (options: { readonly simulated: Provider; readonly keys: (spec: ModelSpec) => ReadonlyArray<ApiKey> }): Providers =>
  (spec) => {
    switch (spec.provider) {
      case "simulated":
        return Effect.succeed(options.simulated)
      case "llama":
        return llamaProvider(spec)
      case "openai":
        return openaiProvider(spec, options.keys(spec))
    }
  }
