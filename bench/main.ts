import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { machine } from "./machine.ts"

/** What can be measured. `quick` is how a benchmark is told to take less than a minute. */
const benchmarks: ReadonlyArray<{
  readonly name: string
  readonly what: string
  readonly always?: ReadonlyArray<string>
  readonly quick: ReadonlyArray<string>
}> = [
  { name: "overhead", what: "what the house adds to a model call: CPU, rate, memory", quick: ["--quick"] },
  { name: "small-items", what: "a million items without calls: rate, commits, memory", quick: ["--quick"] },
  { name: "ledger", what: "a million calls put on disk and found again", quick: ["100000"] },
  { name: "parquet", what: "rows to Parquet parts and back", quick: ["5000"] },
  { name: "near-duplicates", what: "a million dialogues compared: rate, memory, recall", quick: ["--quick"] },
  {
    name: "local-models",
    what: "texts a second of an encoder in this process (needs npm run install:local-models)",
    always: ["--random"],
    quick: ["--texts", "64", "--rounds", "1", "--budgets", "1024"]
  },
  { name: "start-up", what: "time until status, help and a finished run answer", quick: ["--quick"] }
]

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false }, help: { type: "boolean", default: false } }
})
const unknown = positionals.filter((name) => !benchmarks.some((one) => one.name === name))

if (values.help || unknown.length > 0) {
  const width = Math.max(...benchmarks.map(({ name }) => name.length))
  const lines = benchmarks.map(({ name, what }) => `  ${name.padEnd(width)}  ${what}`)
  console.log(
    ["node bench/main.ts [NAME...] [--quick]: all of them, or those named, one after another", ...lines].join("\n")
  )
  if (unknown.length > 0) console.error(`There is no benchmark called ${unknown.join(", ")}.`)
  process.exit(unknown.length > 0 ? 2 : 0)
}

console.log(machine())
let failed = false
for (const { always = [], name, quick, what } of benchmarks) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  console.log(`\n## ${name}: ${what}\n`)
  const { status } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, `${name}.ts`), ...always, ...(values.quick ? quick : [])],
    {
      stdio: "inherit"
    }
  )
  if (status !== 0) {
    failed = true
    console.error(`${name} ended with ${status}`)
  }
}
process.exit(failed ? 1 : 0)
