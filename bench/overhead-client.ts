import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { liveCalls, newProgress } from "../engine/progress.ts"
import { ModelSpec } from "../schemas/config.ts"
import { overheadPipeline } from "./overhead-pipeline.ts"
import { runInProcess } from "./run-in-process.ts"

/*
 * The measured process of overhead.ts: `node --expose-gc bench/overhead-client.ts URL CONCURRENCY CALLS`. Prints one line of
 * JSON. What is measured begins when code is warm and all slots are taken, and ends while they still are.
 */

const [url = "", concurrencyText, callsText] = process.argv.slice(2)
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

const collect = () => (globalThis as { gc?: () => void }).gc?.()
const held = () => {
  collect()
  const { external, heapUsed } = process.memoryUsage()
  return heapUsed + external
}
const snapshot = () => {
  const all = process.cpuUsage()
  const main = process.threadCpuUsage()
  return { wall: performance.now(), cpu: (all.user + all.system) / 1_000, main: (main.user + main.system) / 1_000 }
}

const path = mkdtempSync(join(tmpdir(), "dialoom-bench-"))
const progress = newProgress(performance.now())
const heapBefore = held()
let first: (ReturnType<typeof snapshot> & { readonly sent: number }) | undefined
let result: OverheadResult | undefined

const timer = setInterval(() => {
  const { sent } = liveCalls(progress)
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

const model = ModelSpec.parse({ provider: "openai", model: "bench", baseUrls: [url], concurrency })
const report = await Effect.runPromise(
  Effect.ensuring(
    runInProcess({ path, pipeline: overheadPipeline, items: calls / 4, model, concurrency, progress }),
    Effect.sync(() => {
      clearInterval(timer)
      rmSync(path, { recursive: true, force: true })
    })
  )
)
const [books] = report.books
if (books?.accepted !== calls / 4) throw new Error(`not every item was accepted: ${JSON.stringify(books)}`)
console.log(JSON.stringify({ ...result, rssBytes: process.resourceUsage().maxRSS * 1024 }))
