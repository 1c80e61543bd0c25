import { startServer } from "../test/server/server.ts"

/*
 * The simulated server as a process of its own, with replies of about 1.6 KB made in advance, so that it can answer faster than
 * any client here can ask. `node bench/overhead-server.ts LATENCY_MILLIS` prints its URL and ends with its standard input.
 */

const text = "The harbour ledger was kept by lantern light, and nobody had reason to doubt a line of it. ".repeat(18)
const grade = JSON.stringify({
  verdict: "good",
  points: Array.from({ length: 7 }, (_, index) => ({
    claim: text.slice(0, 80),
    comment: text.slice(0, 110),
    score: 1 + (index % 5)
  }))
})

const server = await startServer({
  latency: { kind: "fixed", millis: Number(process.argv[2] ?? 50) },
  reply: (request, hash) => ({
    content: request.response_format === undefined ? `${hash.slice(0, 16)} ${text.slice(0, 1_580)}` : grade
  })
})
process.stdin.resume().on("close", () => process.exit(0))
console.log(server.url)
