import { Effect } from "effect"
import { TestClock } from "effect/testing"

/** Enough turns of the event loop for whatever is ready to have happened. */
const TURNS = 12

/** Lets the test clock go on in small steps, and what is ready happen before and after each: as real time would. */
export const passTime = (millis: number, step = 5): Effect.Effect<void> =>
  Effect.gen(function* () {
    for (let passed = 0; passed < millis; passed += step) {
      yield* settle
      yield* TestClock.adjust(Math.min(step, millis - passed))
    }
    yield* settle
  })

export const settle: Effect.Effect<void> = Effect.replicateEffect(Effect.yieldNow, TURNS, { discard: true })
