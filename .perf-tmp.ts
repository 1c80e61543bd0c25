import { Effect, Layer } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import OpenAI from "openai"
import { transport } from "./models/openai/transport.ts"
import { openaiProvider } from "./models/openai/provider.ts"
import { Budget } from "./models/budget.ts"
import { ChatModel } from "./models/chat-model.ts"
import { chatModelLive } from "./models/chat-model-live.ts"
import { CurrentItem } from "./models/call-context.ts"
import { ModelSpec } from "./models/model-spec.ts"
import { providers } from "./models/providers.ts"
import { memoryLedger } from "./test/models/memory-ledger.ts"
import { system, user } from "./schemas/message.ts"
const child = spawn(process.execPath, ["test/server/main.ts", "--latency", "50", "--with-parent"], { stdio: ["pipe", "pipe", "inherit"] })
const [line] = await once(child.stdout, "data")
const { url } = JSON.parse(String(line))
const text = "The quick brown fox jumps over the lazy dog. ".repeat(40)
for (const [concurrency, total] of JSON.parse(process.argv[2] ?? "[[64,6000],[256,12000],[512,16000]]")) {
  const spec = ModelSpec.parse({ provider: "openai", model: "m", baseUrls: [url], concurrency })
  if (!process.argv[3]) {
  const sdk = transport(url, concurrency)
  const client = new OpenAI({ apiKey: "none", baseURL: url, maxRetries: 0, fetch: sdk.fetch, logLevel: "off" })
  const one = (n: number) => client.chat.completions.create({ model: "m", messages: [{ role: "system", content: "You are." }, { role: "user", content: `${n} ${text}` }], max_tokens: 200, temperature: 0.7, seed: n }).asResponse().then((r) => r.text())
  const many = async (from: number, count: number) => { let next = from; await Promise.all(Array.from({ length: concurrency }, async () => { while (next < from + count) await one(next++) })) }
  await many(0, 3000)
  const cpu0 = process.cpuUsage(), t0 = performance.now()
  await many(10000, total)
  const used0 = process.cpuUsage(cpu0)
  console.log(concurrency, "SDK+shim alone: cpu ms/call", ((used0.user + used0.system) / 1000 / total).toFixed(3), "calls/s", (total / (performance.now() - t0) * 1000).toFixed(0))
  await Effect.runPromise(Effect.scoped(Effect.gen(function* () {
    const provider = yield* openaiProvider(spec, [])
    const call = (n: number) => provider.complete({ model: "m", messages: [system("You are."), user(`${n} ${text}`)], sampling: { temperature: 0.7, maxTokens: 200, seed: n } })
    const round = (from: number, count: number) => Effect.forEach(Array.from({ length: count }, (_, i) => from + i), call, { concurrency, discard: true })
    yield* round(0, 3000)
    const cpu = process.cpuUsage()
    yield* round(10_000, total)
    const used = process.cpuUsage(cpu)
    console.log(concurrency, "provider: cpu ms/call", ((used.user + used.system) / 1000 / total).toFixed(3))
  })))
  }
  const layer = chatModelLive({ models: { default: spec }, providers: providers({ simulated: undefined as never, keys: () => [] }) }).pipe(Layer.provide([memoryLedger(), Budget.layerUnlimited]))
  await Effect.runPromise(Effect.gen(function* () {
    const model = yield* ChatModel
    const call = (n: number) => model.complete({ role: "agent", messages: [system("You are."), user(`${n} ${text}`)], sampling: { temperature: 0.7, maxTokens: 200 }, draw: 0 }).pipe(
      Effect.provideService(CurrentItem, { phase: "p", key: `k${n}`, seed: "s", redraw: 0, calls: [] }))
    const round = (from: number, count: number) => Effect.forEach(Array.from({ length: count }, (_, i) => from + i), call, { concurrency: concurrency * 2, discard: true })
    yield* round(0, 3000)
    const cpu = process.cpuUsage(), t = performance.now()
    yield* round(10_000, total)
    const used = process.cpuUsage(cpu), wall = performance.now() - t
    console.log(concurrency, "cpu ms/call", ((used.user + used.system) / 1000 / total).toFixed(3), "calls/s", (total / wall * 1000).toFixed(0), "ideal", concurrency / 0.05)
  }).pipe(Effect.provide(layer)))
}
child.kill()
