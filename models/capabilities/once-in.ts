import { Deferred, Effect, Exit, Scope } from "effect"

/**
 * Runs `effect` when it is first asked for, once, in the scope: who asks first may be interrupted without ending it for others. Its
 * result is everybody's, a failure too: for good, or where it is `retryable` for those who are waiting, and who asks next tries anew.
 */
export const onceIn = <A, E>(
  scope: Scope.Scope,
  effect: Effect.Effect<A, E, Scope.Scope>,
  retryable: (error: E) => boolean = () => false
): Effect.Effect<A, E> => {
  let result: Deferred.Deferred<A, E> | undefined
  return Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => {
      if (result !== undefined) return restore(Deferred.await(result))
      const mine = Deferred.makeUnsafe<A, E>()
      result = mine
      return effect.pipe(
        freedOnFailure,
        Scope.provide(scope),
        Effect.interruptible,
        Effect.onExit((exit) =>
          Effect.sync(() => {
            const error = Exit.findErrorOption(exit)
            if (error._tag === "Some" && retryable(error.value)) result = undefined
            Deferred.doneUnsafe(mine, exit)
          })
        ),
        Effect.exit,
        Effect.forkIn(scope),
        Effect.andThen(restore(Deferred.await(mine)))
      )
    })
  )
}

/** What a failed attempt has acquired is released at once, not with the scope: there may be many attempts. */
export const freedOnFailure = <A, E, R>(
  attempt: Effect.Effect<A, E, R>
): Effect.Effect<A, E, Scope.Scope | Exclude<R, Scope.Scope>> =>
  Effect.gen(function* () {
    const own = yield* Scope.fork(yield* Effect.scope)
    return yield* attempt.pipe(
      Scope.provide(own),
      Effect.onExit((exit) => (Exit.isFailure(exit) ? Scope.close(own, exit) : Effect.void))
    )
  })
