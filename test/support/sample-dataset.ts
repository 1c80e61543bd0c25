import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, type Scope, Stream } from "effect"
import { z } from "zod"
import { commitShard } from "../../datasets/commits.ts"
import { Duck } from "../../datasets/duck.ts"
import { createOrOpen, type DatasetFolder, writeRun } from "../../datasets/folder.ts"
import { Items, RejectedItems, withProvenance } from "../../datasets/house-tables.ts"
import { shardItems } from "../../datasets/in-force.ts"
import { layoutOf, writeLayout } from "../../datasets/layout.ts"
import { writePart } from "../../datasets/parts.ts"
import { writePlan } from "../../datasets/plan.ts"
import type { PartFile, PlanCommit, ShardCommit } from "../../schemas/commit.ts"
import type { Outcome } from "../../schemas/item.ts"
import type { Provenance } from "../../schemas/provenance.ts"
import { rowCodec } from "../../schemas/row-codec.ts"
import type { RunRecord } from "../../schemas/run.ts"
import { type Table, table } from "../../schemas/table.ts"

/** A small pipeline's table, with lists, structs and a field that may be missing. */
export const Tales = table(
  "tales",
  "Tales for tests.",
  z.strictObject({
    id: z.string(),
    chapter: z.int32(),
    lines: z.array(
      z.strictObject({ speaker: z.enum(["fox", "crow"]), text: z.string(), aside: z.string().optional() })
    ),
    moral: z.string().nullable()
  })
)

export const layout = layoutOf({ phases: ["tell", "retell"], mainTable: "tales", tables: [Tales] })

export const duckLayer = Duck.layer()

/** A folder that goes away with the scope. */
export const scratch: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "dialoom-test-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

export const runRecord: RunRecord = {
  dialoom: "0.0.0",
  schemaVersion: 1,
  name: "sample",
  pipeline: "test",
  pipelineVersion: 1,
  run: "run-a",
  seed: "7",
  licence: "CC0-1.0",
  config: {},
  models: [],
  prompts: {},
  code: { commit: null, modified: false, node: "24" },
  sources: [],
  startedAt: "2025-01-01T00:00:00.000Z",
  history: []
}

/** An empty dataset with run record and tables. */
export const newDataset = Effect.gen(function* () {
  const folder: DatasetFolder = { name: "sample", path: join(yield* scratch, "sample") }
  yield* createOrOpen(folder)
  yield* writeRun(folder, runRecord)
  yield* writeLayout(folder, layout)
  return folder
})

export const planOf = (folder: DatasetFolder, items: number, shardSize: number, generation = 1, phase = "tell") =>
  writePlan(
    folder,
    { phase, generation, run: "run-a", fingerprint: "f", shardSize: () => shardSize },
    Stream.range(0, items - 1).pipe(Stream.map((n) => ({ key: `k${n}`, payload: `{"n":${n}}` })))
  )

const provenance = (phase: string, item: string): Provenance => ({
  run: "run-a",
  phase,
  item,
  pipeline: "test",
  pipeline_version: 1,
  seed: "7",
  models: [{ role: "teller", model: "simulated" }],
  prompts: "p",
  calls: [],
  licence: "CC0-1.0",
  synthetic: true,
  simulated: true
})

/** Settles and commits a shard: `outcome` decides for each position, accepted items give two rows. */
export const settleShard = (
  folder: DatasetFolder,
  plan: PlanCommit,
  shard: number,
  outcome: (position: number) => Outcome = () => "accepted",
  retry = 0
) =>
  Effect.gen(function* () {
    const { generation, phase } = plan
    const first = shard * plan.shardSize
    const count = shardItems(plan, shard)
    const lines = new Map<Table, Array<string>>()
    const add = (to: Table, row: unknown) => {
      const list = lines.get(to) ?? []
      list.push(rowCodec(to).encode(row))
      lines.set(to, list)
    }
    const totals = { accepted: 0, rejected: 0, failed: 0 }
    for (let position = first; position < first + count; position++) {
      const key = `k${position}`
      const how = outcome(position)
      totals[how] += 1
      for (let chapter = 0; chapter < (how === "accepted" ? 2 : 0); chapter++) {
        add(withProvenance(Tales), {
          id: `${phase}-${key}`,
          chapter,
          lines: [{ speaker: "fox", text: `what a voice, ${key}!` }],
          moral: chapter === 0 ? null : "beware",
          provenance: provenance(phase, key)
        })
      }
      const verdict = how === "accepted" ? null : { stage: "review", code: how === "failed" ? "JUDGE_ERROR" : "DULL" }
      add(Items, {
        phase,
        position,
        key,
        outcome: how,
        stage: verdict?.stage ?? null,
        code: verdict?.code ?? null,
        reasons: verdict === null ? [] : ["it is"],
        rows: how === "accepted" ? 2 : 0,
        calls: 1,
        cached_calls: 0,
        prompt_tokens: 10,
        completion_tokens: 5,
        cost_usd: 0.001,
        milliseconds: 1.5,
        retries: retry
      })
      if (how === "rejected") {
        add(RejectedItems, {
          phase,
          position,
          key,
          stage: "review",
          code: "DULL",
          reasons: ["it is"],
          evidence: null,
          payload: `{"n":${position}}`
        })
      }
    }
    const parts: Array<PartFile> = []
    for (const [to, list] of lines) {
      const prefix = `${phase}-${generation}-${String(shard).padStart(6, "0")}-${retry}`
      parts.push(yield* writePart(folder, to, list, prefix))
    }
    const commit: ShardCommit = { kind: "shard", phase, generation, shard, retry, first, items: count, totals, parts }
    return yield* commitShard(folder, commit)
  })
