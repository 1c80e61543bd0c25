import { Data } from "effect"

/** What the user asked for cannot be done as asked: found before any model call. The message says what to do. Exit code 2. */
export class UsageError extends Data.TaggedError("UsageError")<{ readonly message: string }> {}

/** The books of a phase do not add up: rows were lost, doubled or never planned. Exit code 4. */
export class BooksError extends Data.TaggedError("BooksError")<{ readonly message: string }> {}
