import { Effect, Redacted, type Scope } from "effect"
import { Pool } from "undici"
import type { z } from "zod"
import type { Capability, LocalModelSpec } from "../../schemas/capability.ts"
import type { Json } from "../../schemas/json.ts"
import { type CapabilityError, type CapabilityErrorKind, capabilityError } from "../capabilities/capability-error.ts"
import { redactor } from "../openai/redact.ts"
import { jsonIn } from "./json-in.ts"
import { networkFailure } from "./network-failure.ts"
import { statusFailure } from "./status-failure.ts"

/** An answer of this size is an error of the server, and must not fill the memory of a long run. */
const MOST_BYTES = 64 * 1024 * 1024
const CONNECT_TIMEOUT_MILLIS = 30_000

/** One server, asked once a call: no retries. */
export interface Call {
  readonly get: <S extends z.ZodType>(route: string, answer: S) => Effect.Effect<z.output<S>, CapabilityError>
  readonly post: <S extends z.ZodType>(
    route: string,
    body: { readonly [key: string]: Json },
    answer: S
  ) => Effect.Effect<z.output<S>, CapabilityError>
  /** `message` follows the server's name and address. Foreign text in it is made fit to be shown. */
  readonly fail: (kind: CapabilityErrorKind, message: string) => Effect.Effect<never, CapabilityError>
}

/**
 * Kept connections to `spec.baseUrl`, `spec.concurrency` at most, closed with the scope. The key goes into the Authorization
 * header and nowhere else; redirects are not followed. Fails by status, with `timeout` after `spec.timeoutMillis` for the whole
 * answer, `unreachable` where the connection is refused or breaks off, `bad_output` where the body is not what the route gives.
 */
export const connect = Effect.fnUntraced(function* (
  capability: Capability,
  server: { readonly name: string; readonly check: (model: string) => string },
  spec: LocalModelSpec & { readonly baseUrl: string },
  key: Redacted.Redacted<string> | undefined
): Effect.fn.Return<Call, never, Scope.Scope> {
  const secret = key === undefined ? "" : Redacted.value(key)
  const redact = redactor([secret])
  const { origin, pathname } = new URL(spec.baseUrl)
  // "/v1" belongs to the routes, but is what OpenAI-compatible clients are usually given.
  const prefix = pathname.replace(/\/$/, "").replace(/\/v1$/, "")
  const pool = yield* Effect.acquireRelease(
    Effect.sync(
      () =>
        new Pool(origin, {
          connections: spec.concurrency,
          pipelining: 1,
          connectTimeout: CONNECT_TIMEOUT_MILLIS,
          // The deadline below covers headers and body.
          headersTimeout: 0,
          bodyTimeout: 0,
          maxResponseSize: MOST_BYTES
        })
    ),
    (open) => Effect.promise(() => open.destroy())
  )

  const error = (kind: CapabilityErrorKind, message: string) =>
    capabilityError(kind, capability, spec.model, redact(`${server.name} at ${origin}${prefix} ${message}`))
  const fail = (kind: CapabilityErrorKind, message: string) => Effect.fail(error(kind, message))

  const send = (method: "GET" | "POST", route: string, body: string | null) =>
    Effect.tryPromise({
      try: async (signal) => {
        const answer = await pool.request({
          path: `${prefix}${route}`,
          method,
          headers: {
            accept: "application/json",
            ...(body === null ? {} : { "content-type": "application/json" }),
            ...(secret === "" ? {} : { authorization: `Bearer ${secret}` })
          },
          body,
          signal
        })
        return { status: answer.statusCode, retryAfter: answer.headers["retry-after"], text: await answer.body.text() }
      },
      catch: (cause) => {
        const { kind, message } = networkFailure(cause, server.check(spec.model))
        return error(kind, message)
      }
    }).pipe(
      Effect.timeoutOrElse({
        duration: spec.timeoutMillis,
        orElse: () => fail("timeout", `gave no whole answer to ${route} within ${spec.timeoutMillis / 1000} s.`)
      })
    )

  const ask = <S extends z.ZodType>(
    method: "GET" | "POST",
    route: string,
    body: string | null,
    answer: S
  ): Effect.Effect<z.output<S>, CapabilityError> =>
    Effect.flatMap(send(method, route, body), ({ retryAfter, status, text }) => {
      if (status < 200 || status > 299) {
        const failure = statusFailure({ method, route, status, text, retryAfter, spec })
        return fail(failure.kind, failure.message)
      }
      const parsed = answer.safeParse(jsonIn(text))
      if (parsed.success) return Effect.succeed(parsed.data)
      return fail(
        "bad_output",
        `answered ${route} with something else than its protocol says: ${wrong(text, parsed.error)}.`
      )
    })

  return {
    get: (route, answer) => ask("GET", route, null, answer),
    post: (route, body, answer) => ask("POST", route, JSON.stringify(body), answer),
    fail
  }
})

const wrong = (text: string, error: z.ZodError): string => {
  if (jsonIn(text) === undefined) return `no JSON. It begins: ${text.slice(0, 200)}`
  const issue = error.issues[0]
  return `${issue?.path.join(".") || "the whole"}: ${issue?.message ?? "invalid"}`
}
