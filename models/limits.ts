import { Clock, Duration, Effect, Random } from "effect"
import { RateLimiter } from "effect/persistence"
import PQueue from "p-queue"
import type { ModelSpec } from "../schemas/config.ts"
import { adaptiveConcurrency } from "./adaptive-concurrency.ts"
import { backoffMillis, saneRetryAfter } from "./backoff.ts"
import { CallPriority } from "./call-context.ts"
import type { BudgetExhausted } from "./chat-model.ts"
import type { ModelError } from "./model-error.ts"

export interface Answered<A> {
  readonly value: A
  /** Sent requests, the answered one included. */
  readonly attempts: number
  /** Of the answered attempt alone, from sending to the last byte. */
  readonly milliseconds: number
  /** When it was answered, milliseconds since 1970. */
  readonly at: number
}

export interface LimitedCall<A> {
  /** One request. */
  readonly attempt: Effect.Effect<A, ModelError>
  /** What it counts against tokens per minute; 0 where there is no such limit. */
  readonly tokens: number
  /** How the call sleeps: fails where the run has no time left, also for 0 milliseconds. */
  readonly wait: (millis: number) => Effect.Effect<void, BudgetExhausted>
}

/** The limits of one model, shared by all calls to it. */
export interface Limits {
  readonly run: <A>(call: LimitedCall<A>) => Effect.Effect<Answered<A>, ModelError | BudgetExhausted>
  readonly state: () => { readonly limit: number; readonly inFlight: number; readonly waiting: number }
}

export type LimitsSpec = Pick<
  ModelSpec,
  "model" | "concurrency" | "requestsPerMinute" | "tokensPerMinute" | "patienceMillis"
>

/** What has gone wrong with a call so far. */
interface Past {
  readonly attempts: number
  readonly rateLimits: number
  readonly failures: number
  /** When it first failed otherwise than by a 429. */
  readonly failedAt: number | undefined
}

const UNTROUBLED: Past = { attempts: 0, rateLimits: 0, failures: 0, failedAt: undefined }
const WARNING_INTERVAL_MILLIS = 60_000

/**
 * Slots, order, rates and retries of one model. A call passes the turnstile (requests and tokens per minute, where set),
 * takes a slot, sends, and gives the slot back before it waits for anything. A 429 is waited out for ever; other
 * retryable errors for `patienceMillis` from the call's first such failure, then the error is returned.
 *
 * `pauseMillis` says how long all endpoints want to be left alone.
 */
export const makeLimits = Effect.fnUntraced(function* (spec: LimitsSpec, pauseMillis?: (now: number) => number) {
  const clock = yield* Clock.Clock
  const adaptive = adaptiveConcurrency(spec.concurrency)
  const queue = new PQueue({ concurrency: adaptive.limit() })
  const turnstile = yield* makeTurnstile(spec)
  let warnedAt = Number.NEGATIVE_INFINITY

  const adapt = () => {
    const limit = adaptive.limit()
    if (queue.concurrency !== limit) queue.concurrency = limit
  }

  const pause = () => pauseMillis?.(clock.currentTimeMillisUnsafe()) ?? 0

  const slot = Effect.flatMap(CallPriority, (priority) => place(queue, priority))

  /** A pause may begin while a call waits for its slot: then it gives the slot back and waits outside. */
  const freeSlot = (call: LimitedCall<unknown>): Effect.Effect<() => void, BudgetExhausted> =>
    Effect.suspend(() => {
      const wait = pause()
      if (wait > 0) return Effect.andThen(call.wait(wait), freeSlot(call))
      return Effect.flatMap(slot, (leave) => {
        if (pause() === 0) return Effect.succeed(leave)
        leave()
        return freeSlot(call)
      })
    })

  const send = <A>(call: LimitedCall<A>, past: Past): Effect.Effect<Answered<A>, ModelError> =>
    Effect.suspend(() => {
      const sentAt = clock.currentTimeMillisUnsafe()
      return Effect.mapBoth(call.attempt, {
        onSuccess: (value) => {
          adaptive.succeeded()
          adapt()
          const at = clock.currentTimeMillisUnsafe()
          return { value, attempts: past.attempts + 1, milliseconds: at - sentAt, at }
        },
        onFailure: (error) => {
          if (error.kind === "rate_limit" || error.kind === "timeout" || error.status === 503) {
            adaptive.pushedBack(sentAt, clock.currentTimeMillisUnsafe())
            adapt()
          }
          return error
        }
      })
    })

  const attempt = <A>(call: LimitedCall<A>, past: Past): Effect.Effect<Answered<A>, ModelError | BudgetExhausted> => {
    const inSlot = Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(restore(freeSlot(call)), (leave) =>
        // It may have waited long for its slot: whether there is time left is asked last.
        Effect.ensuring(restore(Effect.andThen(call.wait(0), send(call, past))), Effect.sync(leave))
      )
    )
    const admitted = turnstile === undefined ? inSlot : Effect.andThen(turnstile(call), inSlot)
    return Effect.catchTag(admitted, "ModelError", (error) => afterFailure(call, past, error))
  }

  const afterFailure = Effect.fnUntraced(function* <A>(call: LimitedCall<A>, past: Past, error: ModelError) {
    if (!error.retryable) return yield* error
    const now = clock.currentTimeMillisUnsafe()
    const limited = error.kind === "rate_limit"
    const failedAt = limited ? past.failedAt : (past.failedAt ?? now)
    if (!limited && now - (failedAt ?? now) >= spec.patienceMillis) return yield* error
    const backoff = backoffMillis(error, limited ? past.rateLimits : past.failures, yield* Random.next)
    if (now - warnedAt >= WARNING_INTERVAL_MILLIS) {
      warnedAt = now
      yield* Effect.logWarning(`${spec.model} ${error.kind}: ${error.message} Trying again.`)
    }
    // A pool keeps the pauses of its endpoints itself (another one may be free at once): see freeSlot.
    const asked = pauseMillis === undefined ? saneRetryAfter(error.retryAfterMillis ?? 0) : 0
    yield* call.wait(Math.max(asked, backoff))
    return yield* attempt(call, {
      attempts: past.attempts + 1,
      rateLimits: past.rateLimits + (limited ? 1 : 0),
      failures: past.failures + (limited ? 0 : 1),
      failedAt
    })
  })

  const limits: Limits = {
    run: (call) => attempt(call, UNTROUBLED),
    state: () => ({ limit: queue.concurrency, inFlight: queue.pending, waiting: queue.size })
  }
  return limits
})

/**
 * Waits for a place in the queue and answers how to leave it. An interrupted wait leaves an empty task behind that ends
 * as soon as it starts.
 */
const place = (queue: PQueue, priority: number): Effect.Effect<() => void> =>
  Effect.callback((resume) => {
    let abandoned = false
    let leave: (() => void) | undefined
    void queue.add(
      () =>
        abandoned
          ? Promise.resolve()
          : new Promise<void>((done) => {
              leave = done
              resume(Effect.succeed(done))
            }),
      { priority }
    )
    return Effect.sync(() => {
      abandoned = true
      leave?.()
    })
  })

/** Requests and tokens per minute are spread over the minute: at most one second's worth goes out at once. */
const BURSTS_A_MINUTE = 60

/**
 * Lets calls through in order of priority, one at a time, as fast as the rates allow. Whoever waits here holds no slot.
 * Absent where the model has no rates.
 */
const makeTurnstile = Effect.fnUntraced(function* (spec: LimitsSpec) {
  if (spec.requestsPerMinute === undefined && spec.tokensPerMinute === undefined) return undefined
  const limiter = yield* RateLimiter.make.pipe(Effect.provide(RateLimiter.layerStoreMemory))
  const turn = new PQueue({ concurrency: 1 })
  const consume = (key: string, perMinute: number | undefined, tokens: number) => {
    if (perMinute === undefined) return Effect.succeed(0)
    const burst = Math.max(1, Math.floor(perMinute / BURSTS_A_MINUTE))
    return limiter
      .consume({
        algorithm: "token-bucket",
        onExceeded: "delay",
        key,
        limit: burst,
        window: (60_000 * burst) / perMinute,
        tokens
      })
      .pipe(
        Effect.map(({ delay }) => Duration.toMillis(delay)),
        Effect.orDie
      )
  }
  return ({ tokens, wait }: LimitedCall<unknown>): Effect.Effect<void, BudgetExhausted> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(restore(Effect.flatMap(CallPriority, (priority) => place(turn, priority))), (leave) =>
        restore(
          Effect.gen(function* () {
            const byRequests = yield* consume("requests", spec.requestsPerMinute, 1)
            const byTokens = yield* consume("tokens", spec.tokensPerMinute, tokens)
            const delay = Math.max(byRequests, byTokens)
            if (delay > 0) yield* wait(delay)
          })
        ).pipe(Effect.ensuring(Effect.sync(leave)))
      )
    )
})
