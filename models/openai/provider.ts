import type { Scope } from "effect"
import { Clock, Effect, Redacted } from "effect"
import OpenAI, { APIError } from "openai"
import type { ModelSpec } from "../../schemas/config.ts"
import { ModelError } from "../model-error.ts"
import type { Provider, ProviderReply, ProviderRequest } from "../provider.ts"
import { countedUsage, tokenCounter } from "../tokens.ts"
import { adjusted, type Dialect, initialDialect } from "./dialect.ts"
import { type Endpoint, endpoints } from "./endpoints.ts"
import { errorIn, type Place } from "./errors-in.ts"
import { redactor } from "./redact.ts"
import { type ReplyIn, replyIn } from "./reply-in.ts"
import { requestOut } from "./request-out.ts"
import { NO_KEY, transport } from "./transport.ts"

/** Any OpenAI-compatible server: OpenAI, vLLM, SGLang, llama.cpp, Ollama, OpenRouter... */
export interface OpenAiProvider extends Provider {
  /** How the model has turned out to want its requests. */
  readonly dialect: () => Dialect
}

export type ApiKey = Redacted.Redacted<string>

/**
 * One model over a pool of endpoints: every base URL with every key. One `complete` is one attempt (a request that the
 * server refuses for its dialect is rewritten and sent again within it: five times at most, once for each difference).
 * Interruption aborts the request. No key is ever part of an error.
 */
export const openaiProvider = Effect.fnUntraced(function* (
  spec: ModelSpec,
  keys: ReadonlyArray<ApiKey>
): Effect.fn.Return<OpenAiProvider, never, Scope.Scope> {
  const clock = yield* Clock.Clock
  const secrets = keys.map((key) => Redacted.value(key))
  const redact = redactor(secrets)
  const places: Array<{ readonly client: OpenAI; readonly baseUrl: string }> = []
  for (const baseUrl of spec.baseUrls) {
    const wire = yield* Effect.acquireRelease(
      Effect.sync(() => transport(baseUrl, spec.concurrency)),
      (open) => Effect.promise(open.close)
    )
    for (const apiKey of secrets.length > 0 ? secrets : [NO_KEY]) {
      const client = new OpenAI({
        apiKey,
        baseURL: baseUrl,
        // These would be read from the environment, and belong to the user's own account, not to this endpoint.
        adminAPIKey: null,
        organization: null,
        project: null,
        webhookSecret: null,
        maxRetries: 0,
        timeout: spec.timeoutMillis,
        fetch: wire.fetch,
        // Nothing of a request may reach a log.
        logLevel: "off"
      })
      places.push({ client, baseUrl })
    }
  }
  const pool = endpoints(places)
  let dialect = initialDialect(spec.structured)

  const place = (baseUrl: string): Place => ({
    model: spec.model,
    baseUrl,
    apiKeyEnv: spec.apiKeyEnv,
    timeoutMillis: spec.timeoutMillis,
    redact
  })

  const send = (endpoint: Endpoint<OpenAI>, request: ProviderRequest, written: Dialect) =>
    Effect.tryPromise({
      try: (signal) =>
        endpoint.client.chat.completions
          .create(requestOut(request, written), { signal })
          .asResponse()
          .then((response) => response.text()),
      catch: (cause) => cause
    })

  const attempt = (request: ProviderRequest, adjustments: number): Effect.Effect<ReplyIn, ModelError> =>
    Effect.suspend(() => {
      const written = dialect
      const endpoint = pool.choose(clock.currentTimeMillisUnsafe())
      return send(endpoint, request, written).pipe(
        Effect.onInterrupt(() => Effect.sync(() => pool.finished(endpoint, 0, { blame: "request" }))),
        Effect.matchEffect({
          onSuccess: (body) => {
            const reply = replyIn(body, spec.model, redact)
            const failed = reply instanceof ModelError
            const fault = failed && reply.kind === "parse" ? ({ blame: "endpoint" } as const) : undefined
            pool.finished(endpoint, clock.currentTimeMillisUnsafe(), fault)
            return failed ? Effect.fail(reply) : Effect.succeed(reply)
          },
          onFailure: (cause) => {
            const now = clock.currentTimeMillisUnsafe()
            const error = errorIn(cause, place(endpoint.baseUrl), now)
            const { retryAfterMillis } = error
            pool.finished(endpoint, now, {
              blame: error.retryable ? "endpoint" : "request",
              ...(retryAfterMillis === undefined ? {} : { retryAfterMillis })
            })
            const other = adjustments < 5 ? rewrite(written, request, cause) : undefined
            if (other === undefined) return Effect.fail(error)
            // Another call may have learnt the same meanwhile.
            if (dialect !== written) return attempt(request, adjustments + 1)
            dialect = other.dialect
            return Effect.andThen(
              Effect.logInfo(`${spec.model}: ${redact(messageOf(cause))} From now on Dialoom ${other.change}.`),
              attempt(request, adjustments + 1)
            )
          }
        })
      )
    })

  return {
    name: "openai",
    complete: (request) => Effect.flatMap(attempt(request, 0), (reply) => withUsage(request, reply)),
    pauseMillis: pool.pauseMillis,
    dialect: () => dialect
  }
})

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const rewrite = (written: Dialect, request: ProviderRequest, cause: unknown) =>
  cause instanceof APIError && typeof cause.status === "number"
    ? adjusted(written, request, { status: cause.status, message: cause.message, param: cause.param ?? undefined })
    : undefined

const withUsage = (request: ProviderRequest, reply: ReplyIn): Effect.Effect<ProviderReply> => {
  const { usage } = reply
  if (usage !== undefined) return Effect.succeed({ ...reply, usage, usageEstimated: false })
  const written = [reply.content ?? "", reply.reasoning ?? "", ...reply.toolCalls.flatMap((c) => [c.name, c.arguments])]
  return Effect.map(tokenCounter, (count) => ({
    ...reply,
    usage: countedUsage(count, request, written),
    usageEstimated: true
  }))
}
