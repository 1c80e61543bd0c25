import { Effect, Redacted, type Scope } from "effect"
import type { Backends } from "../../../models/capabilities/backend.ts"
import type { CapabilityError, CapabilityErrorKind } from "../../../models/capabilities/capability-error.ts"
import { serverBackend } from "../../../models/servers/backends.ts"
import { type Capability, LocalModelSpec, type LocalRole } from "../../../schemas/capability.ts"

type Input<C extends Capability> = Parameters<Backends[C]["run"]>[0]
type Output<C extends Capability> = Effect.Success<ReturnType<Backends[C]["run"]>>

/** Starts a backend and gives it one batch. */
export const asking =
  (provider: string, model: string, baseUrl: string, more: Partial<Record<keyof LocalModelSpec, unknown>> = {}) =>
  <C extends Capability>(
    capability: C,
    role: LocalRole,
    inputs: Input<C>,
    key?: string
  ): Effect.Effect<Output<C>, CapabilityError, Scope.Scope> =>
    Effect.flatMap(starting(provider, model, baseUrl, more, key)(capability, role), (backend) =>
      (backend.run as (all: Input<C>) => Effect.Effect<Output<C>, CapabilityError>)(inputs)
    )

export const starting =
  (
    provider: string,
    model: string,
    baseUrl: string,
    more: Partial<Record<keyof LocalModelSpec, unknown>> = {},
    key?: string
  ) =>
  <C extends Capability>(capability: C, role: LocalRole): Effect.Effect<Backends[C], CapabilityError, Scope.Scope> =>
    serverBackend(
      capability,
      role,
      LocalModelSpec.parse({ provider, model, baseUrl, concurrency: 2, ...more }),
      key === undefined ? undefined : Redacted.make(key)
    )

/** What an error says, without the port that differs each time. */
export const told = (
  error: CapabilityError
): { readonly kind: CapabilityErrorKind; readonly retryable: boolean; readonly message: string } => ({
  kind: error.kind,
  retryable: error.retryable,
  message: error.message.replace(/127\.0\.0\.1:\d+/, "HOST")
})
