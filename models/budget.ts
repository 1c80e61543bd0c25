import { Clock, Context, Deferred, Effect, Layer } from "effect"
import { BudgetExhausted } from "./chat-model.ts"

/** The run's brakes; what is absent is not limited. Minutes count for one process, the others for the whole dataset. */
export interface BudgetCaps {
  readonly usd?: number
  /** Prompt and completion tokens together. */
  readonly tokens?: number
  /** Calls that were answered. */
  readonly calls?: number
  readonly minutes?: number
}

export interface Cost {
  readonly usd: number
  readonly tokens: number
}

export interface Spent extends Cost {
  readonly calls: number
}

/** Money and tokens set aside for one call. Settled or released exactly once; a second time does nothing. */
export interface Reservation extends Cost {
  open: boolean
}

/**
 * Money is set aside before a call is sent and reconciled with its usage afterwards. While each call costs at most what
 * was reserved for it, spent + reserved never exceeds a cap.
 *
 * `reserve` waits where the call would fit once calls in flight turn out cheaper than reserved, and fails only where it
 * can't fit whatever they cost: so a cap is used up rather than stopped short of.
 *
 * Several processes on one dataset see what the others have spent, not what these have set aside: together they may exceed
 * a cap by the calls that the others have in flight.
 */
export class Budget extends Context.Service<
  Budget,
  {
    readonly caps: BudgetCaps
    readonly reserve: (estimate: Cost) => Effect.Effect<Reservation, BudgetExhausted>
    readonly settle: (reservation: Reservation, actual: Cost) => Effect.Effect<void>
    /** For a call that was never answered. */
    readonly release: (reservation: Reservation) => Effect.Effect<void>
    /** What the whole dataset has spent, other processes on it included: what of that was not known counts from now on. */
    readonly observe: (total: Spent) => Effect.Effect<void>
    /** Sleeps, but not past the minutes that are left: fails when they are over. */
    readonly wait: (millis: number) => Effect.Effect<void, BudgetExhausted>
    readonly spent: Effect.Effect<Spent & { readonly reserved: Spent }>
  }
>()("dialoom/models/Budget") {
  /** `alreadySpent` is what earlier runs of the same dataset spent: the totals of its ledger. */
  static readonly layer = (caps: BudgetCaps, alreadySpent: Spent = { usd: 0, tokens: 0, calls: 0 }) =>
    Layer.effect(Budget, make(caps, alreadySpent))

  static readonly layerUnlimited = Layer.suspend(() => Budget.layer({}))
}

type Limit = "usd" | "tokens" | "calls"
const LIMITS = ["usd", "tokens", "calls"] as const

const make = Effect.fnUntraced(function* (caps: BudgetCaps, alreadySpent: Spent) {
  const clock = yield* Clock.Clock
  const startedAt = clock.currentTimeMillisUnsafe()
  const spent: Record<Limit, number> = { ...alreadySpent }
  const reserved: Record<Limit, number> = { usd: 0, tokens: 0, calls: 0 }
  const waiting: Array<Deferred.Deferred<void>> = []

  const minutesLeft = () =>
    caps.minutes === undefined ? Infinity : caps.minutes - (clock.currentTimeMillisUnsafe() - startedAt) / 60_000
  const outOfTime = () => exhausted("minutes", caps.minutes ?? 0, (caps.minutes ?? 0) - minutesLeft(), 0)

  const wake = () => {
    for (const waiter of waiting.splice(0)) Deferred.doneUnsafe(waiter, Effect.void)
  }
  const close = (reservation: Reservation): boolean => {
    if (!reservation.open) return false
    reservation.open = false
    reserved.calls -= 1
    // Sums of floating-point numbers drift: with nothing open, nothing is reserved.
    reserved.usd = reserved.calls === 0 ? 0 : reserved.usd - reservation.usd
    reserved.tokens = reserved.calls === 0 ? 0 : reserved.tokens - reservation.tokens
    return true
  }

  const reserve = ({ tokens, usd }: Cost): Effect.Effect<Reservation, BudgetExhausted> =>
    Effect.suspend(() => {
      const wanted: Record<Limit, number> = { usd, tokens, calls: 1 }
      if (minutesLeft() <= 0) return Effect.fail(outOfTime())
      const hopeless = LIMITS.find((limit) => spent[limit] + wanted[limit] > (caps[limit] ?? Infinity))
      if (hopeless !== undefined) {
        return Effect.fail(exhausted(hopeless, caps[hopeless] ?? 0, spent[hopeless], reserved[hopeless]))
      }
      if (LIMITS.some((limit) => spent[limit] + reserved[limit] + wanted[limit] > (caps[limit] ?? Infinity))) {
        const turn = Deferred.makeUnsafe<void>()
        waiting.push(turn)
        return Effect.andThen(Deferred.await(turn), reserve({ usd, tokens }))
      }
      for (const limit of LIMITS) reserved[limit] += wanted[limit]
      return Effect.succeed({ usd, tokens, open: true })
    })

  return Budget.of({
    caps,
    reserve,
    settle: (reservation, actual) =>
      Effect.sync(() => {
        if (!close(reservation)) return
        spent.usd += actual.usd
        spent.tokens += actual.tokens
        spent.calls += 1
        wake()
      }),
    release: (reservation) =>
      Effect.sync(() => {
        if (close(reservation)) wake()
      }),
    observe: (total) =>
      Effect.sync(() => {
        for (const limit of LIMITS) spent[limit] = Math.max(spent[limit], total[limit])
      }),
    wait: (millis) =>
      Effect.suspend(() => {
        const left = minutesLeft() * 60_000
        if (left <= 0) return Effect.fail(outOfTime())
        if (millis <= 0) return Effect.void
        if (millis < left) return Effect.sleep(millis)
        return Effect.andThen(
          Effect.sleep(left),
          Effect.suspend(() => Effect.fail(outOfTime()))
        )
      }),
    spent: Effect.sync(() => ({ ...spent, reserved: { ...reserved } }))
  })
})

const exhausted = (limit: BudgetExhausted["limit"], cap: number, spent: number, reserved: number): BudgetExhausted => {
  const figure = (value: number) => (limit === "usd" ? `${value.toFixed(4)} USD` : `${Math.round(value)} ${limit}`)
  return new BudgetExhausted({
    limit,
    cap,
    spent,
    reserved,
    message:
      `The budget of ${limit === "minutes" ? cap : figure(cap)}${limit === "minutes" ? " minutes" : ""} is used up: ` +
      `${figure(spent)} spent, ${figure(reserved)} set aside for calls in flight. ` +
      `Nothing is lost: run the same command with a higher --max-${limit} to go on.`
  })
}
