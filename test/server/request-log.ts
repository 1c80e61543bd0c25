import { appendFileSync } from "node:fs"

/** One request for a completion, as the server saw it. */
export interface Logged {
  /** Milliseconds since 1970 when it came. */
  readonly at: number
  /** Hash of the request's content: model, messages, tools, response format and sampling. */
  readonly hash: string
  /** How often this content came before, from 1. */
  readonly attempt: number
  /** Status answered; 0 where the connection was closed without one. */
  status: number
  readonly fault: string | null
  /** Whether a whole, well-formed completion was handed to the socket: what a client has paid for. */
  delivered: boolean
  /** Whether the client went away before the answer was complete. */
  aborted: boolean
  /** Position of the key among the server's, -1 where it has none. */
  readonly key: number
}

export interface RequestLog {
  readonly entries: ReadonlyArray<Logged>
  readonly add: (entry: Logged) => void
  /** Call once the request has ended, in whichever way. */
  readonly ended: (entry: Logged) => void
}

/** `file` gets one line of JSON for each request that has ended, written before the next is looked at. */
export const requestLog = (file: string | undefined): RequestLog => {
  const entries: Array<Logged> = []
  return {
    entries,
    add: (entry) => {
      entries.push(entry)
    },
    ended: (entry) => {
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(entry)}\n`)
    }
  }
}

/** Content hashes that were delivered more than once: what a crash or a bug made somebody pay for twice. */
export const paidTwice = (entries: ReadonlyArray<Pick<Logged, "hash" | "delivered">>): ReadonlyArray<string> => {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const { delivered, hash } of entries) {
    if (!delivered) continue
    if (seen.has(hash)) twice.add(hash)
    seen.add(hash)
  }
  return [...twice]
}
