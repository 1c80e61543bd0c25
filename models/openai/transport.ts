import { Pool } from "undici"
import { errorBodyIn } from "./error-body.ts"

/** A model's answer of this size is an error of the server, and must not fill the memory of a long run. */
const MOST_BYTES = 64 * 1024 * 1024
const CONNECT_TIMEOUT_MILLIS = 30_000

/** The SDK wants a key also where the server wants none; this one is not sent. */
export const NO_KEY = "none"

export interface Transport {
  readonly fetch: typeof fetch
  readonly close: () => Promise<void>
}

/**
 * A `fetch` for the `openai` SDK over a pool of kept connections to one origin: half the CPU of the built-in fetch. The
 * whole body is read before it resolves, so the SDK's timeout covers the body and not only the headers. Redirects are
 * not followed: a key goes to the host it was meant for or nowhere.
 */
export const transport = (baseUrl: string, connections: number): Transport => {
  const { origin } = new URL(baseUrl)
  const pool = new Pool(origin, {
    connections,
    pipelining: 1,
    connectTimeout: CONNECT_TIMEOUT_MILLIS,
    // The SDK has the deadline; undici's own would be a second one.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MOST_BYTES
  })
  const poolFetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = String(input)
    const { body, headers, statusCode } = await pool.request({
      path: url.slice(origin.length),
      method: init.method === "GET" ? "GET" : "POST",
      headers: sent(init.headers as Headers),
      body: typeof init.body === "string" ? init.body : null,
      signal: init.signal ?? null
    })
    const whole = await body.text()
    const text = statusCode < 400 ? whole : errorBodyIn(whole)
    // What the SDK uses of a response. A real Response would build a stream for each answer.
    return {
      ok: statusCode >= 200 && statusCode < 300,
      status: statusCode,
      url,
      headers: received(headers),
      body: null,
      text: () => Promise.resolve(text)
    } as Response
  }
  return { fetch: poolFetch, close: () => pool.destroy() }
}

/**
 * Three headers and no more: the SDK also sends a description of this machine, and headers that it finds in the
 * environment and that may be meant for another service.
 */
const sent = (all: Headers): Record<string, string> => {
  const kept: Record<string, string> = { accept: "application/json" }
  const type = all.get("content-type")
  if (type !== null) kept["content-type"] = type
  const authorization = all.get("authorization")
  if (authorization !== null && authorization !== `Bearer ${NO_KEY}`) kept.authorization = authorization
  return kept
}

/** What anybody asks of an answer's headers; building all of them costs as much as reading a small body. */
const RECEIVED = ["x-request-id", "retry-after", "retry-after-ms"]

const received = (all: Record<string, string | Array<string> | undefined>): Headers => {
  const kept = new Headers()
  for (const name of RECEIVED) {
    const value = all[name]
    if (typeof value === "string") kept.set(name, value)
  }
  return kept
}
