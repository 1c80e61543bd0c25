import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { liveCalls, newProgress } from "../engine/progress.ts"
import { openaiProvider } from "../models/openai/provider.ts"
import { ModelSpec } from "../schemas/config.ts"
import { overheadPipeline, prompt, SAMPLING } from "./overhead-pipeline.ts"
import { runInProcess } from "./run-in-process.ts"

/*
 * The measured process of overhead.ts: `node --expose-gc bench/overhead-client.ts run|wire URL CONCURRENCY CALLS`, where `wire` is
 * the provider alone (SDK, HTTP, reading the answer): what no change of the house can save. Prints one line of JSON. What is
 * measured begins when code is warm and all slots are taken, and ends while they still are.
 */

const [what, url = "", concurrencyText, callsText] = process.argv.slice(2)
const concurrency = Number(concurrencyText)
const calls = Number(callsText)

/** Calls left out at each end. */
const WARM_UP = 4_000
const RUN_DOWN = 1_200

export interface OverheadResult {
  readonly calls: number
  readonly wallMillis: number
  /** User and system time of all threads. */
  readonly cpuMillis: number
  readonly mainCpuMillis: number
  /** Peak of the whole run. */
  readonly rssBytes: number
  /** Live heap and buffers while all slots are taken, less what there was before the run. */
  readonly heapBytes: number
}

const held = () => {
  const collect = (globalThis as { gc?: () => void }).gc
  collect?.()
  const { external, heapUsed } = process.memoryUsage()
  return heapUsed + external
}
const snapshot = () => {
  const all = process.cpuUsage()
  const main = process.threadCpuUsage()
  return { wall: performance.now(), cpu: (all.user + all.system) / 1_000, main: (main.user + main.system) / 1_000 }
}

const model = ModelSpec.parse({ provider: "openai", model: "bench", baseUrls: [url], concurrency })

const progress = newProgress(performance.now())
const house = Effect.gen(function* () {
  const path = mkdtempSync(join(tmpdir(), "dialoom-bench-"))
  const [books] = (yield* Effect.ensuring(
    runInProcess({ path, pipeline: overheadPipeline, items: calls / 4, model, concurrency, progress }),
    Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  )).books
  if (books?.accepted !== calls / 4) throw new Error(`not every item was accepted: ${JSON.stringify(books)}`)
})

let wired = 0
const wire = Effect.gen(function* () {
  const provider = yield* openaiProvider(model, [])
  const lane = Effect.fnUntraced(function* (first: number) {
    for (let n = first; n < calls; n += concurrency) {
      yield* provider.complete({
        model: "bench",
        messages: [prompt(n, "draft", "")],
        sampling: { ...SAMPLING, seed: n }
      })
      wired++
    }
  })
  const lanes = Array.from({ length: concurrency }, (_, first) => first)
  yield* Effect.forEach(lanes, lane, { concurrency: "unbounded", discard: true })
})

const heapBefore = held()
let first: (ReturnType<typeof snapshot> & { readonly sent: number }) | undefined
let result: OverheadResult | undefined
const timer = setInterval(() => {
  const sent = what === "wire" ? wired : liveCalls(progress).sent
  if (first === undefined) {
    if (sent >= WARM_UP) first = { ...snapshot(), sent }
  } else if (result === undefined && sent >= calls - RUN_DOWN) {
    const last = snapshot()
    result = {
      calls: sent - first.sent,
      wallMillis: last.wall - first.wall,
      cpuMillis: last.cpu - first.cpu,
      mainCpuMillis: last.main - first.main,
      heapBytes: held() - heapBefore,
      rssBytes: 0
    }
  }
}, 10)

await Effect.runPromise(Effect.scoped(what === "wire" ? wire : house))
clearInterval(timer)
console.log(JSON.stringify({ ...result, rssBytes: process.resourceUsage().maxRSS * 1024 }))
