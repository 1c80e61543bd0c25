import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { Effect, type Scope } from "effect"

export interface Reply {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A request as the server saw it. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly authorization: string | null
}

/** What goes wrong with an answer: another answer, or a connection that does not bring it. */
export type Fault = ((reply: Reply, asked: Asked) => Reply) | "reset" | "reset-body" | "hang" | "html"

/** `GET /info` to what is answered to a body. */
export type Routes = Readonly<Record<string, (body: never) => Reply>>

export interface CapabilityServer {
  readonly url: string
  readonly log: ReadonlyArray<Asked>
  /** All but the handshake. */
  readonly work: () => ReadonlyArray<Asked>
  /** Of all POST requests from now on; the handshake has none. */
  readonly setFault: (fault: Fault | undefined) => void
  /** Breaks all connections and refuses new ones. */
  readonly goAway: () => Promise<void>
  /** Listens again at the port it had. */
  readonly comeBack: () => Promise<void>
}

export interface Manner {
  /** Bearer key that requests must have. */
  readonly key?: string
  readonly refusesKey: Reply
  readonly unknownRoute: Reply
}

const textOf = (body: unknown): string => (body === "" ? "" : JSON.stringify(body))

export const ok = (body: unknown): Reply => ({ status: 200, body })

/** One model server over real HTTP on a free port of 127.0.0.1, closed with the scope. */
export const serve = (routes: Routes, manner: Manner): Effect.Effect<CapabilityServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const log: Array<Asked> = []
    let fault: Fault | undefined
    const answer = (request: IncomingMessage, response: ServerResponse, text: string) => {
      const { method = "GET", url = "/" } = request
      const body = text === "" ? null : JSON.parse(text)
      const asked = { method, path: url, body, authorization: request.headers.authorization ?? null }
      log.push(asked)
      const known = routes[`${method} ${url}`] as ((body: unknown) => Reply) | undefined
      const allowed = manner.key === undefined || request.headers.authorization === `Bearer ${manner.key}`
      const right = !allowed ? manner.refusesKey : known === undefined ? manner.unknownRoute : known(body)
      const wrong = method === "POST" ? fault : undefined
      const reply = typeof wrong === "function" ? wrong(right, asked) : right
      const sent = wrong === "html" ? "<html><body>Welcome to the proxy</body></html>" : textOf(reply.body)
      if (wrong === "hang") return
      if (wrong === "reset") return void request.socket.destroy()
      response.writeHead(reply.status, {
        "content-type": "application/json",
        "content-length": String(Buffer.byteLength(sent)),
        ...reply.headers
      })
      if (wrong !== "reset-body") return void response.end(sent)
      response.write(sent.slice(0, sent.length / 2), () => request.socket.destroy())
    }
    const server = createServer((request, response) => {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("end", () => answer(request, response, Buffer.concat(chunks).toString("utf8")))
    })
    const listen = (port: number) => new Promise<void>((done) => server.listen(port, "127.0.0.1", done))
    const goAway = () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      })
    yield* Effect.acquireRelease(
      Effect.promise(() => listen(0)),
      () => Effect.promise(goAway)
    )
    const { port } = server.address() as AddressInfo
    return {
      url: `http://127.0.0.1:${port}`,
      log,
      work: () => log.filter(({ method }) => method === "POST"),
      setFault: (next) => {
        fault = next
      },
      goAway,
      comeBack: () => listen(port)
    }
  })
