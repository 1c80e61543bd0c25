import { Worker } from "node:worker_threads"
import { Effect, type Scope } from "effect"
import type { FromWriter } from "./commit-worker.ts"
import { SqliteFault } from "./sqlite-file.ts"

/** What becomes of one row that was put. */
export interface Waiting<Reply, E> {
  /** After COMMIT with synchronous FULL: the batch's reply, and where in the batch this row stood. */
  readonly stored: (reply: Reply, position: number) => void
  readonly failed: (error: E) => void
}

/** The way to the disk of one SQLite file: a thread that writes, and the queue before it. */
export interface GroupCommit<Row, Reply, E> {
  readonly put: (row: Row, waiting: Waiting<Reply, E>) => void
}

export interface GroupCommitOptions<E> {
  /** The worker's module: it calls `serveCommits`. */
  readonly worker: URL
  /** The file; the worker's only datum. */
  readonly path: string
  /** "ledger" */
  readonly noun: string
  readonly errorOf: (fault: unknown) => E
  /** Called when a batch could not be stored, before those who wait for it are told. All that was queued behind it fails too. */
  readonly lost?: () => void
}

const MOST_IN_A_COMMIT = 256
/** How long a row waits for others to be committed with it: a commit costs a sync, and a model's answer took far longer than this. */
const GATHER_MILLIS = 2

/**
 * Starts the writing thread. A commit takes whatever came in while the one before was under way, or within 2 ms of the first, at
 * most 256 rows: one row alone waits for one commit, many share one. On release what is queued is written and the file closed.
 */
export const groupCommit = <Row, Reply, E>(
  options: GroupCommitOptions<E>
): Effect.Effect<GroupCommit<Row, Reply, E>, E, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<Writer<Row, Reply, E>, E>((resume) => {
      const worker = new Worker(options.worker, { workerData: { path: options.path } })
      worker.once("message", (message: FromWriter<Reply>) => {
        if (message.kind === "failed") resume(Effect.fail(options.errorOf(new SqliteFault(message.message))))
        else resume(Effect.succeed(new Writer(options, worker)))
      })
      worker.once("error", (cause) => resume(Effect.fail(options.errorOf(cause))))
    }),
    (writer) => Effect.promise(() => writer.close())
  )

class Writer<Row, Reply, E> implements GroupCommit<Row, Reply, E> {
  readonly #options: GroupCommitOptions<E>
  readonly #worker: Worker
  #queued: Array<{ readonly row: Row; readonly waiting: Waiting<Reply, E> }> = []
  #sent: ReadonlyArray<{ readonly row: Row; readonly waiting: Waiting<Reply, E> }> = []
  #scheduled = false
  #gone: { readonly error: E } | null = null
  #closing = false
  #idle: (() => void) | null = null

  constructor(options: GroupCommitOptions<E>, worker: Worker) {
    this.#options = options
    this.#worker = worker
    worker.on("message", (message: FromWriter<Reply>) => this.#answered(message))
    worker.on("error", (cause) => this.#lost(options.errorOf(cause)))
    worker.on("exit", () =>
      this.#lost(options.errorOf(new SqliteFault(`${options.path}: the ${options.noun} is closed`)))
    )
    // An idle file must not keep a finished program alive.
    worker.unref()
  }

  put(row: Row, waiting: Waiting<Reply, E>) {
    if (this.#gone !== null) return waiting.failed(this.#gone.error)
    this.#queued.push({ row, waiting })
    if (this.#scheduled || this.#sent.length > 0) return
    this.#scheduled = true
    setTimeout(() => {
      this.#scheduled = false
      this.#send()
    }, GATHER_MILLIS)
  }

  /** Waits for what is queued, then closes the file. */
  async close() {
    if (this.#gone !== null) return
    this.#closing = true
    if (this.#sent.length > 0 || this.#queued.length > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve
      })
    }
    // Lost meanwhile: its exit has been and will not come again.
    if (this.#gone !== null) return
    const exited = new Promise<void>((resolve) => this.#worker.once("exit", () => resolve()))
    this.#worker.ref()
    this.#worker.postMessage(null)
    await exited
  }

  #send() {
    if (this.#sent.length > 0) return
    this.#sent = this.#queued.splice(0, MOST_IN_A_COMMIT)
    if (this.#sent.length === 0) {
      if (!this.#closing) this.#worker.unref()
      this.#idle?.()
      return
    }
    this.#worker.ref()
    this.#worker.postMessage(this.#sent.map(({ row }) => row))
  }

  #answered(message: FromWriter<Reply>) {
    if (message.kind === "ready") return
    if (message.kind === "failed") {
      this.#options.lost?.()
      this.#failAll(this.#options.errorOf(new SqliteFault(message.message)))
      this.#send()
      return
    }
    const settled = this.#sent
    this.#sent = []
    this.#send()
    for (const [position, { waiting }] of settled.entries()) waiting.stored(message.reply, position)
  }

  #lost(error: E) {
    this.#gone ??= { error }
    this.#failAll(this.#gone.error)
    this.#idle?.()
  }

  #failAll(error: E) {
    const lost = [...this.#sent, ...this.#queued]
    this.#sent = []
    this.#queued = []
    for (const { waiting } of lost) waiting.failed(error)
  }
}
