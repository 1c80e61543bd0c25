import { Effect, Latch, Semaphore } from "effect"
import type { DatasetError } from "../datasets/dataset-error.ts"
import type { ItemContext } from "../models/call-context.ts"
import { BudgetExhausted } from "../models/chat-model.ts"
import type { Phase, Services } from "../pipelines/pipeline.ts"
import type { PlanCommit, Totals } from "../schemas/commit.ts"
import type { PlanRow } from "../schemas/item.ts"
import type { ClaimError, Claims } from "./claims.ts"
import { closeItem, countOutcome, type PhaseProgress, type Progress } from "./progress.ts"
import { itemSeed, type RunFacts, type Settled, type Stop, settle } from "./settle.ts"

/** A shard that is about to be worked on. */
export interface ShardWork {
  /** The plan's rows, in order. */
  readonly rows: ReadonlyArray<PlanRow>
  /** Items that are settled already and stay as they are, by index in `rows`: a retry settles only what failed. */
  readonly kept: ReadonlyMap<number, Settled>
  /** 0 for the first settling, n for the n-th retry. */
  readonly retry: number
  /** Items whose model replies are drawn anew, by index in `rows`: how often they have been. */
  readonly redraws: ReadonlyMap<number, number>
}

/** What a phase needs of the dataset's folder. */
export interface ShardStore {
  /** Shards that are to be settled, ascending: fewer each time it is asked, as this process and others commit. */
  readonly todo: Effect.Effect<ReadonlyArray<number>, DatasetError>
  /** Outcomes of the shards that need no work. */
  readonly settled: Effect.Effect<Totals, DatasetError>
  /** Null where another process has settled it since. */
  readonly open: (shard: number) => Effect.Effect<ShardWork | null, DatasetError>
  /** Writes the parts and creates the commit. False where another process was first: its commit counts. */
  readonly commit: (
    shard: number,
    retry: number,
    settled: ReadonlyArray<Settled>
  ) => Effect.Effect<boolean, DatasetError>
}

export interface PhaseRun {
  readonly phase: Phase
  readonly plan: PlanCommit
  readonly facts: RunFacts
  readonly store: ShardStore
  readonly claims: Claims
  readonly progress: Progress
  readonly counters: PhaseProgress
  /** Items in flight. */
  readonly concurrency: number
}

interface OpenShard extends ShardWork {
  readonly shard: number
  readonly settled: Array<Settled | undefined>
  /** Indexes in `rows` that are to be settled. */
  readonly wanted: ReadonlyArray<number>
  /** Index in `wanted` of the next one to start. */
  next: number
  /** How many of `wanted` have no outcome yet. */
  left: number
}

/** How long to wait before looking again at shards that another process works on. */
const POLL_MILLIS = 500

/**
 * Settles every shard of the plan that is not committed. Items of several shards run concurrently and unordered; a shard
 * whose items are all settled is written in item order and committed, so bytes do not depend on scheduling. The number of
 * open shards is bounded: that is what keeps memory flat.
 *
 * Returns the budget's stop, or null when the phase is complete. Fails with what makes going on pointless.
 */
export const runPhase = (
  run: PhaseRun
): Effect.Effect<BudgetExhausted | null, Stop | DatasetError | ClaimError, Services> =>
  Effect.gen(function* () {
    const { claims, concurrency, counters, facts, phase, plan, progress, store } = run
    let todo = yield* store.todo
    const before = yield* store.settled
    Object.assign(counters, before)
    counters.inherited = before.accepted + before.rejected + before.failed

    const mostOpen = Math.max(16, Math.ceil(concurrency / plan.shardSize) + 8)
    const loading = yield* Semaphore.make(1)
    const committed = yield* Latch.make(false)
    let elsewhere = 0
    let cursor = 0
    let current: OpenShard | null = null
    let open = 0
    let stop: BudgetExhausted | null = null

    /** The next free shard, claimed and read; null where there is none left to start. */
    const openNext = Effect.gen(function* () {
      while (cursor < todo.length && stop === null) {
        const shard = todo[cursor++] as number
        if (!(yield* claims.take(plan.phase, plan.generation, shard))) {
          elsewhere++
          continue
        }
        const work = yield* store.open(shard)
        if (work === null) {
          yield* claims.release(plan.phase, plan.generation, shard)
          continue
        }
        open++
        const wanted = [...work.rows.keys()].filter((index) => !work.kept.has(index))
        const settled = work.rows.map((_, index) => work.kept.get(index))
        const opened: OpenShard = { ...work, shard, settled, wanted, next: 0, left: wanted.length }
        return opened
      }
      return null
    })

    const takeItem = loading.withPermits(1)(
      Effect.gen(function* () {
        while (stop === null) {
          if (current !== null && current.next < current.wanted.length) {
            return { from: current, index: current.wanted[current.next++] as number }
          }
          if (open >= mostOpen) {
            yield* committed.await
            yield* committed.close
            continue
          }
          current = yield* openNext
          if (current === null) return null
        }
        return null
      })
    )

    const finish = (shard: OpenShard) =>
      store.commit(shard.shard, shard.retry, shard.settled as Array<Settled>).pipe(
        Effect.andThen(claims.release(plan.phase, plan.generation, shard.shard)),
        Effect.andThen(
          Effect.suspend(() => {
            open--
            return committed.open
          })
        )
      )

    const work = Effect.gen(function* () {
      for (;;) {
        const taken = yield* takeItem
        if (taken === null) return
        const { from, index } = taken
        const planned = from.rows[index] as PlanRow
        const context: ItemContext = {
          phase: planned.phase,
          key: planned.key,
          seed: itemSeed(facts.seed, planned.phase, planned.key),
          redraw: from.redraws.get(index) ?? 0,
          calls: []
        }
        progress.open.add(context)
        const settled = yield* settle(facts, phase, planned, context, from.retry).pipe(
          Effect.catchIf(
            (error): error is BudgetExhausted => error instanceof BudgetExhausted,
            (error) =>
              Effect.sync(() => {
                stop ??= error
                committed.openUnsafe()
                return null
              })
          ),
          Effect.ensuring(Effect.sync(() => closeItem(progress, context)))
        )
        // The brake: this item stays pending, and the others go on until each meets the brake or ends.
        if (settled === null) return
        countOutcome(counters, settled.item.outcome)
        from.settled[index] = settled
        from.left--
        if (from.left === 0) yield* finish(from)
      }
    })

    for (;;) {
      yield* Effect.forEach(Array.from({ length: concurrency }), () => work, {
        concurrency: "unbounded",
        discard: true
      })
      if (stop !== null) return stop
      if (elsewhere === 0) {
        Object.assign(counters, yield* store.settled)
        return null
      }
      // Another process holds what is left. Wait for its commits, and take over what it lets go of.
      yield* Effect.sleep(POLL_MILLIS)
      todo = yield* store.todo
      Object.assign(counters, yield* store.settled)
      cursor = 0
      current = null
      elsewhere = 0
    }
  })
