import { Flag } from "effect/cli"

/** Flags that several commands share. */
export const configFile = Flag.String("config").pipe(
  Flag.withDescription("settings file (default: dialoom.config.ts in this folder, if there is one)"),
  Flag.optional
)
export const model = Flag.String("model").pipe(
  Flag.withDescription("model for every role: simulated, a name from the settings file, or NAME@http://HOST:PORT/v1"),
  Flag.optional
)
export const roles = Flag.KeyValuePair("role").pipe(
  Flag.withDescription("model for one role, as agent=NAME; may be given several times"),
  Flag.withDefault({})
)
export const local = Flag.KeyValuePair("local").pipe(
  Flag.withDescription(
    "local model of a filter's role, as embedding=onnx:FOLDER, perplexity=llama:FILE or toxicity=tei:NAME@http://HOST:PORT"
  ),
  Flag.withDefault({})
)
export const concurrency = Flag.Int("concurrency").pipe(
  Flag.withDescription("most calls in flight for each model, and items worked on at a time"),
  Flag.optional
)

/** Of every command that asks models. */
export const modelFlags = { config: configFile, model, roles, local, concurrency }
