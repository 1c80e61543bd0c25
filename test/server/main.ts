import { parseArgs } from "node:util"
import { parseFaults } from "./faults.ts"
import { parseLatency } from "./latency.ts"
import { readRecording } from "./replay.ts"
import { type Outage, startServer } from "./server.ts"

/**
 * The simulated server as a process of its own. Prints one line of JSON ({ url, pid }) when it listens and ends on SIGTERM
 * or when its standard input closes with `--with-parent`.
 *
 *   node test/server/main.ts --port 0 --latency 50 --faults 429=0.3,500=0.05 --keys a,b --per-key 10/1000
 *     --outage 2000-5000:503 --structured json_object --seed s --log requests.jsonl --replay replies.jsonl
 */
const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    latency: { type: "string", default: "0" },
    faults: { type: "string", default: "" },
    keys: { type: "string" },
    "per-key": { type: "string" },
    outage: { type: "string", multiple: true },
    structured: { type: "string" },
    "retry-after": { type: "string" },
    "tool-calls": { type: "string" },
    models: { type: "string" },
    seed: { type: "string", default: "seed" },
    log: { type: "string" },
    replay: { type: "string" },
    "with-parent": { type: "boolean", default: false }
  }
})

/** `2000-5000` or `2000-5000:503`. */
const parseOutage = (text: string): { from: number; to: number; kind: Outage } => {
  const [window = "", kind] = text.split(":")
  const [from, to] = window.split("-").map(Number)
  if (from === undefined || to === undefined || !(from < to))
    throw new Error(`--outage ${text}: expected FROM-TO[:503]`)
  return { from, to, kind: kind === "503" ? "503" : "reset" }
}

const [requests, windowMillis] = (values["per-key"] ?? "").split("/").map(Number)
const structured = (["json_schema", "json_object", "none"] as const).find((mode) => mode === values.structured)

const server = await startServer({
  port: Number(values.port),
  latency: parseLatency(values.latency),
  faults: parseFaults(values.faults),
  seed: values.seed,
  outages: (values.outage ?? []).map(parseOutage),
  ...(values.keys === undefined ? {} : { keys: values.keys.split(",") }),
  ...(requests === undefined || windowMillis === undefined ? {} : { bucket: { requests, windowMillis } }),
  ...(structured === undefined ? {} : { structured }),
  ...(values["retry-after"] === undefined ? {} : { retryAfterMillis: Number(values["retry-after"]) }),
  ...(values["tool-calls"] === undefined ? {} : { toolCallRate: Number(values["tool-calls"]) }),
  ...(values.models === undefined ? {} : { models: values.models.split(",") }),
  ...(values.log === undefined ? {} : { log: values.log }),
  ...(values.replay === undefined ? {} : { recording: readRecording(values.replay) })
})

const stop = () => {
  void server.close().then(() => process.exit(0))
}
process.on("SIGTERM", stop)
process.on("SIGINT", stop)
if (values["with-parent"]) process.stdin.resume().on("close", stop)
console.log(JSON.stringify({ url: server.url, pid: process.pid }))
