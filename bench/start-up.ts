import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { count, machine, markdown, megabytes } from "./machine.ts"

/*
 * How long the commands take that people wait for, each as a process of its own, on a finished dataset of many small items.
 * `node bench/start-up.ts [--quick] [--items 1000000] [--dataset FOLDER]`: the folder is one that `small-items.ts --keep` left;
 * without it one is made first, which takes minutes for a million.
 */

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    items: { type: "string" },
    dataset: { type: "string" }
  }
})
const items = Number(values.items ?? (values.quick ? 50_000 : 1_000_000))
const root = join(import.meta.dirname, "..")
const temporary = mkdtempSync(join(tmpdir(), "dialoom-bench-"))
const dataset = values.dataset ?? join(temporary, "million")

interface Timed {
  readonly wall: number
  readonly rss: number
}

const RUNS = values.quick ? 3 : 5
const rssOf = join(import.meta.dirname, "peak-memory.mjs")

/** The fastest of several, as what the others took longer is somebody else's work. */
const fastest = (words: ReadonlyArray<string>): Timed => {
  let best: Timed | undefined
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now()
    const child = spawnSync(process.execPath, ["--import", rssOf, ...words], { cwd: root, encoding: "utf8" })
    const wall = performance.now() - started
    if (child.status !== 0) throw new Error(`${words.join(" ")} ended with ${child.status}: ${child.stderr}`)
    const rss = Number(/^peak-memory (\d+)$/m.exec(child.stderr)?.[1])
    if (best === undefined || wall < best.wall) best = { wall, rss }
  }
  return best as Timed
}

try {
  console.log(machine())
  if (!existsSync(join(dataset, "report.json"))) {
    console.log(`Making a dataset of ${count(items)} items...`)
    execFileSync(process.execPath, ["bench/small-items.ts", "--items", String(items), "--keep", dataset], { cwd: root })
  }
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
    ["node itself", ["--eval", "0"]],
    ["dialoom --version", ["scripts/dialoom.mjs", "--version"]],
    ["dialoom --help", ["scripts/dialoom.mjs", "--help"]],
    ["dialoom status", ["scripts/dialoom.mjs", "status", dataset]],
    ['dialoom query "SELECT count(*)"', ["scripts/dialoom.mjs", "query", dataset, "SELECT count(*) FROM squares"]],
    ["list the commits", ["bench/start-up-cases.ts", "list", dataset]],
    ["read the commits", ["bench/start-up-cases.ts", "read", dataset]],
    ["resume a finished run", ["bench/start-up-cases.ts", "resume", dataset]]
  ]
  const table = [["command", "wall", "peak RSS"]]
  for (const [name, words] of cases) {
    const { rss, wall } = fastest(words)
    table.push([name, `${(wall / 1000).toFixed(2)} s`, megabytes(rss)])
  }
  console.log(`Fastest of ${RUNS} each, whole processes\n`)
  console.log(markdown(table))
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
