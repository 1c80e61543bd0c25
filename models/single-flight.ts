import { Deferred, Effect, Exit, Option } from "effect"

/** Runs equal work once at a time: whoever asks for a key that is under way waits for that answer. */
export interface SingleFlight<A, E> {
  /** `leader` is true for the one that ran the work. */
  readonly run: <R>(
    key: string,
    work: Effect.Effect<A, E, R>
  ) => Effect.Effect<{ readonly value: A; readonly leader: boolean }, E, R>
}

/** An interrupted leader fails nobody: one of those who waited takes over. */
export const singleFlight = <A, E>(): SingleFlight<A, E> => {
  const flights = new Map<string, Deferred.Deferred<Option.Option<A>, E>>()

  const run = <R>(
    key: string,
    work: Effect.Effect<A, E, R>
  ): Effect.Effect<{ readonly value: A; readonly leader: boolean }, E, R> =>
    Effect.suspend(() => {
      const other = flights.get(key)
      if (other !== undefined) {
        return Effect.flatMap(Deferred.await(other), (landed) =>
          Option.isSome(landed) ? Effect.succeed({ value: landed.value, leader: false }) : run(key, work)
        )
      }
      const mine = Deferred.makeUnsafe<Option.Option<A>, E>()
      flights.set(key, mine)
      return work.pipe(
        Effect.onExit((exit) =>
          Effect.sync(() => {
            flights.delete(key)
            const interrupted = Exit.hasInterrupts(exit)
            Deferred.doneUnsafe(mine, interrupted ? Effect.succeedNone : Exit.map(exit, Option.some))
          })
        ),
        Effect.map((value) => ({ value, leader: true }))
      )
    })

  return { run }
}
