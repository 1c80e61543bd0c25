import { Deferred, Effect, Scope } from "effect"

/**
 * Runs `effect` when it is first asked for, once, in the scope: who asks first may be interrupted without ending it for others. Its
 * result is everybody's, a failure too.
 */
export const onceIn = <A, E>(scope: Scope.Scope, effect: Effect.Effect<A, E, Scope.Scope>): Effect.Effect<A, E> => {
  let result: Deferred.Deferred<A, E> | undefined
  return Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => {
      if (result !== undefined) return restore(Deferred.await(result))
      const mine = Deferred.makeUnsafe<A, E>()
      result = mine
      return effect.pipe(
        Scope.provide(scope),
        Effect.interruptible,
        Effect.onExit((exit) => Effect.sync(() => Deferred.doneUnsafe(mine, exit))),
        Effect.exit,
        Effect.forkIn(scope),
        Effect.andThen(restore(Deferred.await(mine)))
      )
    })
  )
}
