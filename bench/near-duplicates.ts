import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { Effect, Stream } from "effect"
import { nearDuplicates } from "../datasets/curate/near-duplicates.ts"
import { jaccard, Shingles } from "../datasets/curate/shingles.ts"
import { count, machine, markdown, megabytes, seconds } from "./machine.ts"
import { benchText } from "./near-duplicates-rows.ts"

/*
 * Near duplicates among dialogues of 1 KB, every tenth a copy with none to 5 % of its words changed.
 * `node bench/near-duplicates.ts [--quick] [--rows 1000000] [--threshold 0.85] [--oracle]`; --oracle compares the pairs of 20,000 rows
 * with those of an exact comparison of all.
 */

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    rows: { type: "string" },
    threshold: { type: "string", default: "0.85" },
    oracle: { type: "boolean", default: false }
  }
})
const SAMPLE = 20_000
const SHINGLE = 5
const threshold = Number(values.threshold)
const rows = Number(values.rows ?? (values.quick ? 50_000 : 1_000_000))

const path = mkdtempSync(join(tmpdir(), "dialoom-bench-"))
const find = (texts: Stream.Stream<{ readonly id: number; readonly text: string }>) =>
  nearDuplicates(texts, { shingle: SHINGLE, threshold }, path)

const measure = Effect.gen(function* () {
  const started = performance.now()
  let making = 0
  let characters = 0
  let read = started
  const texts = Stream.range(0, rows - 1).pipe(
    Stream.mapArray((some) => {
      const from = performance.now()
      const made = some.map((id) => ({ id, text: benchText(id) }))
      characters += made.reduce((sum, { text }) => sum + text.length, 0)
      read = performance.now()
      making += read - from
      return made as [(typeof made)[0], ...typeof made]
    })
  )
  const found = yield* find(texts)
  const compared = performance.now()
  const pairs = yield* Stream.runCount(found.pairs)
  const clusters = yield* Stream.runCount(found.clusters)
  const ended = performance.now()
  const own = ended - started - making
  console.log(`${count(rows)} rows of ${count(characters / rows)} characters, threshold ${threshold}\n`)
  console.log(
    markdown([
      [
        "shingles and signatures",
        "comparing",
        "pairs and clusters out",
        "whole",
        "rows/s",
        "pairs",
        "clusters",
        "peak RSS"
      ],
      [
        seconds(read - started - making),
        seconds(compared - read),
        seconds(ended - compared),
        seconds(own),
        count((rows / own) * 1_000),
        count(pairs),
        count(clusters),
        megabytes(process.resourceUsage().maxRSS * 1024)
      ]
    ])
  )
})

/** All pairs of the sample that share a shingle, by an index of all shingles: their exact similarity. */
const exactPairs = (sample: number): Map<string, number> => {
  const shingles = new Shingles(SHINGLE)
  const sets = Array.from({ length: sample }, (_, row) => Float64Array.from(shingles.of(benchText(row))))
  const holders = new Map<number, Array<number>>()
  for (const [row, set] of sets.entries()) {
    for (const hash of set) {
      const others = holders.get(hash)
      if (others === undefined) holders.set(hash, [row])
      else others.push(row)
    }
  }
  const pairs = new Map<string, number>()
  for (const others of holders.values()) {
    for (const [at, right] of others.entries()) {
      for (const left of others.slice(0, at)) {
        const key = `${left} ${right}`
        if (pairs.has(key)) continue
        pairs.set(key, jaccard(sets[left] as Float64Array, sets[right] as Float64Array, 0))
      }
    }
  }
  return pairs
}

const oracle = Effect.gen(function* () {
  const exact = exactPairs(SAMPLE)
  const { clusters, pairs } = yield* find(
    Stream.range(0, SAMPLE - 1).pipe(Stream.map((id) => ({ id, text: benchText(id) })))
  )
  const found = new Set((yield* Stream.runCollect(pairs)).map(({ left, right }) => `${left} ${right}`))
  const clusterOf = new Map<string, number>()
  yield* Stream.runForEach(clusters, ({ members }) =>
    Effect.sync(() => {
      for (const member of members) clusterOf.set(String(member), members[0] as number)
    })
  )
  const wanted = [...exact].filter(([, similarity]) => similarity >= threshold).map(([key]) => key)
  const wrong = [...found].filter((key) => (exact.get(key) ?? 0) < threshold).length
  const listed = wanted.filter((key) => found.has(key)).length
  const joined = wanted.filter((key) => {
    const [left = "", right = ""] = key.split(" ")
    return clusterOf.has(left) && clusterOf.get(left) === clusterOf.get(right)
  }).length
  const share = (some: number) => `${((100 * some) / wanted.length).toFixed(2)} %`
  console.log(
    `\n${markdown([
      ["rows", "pairs at or above the threshold", "of them found", "of them in one cluster", "found below it"],
      [count(SAMPLE), count(wanted.length), share(listed), share(joined), count(wrong)]
    ])}`
  )
})

console.log(machine())
await Effect.runPromise(
  measure.pipe(
    Effect.scoped,
    Effect.andThen(values.oracle ? Effect.scoped(oracle) : Effect.void),
    Effect.ensuring(Effect.sync(() => rmSync(path, { recursive: true, force: true })))
  )
)
