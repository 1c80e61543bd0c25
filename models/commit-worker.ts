import { parentPort, workerData } from "node:worker_threads"

/*
 * The side of group-commit.ts that runs in a thread of its own: what it waits for the disk, the event loop does not. It says
 * `ready` or `failed` once, then answers each batch, and closes the file when it is sent null.
 */

export type FromWriter<Reply> =
  | { readonly kind: "ready" }
  | { readonly kind: "stored"; readonly reply: Reply }
  | { readonly kind: "failed"; readonly message: string }

/** An open file: `write` returns after COMMIT, or throws with nothing of the batch stored. */
export interface CommitTarget<Row, Reply> {
  readonly write: (batch: ReadonlyArray<Row>) => Reply
  readonly close: () => void
}

export const serveCommits = <Row, Reply>(options: {
  readonly open: (path: string) => CommitTarget<Row, Reply>
  readonly explain: (path: string, error: unknown) => string
}): void => {
  const { path } = workerData as { readonly path: string }
  const port = parentPort
  if (port === null) throw new Error("this module is a worker thread, not a program")

  const answer = (body: () => FromWriter<Reply>) => {
    let message: FromWriter<Reply>
    try {
      message = body()
    } catch (error) {
      message = { kind: "failed", message: options.explain(path, error) }
    }
    port.postMessage(message)
  }

  answer(() => {
    const target = options.open(path)
    port.on("message", (batch: ReadonlyArray<Row> | null) => {
      if (batch !== null) {
        answer(() => ({ kind: "stored", reply: target.write(batch) }))
        return
      }
      target.close()
      port.close()
    })
    return { kind: "ready" }
  })
}
