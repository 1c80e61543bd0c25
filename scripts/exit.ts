import { Cause, Data, Effect, Runtime } from "effect"
import { CliError } from "effect/cli"

/** How a command ends where it does not end with 0. The number is the process's exit code, the message goes to stderr. */
export class CommandFailed extends Data.TaggedError("CommandFailed")<{
  readonly message: string
  readonly code: 1 | 2 | 3 | 4
}> {
  override readonly [Runtime.errorExitCode] = this.code
  /** Our own report has printed it already. */
  override readonly [Runtime.errorReported] = false
}

const EXIT_CODES: Readonly<Record<string, 1 | 2 | 3 | 4>> = {
  UsageError: 2,
  UnknownPipeline: 2,
  PlanError: 2,
  LabelError: 2,
  InvalidFilter: 2,
  UnknownTable: 2,
  BudgetExhausted: 3,
  // In the middle of a run, the world's fault. Before it, `checkLocalModels` says 2: the settings name what is not there.
  CapabilityError: 1,
  BooksError: 4
}

/** A folder that cannot be used at all, a statement that is no SQL: bad input. The rest of a dataset's troubles are failures. */
const BAD_INPUT: ReadonlySet<unknown> = new Set(["bad_name", "missing", "not_a_folder", "foreign", "unwritable", "sql"])

const exitCode = (error: object, tag: string): 1 | 2 | 3 | 4 =>
  tag === "DatasetError" && "problem" in error && BAD_INPUT.has(error.problem) ? 2 : (EXIT_CODES[tag] ?? 1)

/** Between what happened and what to do. A message of several lines may end with a mark under the spot: nothing is put to it. */
const joint = (message: string): string => (message.includes("\n") ? "\n" : /[.!?]$/.test(message) ? " " : ". ")

/** Turns any typed error of the house into a message and an exit code; a defect keeps its stack, being our bug. */
export const toCommandFailed = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, CommandFailed, R> =>
  effect.pipe(
    Effect.catchCause((cause): Effect.Effect<never, CommandFailed> => {
      if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
      const error = Cause.squash(cause)
      if (error instanceof CommandFailed) return Effect.fail(error)
      // The command line's own errors have been shown with the help.
      if (CliError.isCliError(error)) return Effect.fail(new CommandFailed({ message: "", code: 2 }))
      const tag = typeof error === "object" && error !== null && "_tag" in error ? String(error._tag) : ""
      if (tag !== "" && error instanceof Error) {
        const remedy =
          "remedy" in error && typeof error.remedy === "string" ? `${joint(error.message)}${error.remedy}` : ""
        return Effect.fail(new CommandFailed({ message: `${error.message}${remedy}`, code: exitCode(error, tag) }))
      }
      return Effect.fail(
        new CommandFailed({
          message: `This is a bug in Dialoom, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
          code: 1
        })
      )
    })
  )
