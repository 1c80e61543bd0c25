import type { IncomingMessage, ServerResponse } from "node:http"
import { completionBody, errorBody } from "./bodies.ts"
import type { Fault } from "./faults.ts"
import type { Answer, WireRequest } from "./wire.ts"

export interface DeliveryOptions {
  /** Retry-After of the faults that have one. Default 50 ms (`429-after` rounds up to whole seconds). */
  readonly retryAfterMillis?: number
  readonly slowBodyMillis?: number
}

export const send = (
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {}
): void => {
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    ...headers
  })
  response.end(body)
}

export const limited = (response: ServerResponse, headers: Record<string, string> = {}): void =>
  send(response, 429, errorBody("Rate limit reached.", { code: "rate_limit_exceeded" }), headers)

/** Answers as the fault wants it. True where the client gets a whole completion. */
export const deliver = (
  request: IncomingMessage,
  response: ServerResponse,
  asked: WireRequest,
  hash: string,
  said: Answer,
  fault: Fault | undefined,
  options: DeliveryOptions
): boolean => {
  const after = options.retryAfterMillis ?? 50
  const body = completionBody(asked, hash, said, fault)
  switch (fault) {
    case "429":
      limited(response)
      return false
    case "429-after":
      limited(response, { "retry-after": String(Math.ceil(after / 1000)) })
      return false
    case "429-after-ms":
      limited(response, { "retry-after-ms": String(after) })
      return false
    case "quota":
      send(response, 429, errorBody("You exceeded your current quota.", { code: "insufficient_quota" }))
      return false
    case "400":
      send(response, 400, errorBody("The messages are not acceptable."))
      return false
    case "500":
    case "503":
      send(response, Number(fault), errorBody("Something broke."))
      return false
    case "reset":
      request.socket.destroy()
      return false
    case "reset-body":
      response.writeHead(200, { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) })
      response.write(body.slice(0, body.length / 2), () => request.socket.destroy())
      return false
    case "hang":
      return false
    case "malformed":
      send(response, 200, body.slice(0, body.length / 2))
      return false
    case "html":
      send(response, 200, "<html><body>Welcome to the proxy</body></html>", { "content-type": "text/html" })
      return false
    case "slow-body": {
      response.writeHead(200, { "content-type": "application/json" })
      const pieces = 5
      const size = Math.ceil(body.length / pieces)
      for (let piece = 0; piece < pieces; piece++) {
        const last = piece === pieces - 1
        const text = body.slice(piece * size, (piece + 1) * size)
        const write = () => (last ? response.end(text) : response.write(text))
        setTimeout(write, ((piece + 1) * (options.slowBodyMillis ?? 100)) / pieces)
      }
      return true
    }
    case "empty-choices":
      send(response, 200, body)
      return false
    default:
      send(response, 200, body)
      return true
  }
}
