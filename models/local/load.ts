import { Effect } from "effect"
import type { Capability } from "../../schemas/capability.ts"
import { type CapabilityError, capabilityError } from "../capabilities/capability-error.ts"

/** What runs models in this process. Heavy and native, so installed on their own: see package.json beside this file. */
export type LocalPackage = "@huggingface/transformers" | "node-llama-cpp"

/**
 * The exports of an optional package, looked for in `models/local/node_modules` first and in the root's next, as Node
 * looks from this file. `Module` is the part of its types that the caller uses: nothing checks it, so it must fit the
 * exact version in package.json. Fails with `missing` where the package is not installed, and with `unsupported` where it
 * is but cannot start on this machine.
 */
export const loadPackage = <Module>(
  name: LocalPackage,
  capability: Capability,
  model: string
): Effect.Effect<Module, CapabilityError> =>
  Effect.tryPromise({
    // The name is a variable, so that the program type-checks without the package.
    try: () => import(name) as Promise<Module>,
    catch: (cause) =>
      isAbsent(cause, name)
        ? capabilityError(
            "missing",
            capability,
            model,
            `${model}: the package ${name} is not installed: run \`npm run install:local-models\`.`,
            cause
          )
        : capabilityError(
            "unsupported",
            capability,
            model,
            `${model}: the package ${name} is installed but does not start here: ${messageOf(cause)}`,
            cause
          )
  })

/** Whether the package itself is not there, and not something that it needs. */
const isAbsent = (cause: unknown, name: string): boolean =>
  cause instanceof Error &&
  "code" in cause &&
  cause.code === "ERR_MODULE_NOT_FOUND" &&
  cause.message.includes(`'${name}'`)

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
