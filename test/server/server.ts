import { hash as digest } from "node:crypto"
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse
} from "node:http"
import type { AddressInfo } from "node:net"
import { errorBody } from "./bodies.ts"
import { chance } from "./chance.ts"
import { defaultReply } from "./default-reply.ts"
import { type DeliveryOptions, deliver, limited, send } from "./deliver.ts"
import { drawFault, type Fault, type Faults } from "./faults.ts"
import { type Latency, latencyMillis } from "./latency.ts"
import { type Recording, recorded } from "./replay.ts"
import { type Logged, type RequestLog, requestLog } from "./request-log.ts"
import { type Answer, isWireRequest, type WireRequest } from "./wire.ts"

/** How a server that is down behaves: no connection survives, or 503 for everything. */
export type Outage = "reset" | "503"

export interface ServerOptions extends DeliveryOptions {
  /** 0 or absent: any free one. */
  readonly port?: number
  /** What to answer; undefined falls back to the recording, then to a reply made from the request's hash. */
  readonly reply?: (request: WireRequest, hash: string, attempt: number) => Answer | undefined
  readonly recording?: Recording
  readonly latency?: Latency
  readonly faults?: Faults
  /** Faults by hand; undefined falls back to `faults`. */
  readonly fault?: (request: WireRequest, hash: string, attempt: number) => Fault | undefined
  /** Keys that are let in; absent: any and none. */
  readonly keys?: ReadonlyArray<string>
  /** Requests that each key may send in each window: more get a 429 with Retry-After until the window ends. */
  readonly bucket?: { readonly requests: number; readonly windowMillis: number }
  /** Windows, in milliseconds since the start, in which the server is down. */
  readonly outages?: ReadonlyArray<{ readonly from: number; readonly to: number; readonly kind: Outage }>
  /** Which structured output the server takes; the rest is a 400. Default `json_schema`. */
  readonly structured?: "json_schema" | "json_object" | "none"
  /** Share of requests with tools that are answered by a call. Default 0.5. */
  readonly toolCallRate?: number
  /** Parameters that the server does not know: a 400 names them. */
  readonly refusedParameters?: ReadonlyArray<string>
  /** Names of models that are served; absent: any. */
  readonly models?: ReadonlyArray<string>
  readonly seed?: string
  /** Sees the headers of each request for a completion. */
  readonly onHeaders?: (headers: IncomingHttpHeaders) => void
  /** File to append the log to. */
  readonly log?: string
}

export interface RunningServer {
  /** Base URL for clients, ending in /v1. */
  readonly url: string
  readonly log: RequestLog
  readonly setOutage: (outage: Outage | undefined) => void
  readonly stats: () => { readonly inFlight: number; readonly mostInFlight: number; readonly requests: number }
  readonly close: () => Promise<void>
}

/** A simulated OpenAI-compatible server on 127.0.0.1: real HTTP, seeded misbehaviour, a log of what it was asked. */
export const startServer = async (options: ServerOptions = {}): Promise<RunningServer> => {
  const log = requestLog(options.log)
  const attempts = new Map<string, number>()
  const buckets = new Map<number, { start: number; used: number }>()
  const startedAt = Date.now()
  const seed = options.seed ?? "seed"
  let outage: Outage | undefined
  let inFlight = 0
  let mostInFlight = 0

  const down = (): Outage | undefined => {
    const since = Date.now() - startedAt
    return outage ?? options.outages?.find(({ from, to }) => since >= from && since < to)?.kind
  }

  /** Milliseconds until the key may ask again; 0 when it may now. */
  const bucketWait = (key: number): number => {
    const { bucket } = options
    if (bucket === undefined) return 0
    const now = Date.now()
    let state = buckets.get(key)
    if (state === undefined || now - state.start >= bucket.windowMillis) {
      state = { start: now, used: 0 }
      buckets.set(key, state)
    }
    state.used += 1
    return state.used <= bucket.requests ? 0 : Math.max(1, state.start + bucket.windowMillis - now)
  }

  const complete = (request: IncomingMessage, response: ServerResponse, body: string) => {
    options.onHeaders?.(request.headers)
    const parsed = parse(body)
    if (!isWireRequest(parsed)) return send(response, 400, errorBody("The body is not a chat completion request."))
    const hash = contentHash(parsed)
    const attempt = (attempts.get(hash) ?? 0) + 1
    attempts.set(hash, attempt)
    const bearer = request.headers.authorization?.replace(/^Bearer /, "") ?? ""
    const key = options.keys?.indexOf(bearer) ?? -1
    const fault = options.fault?.(parsed, hash, attempt) ?? drawFault(options.faults ?? {}, seed, hash, attempt)
    const entry: Logged = {
      at: Date.now(),
      hash,
      attempt,
      status: 0,
      fault: fault ?? null,
      delivered: false,
      aborted: false,
      key
    }
    log.add(entry)
    inFlight += 1
    mostInFlight = Math.max(mostInFlight, inFlight)
    let paidFor = false
    let timer: NodeJS.Timeout | undefined
    response.on("close", () => {
      inFlight -= 1
      clearTimeout(timer)
      entry.delivered = paidFor && response.writableFinished
      entry.aborted = !response.writableFinished
      if (response.headersSent) entry.status = response.statusCode
      log.ended(entry)
    })

    const refuse = (status: number, text: string, extra: { code?: string; param?: string } = {}) =>
      send(response, status, errorBody(text, extra))
    const isDown = down()
    if (isDown === "reset") return request.socket.destroy()
    if (isDown === "503") return refuse(503, "The server is down.")
    if (options.keys !== undefined && key < 0) {
      return refuse(401, `Incorrect API key provided: ${bearer}.`, { code: "invalid_api_key" })
    }
    if (options.models !== undefined && !options.models.includes(parsed.model)) {
      return refuse(404, `The model ${parsed.model} does not exist.`, { code: "model_not_found" })
    }
    const wait = bucketWait(key)
    if (wait > 0)
      return limited(response, { "retry-after-ms": String(wait), "retry-after": String(Math.ceil(wait / 1000)) })
    const unknown = options.refusedParameters?.find((name) => name in parsed)
    if (unknown !== undefined) {
      const hint = unknown === "max_tokens" ? " Use 'max_completion_tokens' instead." : ""
      return refuse(400, `Unsupported parameter: '${unknown}' is not supported with this model.${hint}`, {
        param: unknown
      })
    }
    const format = parsed.response_format?.type
    const structured = options.structured ?? "json_schema"
    if (format === "json_schema" ? structured !== "json_schema" : format === "json_object" && structured === "none") {
      return refuse(400, `response_format of type ${format} is not supported.`, { param: "response_format" })
    }

    const answer = () => {
      const said =
        options.reply?.(parsed, hash, attempt) ??
        (options.recording === undefined ? undefined : recorded(options.recording, parsed)) ??
        defaultReply(parsed, hash, options.toolCallRate ?? 0.5)
      paidFor = deliver(request, response, parsed, hash, said, fault, options)
    }
    const draw = `${seed}/latency/${hash}/${attempt}`
    const { latency } = options
    const delay =
      latency === undefined
        ? 0
        : latency.kind === "fixed"
          ? latency.millis
          : latencyMillis(latency, chance(draw), chance(`${draw}/2`))
    if (delay > 0) timer = setTimeout(answer, delay)
    else answer()
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1")
    if (request.method === "GET" && url.pathname === "/v1/models") {
      const bearer = request.headers.authorization?.replace(/^Bearer /, "") ?? ""
      if (options.keys !== undefined && !options.keys.includes(bearer)) {
        const refusal = errorBody(`Incorrect API key provided: ${bearer}.`, { code: "invalid_api_key" })
        return send(response, 401, refusal)
      }
      const names = options.models ?? ["simulated-model"]
      return send(response, 200, JSON.stringify({ object: "list", data: names.map((id) => ({ id, object: "model" })) }))
    }
    if (url.pathname === "/_admin/log") return send(response, 200, JSON.stringify(log.entries))
    if (url.pathname === "/_admin/stats") return send(response, 200, JSON.stringify(stats()))
    if (url.pathname === "/_admin/outage") {
      const kind = url.searchParams.get("kind") === "503" ? "503" : "reset"
      outage = url.searchParams.get("on") === "1" ? kind : undefined
      return send(response, 200, JSON.stringify({ outage: outage ?? null }))
    }
    if (request.method !== "POST" || url.pathname !== "/v1/chat/completions") {
      return send(response, 404, errorBody(`No such path: ${url.pathname}.`))
    }
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => complete(request, response, Buffer.concat(chunks).toString("utf8")))
  })
  const stats = () => ({ inFlight, mostInFlight, requests: log.entries.length })
  const port = await listen(server, options.port ?? 0)
  return {
    url: `http://127.0.0.1:${port}/v1`,
    log,
    setOutage: (kind) => {
      outage = kind
    },
    stats,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      })
  }
}

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, "127.0.0.1", 4096, () => resolve((server.address() as AddressInfo).port))
  })

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

const contentHash = (request: WireRequest): string =>
  digest(
    "sha256",
    JSON.stringify([
      request.model,
      request.messages,
      request.tools ?? null,
      request.response_format ?? null,
      request.temperature ?? null,
      request.top_p ?? null,
      request.max_tokens ?? request.max_completion_tokens ?? null,
      request.stop ?? null,
      request.seed ?? null
    ]),
    "hex"
  )
