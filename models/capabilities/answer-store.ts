import { extname } from "node:path"
import { Data, Effect, type Scope } from "effect"
import { canonicalJson, sha256 } from "../../schemas/json.ts"
import type { ModelCard } from "../../schemas/model-card.ts"
import { groupCommit } from "../group-commit.ts"
import { openForReading } from "../sqlite-file.ts"
import { ANSWERS, type AnswerRow, type EarlierAnswers, explainAnswersFault, findAnswer } from "./answers-file.ts"
import type { StoredAnswer } from "./asked.ts"

/** The file of kept answers could not be read or written. */
export class AnswerStoreError extends Data.TaggedError("AnswerStoreError")<{
  readonly path: string
  /** Which file, what is wrong, what to do. */
  readonly message: string
  readonly cause?: unknown
}> {}

/** Answers of local models that outlive the process. */
export interface AnswerStore {
  readonly get: (key: string) => Effect.Effect<StoredAnswer | undefined, AnswerStoreError>
  /**
   * Resolves once the answer is on disk, with the answer that counts: the first one of a key wins, for this process and for any
   * other on the same file.
   */
  readonly put: (row: AnswerRow) => Effect.Effect<StoredAnswer, AnswerStoreError>
}

/**
 * Kept answers in an SQLite file, shared by any number of processes on one machine; made where there is none. Reads run here
 * (microseconds); a thread of its own writes, see `groupCommit`. Closed with the scope. Fails where the file cannot be opened, is
 * damaged, is another kind of file, or the disk is full.
 */
export const answerStore = Effect.fnUntraced(function* (
  path: string
): Effect.fn.Return<AnswerStore, AnswerStoreError, Scope.Scope> {
  const errorOf = (cause: unknown) => new AnswerStoreError({ path, message: explainAnswersFault(path, cause), cause })
  const commits = yield* groupCommit<AnswerRow, EarlierAnswers, AnswerStoreError>({
    // The same file beside this one, whether it runs as TypeScript or was built to JavaScript.
    worker: new URL(`./answers-worker${extname(import.meta.filename)}`, import.meta.url),
    path,
    noun: ANSWERS.noun,
    errorOf
  })
  const database = yield* Effect.acquireRelease(
    Effect.try({ try: () => openForReading(path, ANSWERS), catch: errorOf }),
    (open) => Effect.sync(() => open.close())
  )
  const find = yield* Effect.try({ try: () => findAnswer(database), catch: errorOf })
  return {
    get: (key) => Effect.try({ try: () => find(key), catch: errorOf }),
    put: (row) =>
      Effect.callback<StoredAnswer, AnswerStoreError>((resume) => {
        // Not withdrawn when the fiber is interrupted: the answer has been worked for.
        commits.put(row, {
          stored: (earlier, position) =>
            resume(Effect.succeed(earlier.find(([at]) => at === position)?.[1] ?? row.answer)),
          failed: (error) => resume(Effect.fail(error))
        })
      })
  }
})

/** Raised when answers to equal questions become others by our own doing: cutting, joining, packing. Old answers then miss. */
const VERSION = 1

/** What decides an answer, beside the input. */
export interface AnswerContext {
  readonly capability: string
  readonly variant: string
  /** A card without a revision is known by its name alone: another model that takes that name answers with the old one's answers. */
  readonly card: ModelCard
  /** Tokens at which inputs are cut; null where they are not. */
  readonly maxTokens: number | null
  readonly pooling: string | null
  /** Names that were given to the model's labels. */
  readonly labels: ReadonlyArray<string> | null
}

/** The keys of one model's answers, 64 hexadecimal digits each: equal for equal contexts and texts, and for these only. */
export const answerKeys = ({ card, ...asked }: AnswerContext) => {
  const { backend, dtype, id, revision } = card
  const context = canonicalJson({ VERSION, id, revision, backend, dtype, ...asked })
  // As JSON, since UTF-8 has one sign for all halves of surrogate pairs.
  return (text: string): string => sha256(`${context}\n${JSON.stringify(text)}`)
}
