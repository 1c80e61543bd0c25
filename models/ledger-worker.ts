import { serveCommits } from "./commit-worker.ts"
import { explainFault, openForWriting } from "./ledger-file.ts"
import { ledgerWriter } from "./ledger-writer.ts"

/** The thread that owns the ledger's writing connection. Started by ledger-sqlite.ts. */
serveCommits({
  open: (path) => {
    const database = openForWriting(path)
    const writer = ledgerWriter(database)
    return { write: (batch: Parameters<typeof writer.write>[0]) => writer.write(batch), close: () => database.close() }
  },
  explain: explainFault
})
