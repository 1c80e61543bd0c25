import { execFileSync, spawn } from "node:child_process"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { parseArgs } from "node:util"
import { count, machine, markdown, megabytes } from "./machine.ts"
import type { OverheadResult } from "./overhead-client.ts"

/*
 * What the house adds to a model call, everything on: prompt, address, budget, queue, HTTP, parsing, validation, ledger on disk,
 * rows, commits. `node bench/overhead.ts [--quick] [--calls 24000] [--concurrency 64,256,512] [--latency 50] [--profile FOLDER]`.
 * The simulated server is a process of its own on the second core, the client is held to the first where `taskset` is there.
 */

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    calls: { type: "string" },
    concurrency: { type: "string", default: "64,256,512" },
    latency: { type: "string", default: "50" },
    /** Writes a CPU profile of each client there. */
    profile: { type: "string" }
  }
})
const calls = Number(values.calls ?? (values.quick ? 10_000 : 24_000))
const latency = Number(values.latency)

const canPin = (() => {
  if (availableParallelism() < 2) return false
  try {
    execFileSync("taskset", ["-c", "0", "true"], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
})()

const node = (core: number, words: ReadonlyArray<string>) => {
  const all = canPin ? ["taskset", "-c", String(core), process.execPath, ...words] : [process.execPath, ...words]
  return spawn(all[0] as string, all.slice(1), {
    stdio: ["pipe", "pipe", "inherit"],
    cwd: join(import.meta.dirname, "..")
  })
}

/** The first line that a child prints. A child that ends without one is an error, not a wait. */
const firstLine = (child: ReturnType<typeof node>): Promise<string> =>
  new Promise((resolve, reject) => {
    createInterface(child.stdout).once("line", resolve)
    child.once("close", (code) => reject(new Error(`${child.spawnargs.join(" ")} ended with ${code}`)))
  })

const measure = async (what: "run" | "wire", concurrency: number): Promise<OverheadResult> => {
  const server = node(1, ["bench/overhead-server.ts", String(latency)])
  try {
    const url = await firstLine(server)
    const profile =
      values.profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${values.profile}`, "--cpu-prof-interval=500"]
    // As `npm run generate` is started.
    const words = [
      "--max-semi-space-size=32",
      "--heap-growing-percent=50",
      "bench/overhead-client.ts",
      what,
      url,
      String(concurrency),
      String(calls)
    ]
    return JSON.parse(await firstLine(node(0, [...profile, "--expose-gc", ...words]))) as OverheadResult
  } finally {
    server.stdin.end()
  }
}

console.log(`${machine()}${canPin ? ", client and server pinned to a core each" : ""}`)
console.log(`${count(calls)} calls, ${latency} ms each\n`)
const table = [
  [
    "calls in flight",
    "calls/s",
    "of ideal",
    "CPU ms a call",
    "of it main thread",
    "a core could do",
    "heap",
    "peak RSS",
    "wire alone"
  ]
]
const results: Array<readonly [number, OverheadResult]> = []
for (const concurrency of values.concurrency.split(",").map(Number)) {
  const wire = await measure("wire", concurrency)
  const result = await measure("run", concurrency)
  results.push([concurrency, result])
  const rate = (result.calls / result.wallMillis) * 1_000
  const cpu = result.cpuMillis / result.calls
  table.push([
    String(concurrency),
    count(rate),
    `${Math.round((rate / ((concurrency / latency) * 1_000)) * 100)} %`,
    cpu.toFixed(3),
    `${Math.round((result.mainCpuMillis / result.cpuMillis) * 100)} %`,
    `${count(1_000 / cpu)}/s`,
    megabytes(result.heapBytes),
    megabytes(result.rssBytes),
    `${(wire.cpuMillis / wire.calls).toFixed(3)} ms`
  ])
}
console.log(markdown(table))
const [least, most] = [results[0], results.at(-1)]
if (least !== undefined && most !== undefined && most[0] > least[0]) {
  const bytes = (most[1].heapBytes - least[1].heapBytes) / (most[0] - least[0])
  console.log(
    `\nHeap for each further call in flight: ${(bytes / 1024).toFixed(1)} KB (slope of the first to the last row)`
  )
}
