import { LedgerError } from "./ledger.ts"
import { explainFault } from "./ledger-file.ts"

/** What a reader, a writer or SQLite threw, as the error that the rest of the house knows. */
export const ledgerError = (path: string, error: unknown): LedgerError =>
  error instanceof LedgerError ? error : new LedgerError({ path, message: explainFault(path, error), cause: error })

/** Runs `body`; throws LedgerError, and nothing else. */
export const guarded = <A>(path: string, body: () => A): A => {
  try {
    return body()
  } catch (error) {
    throw ledgerError(path, error)
  }
}
