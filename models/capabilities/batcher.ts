import { Clock, Deferred, Effect, Exit, Option, type Scope } from "effect"
import type { Capability } from "../../schemas/capability.ts"
import type { Backend, Batching } from "./backend.ts"
import type { CapabilityError, CapabilityErrorKind } from "./capability-error.ts"
import { withPatience } from "./patience.ts"
import { runPromised } from "./promised.ts"

/** Turns what many callers ask at the same time into batches for one backend. */
export interface Batcher<Input, Output> {
  /** The answers in the order of the inputs. Fails where a batch with one of these inputs does. */
  readonly ask: (inputs: ReadonlyArray<Input>) => Effect.Effect<ReadonlyArray<Output>, CapabilityError>
}

export interface BatcherOptions<Input> {
  readonly capability: Capability
  /** How long a batch is tried again after its first failure. */
  readonly patienceMillis: number
  /** Equal texts mean equal inputs: those are asked once while the first is under way. */
  readonly textOf: (input: Input) => string
}

/** One input on its way, and who waits for it. */
interface Question<Input, Output> {
  readonly text: string
  readonly input: Input
  /** Tokens; 0 where nobody counts them. */
  readonly size: number
  readonly answer: Deferred.Deferred<Output, CapabilityError>
  callers: number
  isStarted: boolean
}

/** How long callers that keep coming are waited for. */
const WINDOW_MILLIS = 4
/** Turns of the event loop without a new input after which every fiber that was ready has asked. */
const QUIET_TURNS = 2

/** One input may be to blame, or the number of them: a smaller batch may well be answered. */
const PERHAPS_SMALLER: ReadonlySet<CapabilityErrorKind> = new Set(["bad_request", "out_of_memory"])

/**
 * A backend behind a batcher, for as long as the scope lives.
 *
 * What is asked within one window (until all fibers that are ready have asked, at most 4 ms) is sorted by its token count and cut
 * into batches by `batching.inputs` and `batching.paddedTokens`; `batching.concurrency` batches run at once. What comes in meanwhile
 * waits for the next window, which opens when the last batch of the one before has started: so nothing starves, and batches fill up
 * by themselves while the backend is busy.
 *
 * A batch that fails with a retryable error is tried again. One that is refused, or for which memory does not suffice, is halved until
 * each half is answered or a single input is left, which fails alone: at most twice as many runs as it has inputs. One that fails for
 * good otherwise fails the callers with an input in it. Nobody else fails. A caller that fails or is interrupted takes its inputs out of what has not been started, where nobody else waits for them.
 */
export const makeBatcher = Effect.fnUntraced(function* <Input, Output>(
  backend: Backend<Input, Output>,
  options: BatcherOptions<Input>
): Effect.fn.Return<Batcher<Input, Output>, never, Scope.Scope> {
  type Batch = ReadonlyArray<Question<Input, Output>>
  const scope = yield* Effect.scope
  const clock = yield* Clock.Clock
  const { batching } = backend
  const underWay = new Map<string, Question<Input, Output>>()
  let waiting: Array<Question<Input, Output>> = []
  let batches: Array<Batch> = []
  let running = 0
  let asked = 0
  let gathering = false

  const gather = Effect.gen(function* () {
    const began = clock.currentTimeMillisUnsafe()
    let quiet = 0
    while (quiet < QUIET_TURNS && clock.currentTimeMillisUnsafe() - began < WINDOW_MILLIS) {
      const before = asked
      yield* Effect.yieldNow
      quiet = asked === before ? quiet + 1 : 0
    }
    gathering = false
    const wanted = waiting.filter(({ callers }) => callers > 0)
    waiting = []
    batches = cutBatches(wanted, batching)
    yield* startBatches
  })

  /** Answers every question of a batch, or fails it. */
  const settle = (batch: Batch): Effect.Effect<void> =>
    withPatience(
      runPromised(
        backend,
        options.capability,
        batch.map(({ input }) => input)
      ),
      options.patienceMillis
    ).pipe(
      Effect.exit,
      Effect.flatMap((exit) => {
        const kind = Option.getOrUndefined(Exit.findErrorOption(exit))?.kind
        if (batch.length > 1 && kind !== undefined && PERHAPS_SMALLER.has(kind)) {
          const middle = Math.ceil(batch.length / 2)
          return Effect.andThen(settle(batch.slice(0, middle)), settle(batch.slice(middle)))
        }
        for (const [position, question] of batch.entries()) {
          underWay.delete(question.text)
          Deferred.doneUnsafe(
            question.answer,
            Exit.map(exit, (outputs) => outputs[position] as Output)
          )
        }
        return Effect.void
      })
    )

  const runBatch = (batch: Batch) =>
    settle(batch).pipe(
      Effect.onExit(() => {
        running--
        return startBatches
      }),
      Effect.exit
    )

  /** Whole or not at all: a caller that is interrupted meanwhile must not leave a batch that counts as running and is not. */
  const startBatches: Effect.Effect<void> = Effect.suspend(() => {
    const starting: Array<Batch> = []
    while (running < batching.concurrency && batches.length > 0) {
      const batch = (batches.shift() as Batch).filter(({ callers }) => callers > 0)
      if (batch.length === 0) continue
      for (const question of batch) question.isStarted = true
      running++
      starting.push(batch)
    }
    const isFree = running < batching.concurrency && batches.length === 0
    const gathers = isFree && waiting.length > 0 && !gathering
    if (gathers) gathering = true
    return Effect.andThen(
      Effect.forEach(starting, (batch) => Effect.forkIn(Effect.interruptible(runBatch(batch)), scope), {
        discard: true
      }),
      gathers ? Effect.forkIn(Effect.interruptible(gather), scope) : Effect.void
    )
  }).pipe(Effect.uninterruptible)

  const join = (input: Input): Question<Input, Output> => {
    const text = options.textOf(input)
    const other = underWay.get(text)
    if (other !== undefined) {
      other.callers++
      return other
    }
    const question = {
      text,
      input,
      size: batching.tokens?.(input) ?? 0,
      answer: Deferred.makeUnsafe<Output, CapabilityError>(),
      callers: 1,
      isStarted: false
    }
    underWay.set(text, question)
    waiting.push(question)
    asked++
    return question
  }

  /** A question that nobody waits for and that has not started is one that was never asked. */
  const leave = (question: Question<Input, Output>) => {
    question.callers--
    if (question.callers === 0 && !question.isStarted) underWay.delete(question.text)
  }

  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      for (const { answer } of underWay.values()) Deferred.doneUnsafe(answer, Exit.interrupt())
    })
  )

  return {
    ask: (inputs) =>
      Effect.suspend(() => {
        const questions = inputs.map(join)
        return Effect.andThen(
          startBatches,
          Effect.forEach(questions, ({ answer }) => Deferred.await(answer))
        ).pipe(Effect.ensuring(Effect.sync(() => questions.forEach(leave))))
      })
  }
})

/**
 * Inputs as batches: sorted by token count, so that what is padded together is of like length, the longest first, so that a batch
 * that does not fit into memory is met at the start. A batch holds at most `inputs`, and its number times its longest at most
 * `paddedTokens`; an input that is longer than that stands alone. Equal lengths keep their order.
 */
export const cutBatches = <Entry extends { readonly size: number }>(
  entries: ReadonlyArray<Entry>,
  { inputs, paddedTokens }: Pick<Batching<never>, "inputs" | "paddedTokens">
): Array<ReadonlyArray<Entry>> => {
  const batches: Array<Array<Entry>> = []
  let most = 0
  for (const entry of entries.toSorted((left, right) => right.size - left.size)) {
    const last = batches.at(-1)
    if (last !== undefined && last.length < most) {
      last.push(entry)
      continue
    }
    batches.push([entry])
    most = paddedTokens === undefined ? inputs : Math.min(inputs, Math.floor(paddedTokens / Math.max(1, entry.size)))
  }
  return batches
}
