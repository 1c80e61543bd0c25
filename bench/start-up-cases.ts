import { Effect } from "effect"
import { listCommits, readPhases } from "../datasets/commits.ts"
import { datasetFolder, openDataset } from "../datasets/folder.ts"
import { readLayout } from "../datasets/layout.ts"

/*
 * What start-up.ts measures beside commands, each in a process of its own: `node bench/start-up-cases.ts list|read|resume FOLDER`,
 * where FOLDER is a dataset that small-items.ts has made.
 */

const [what, path = ""] = process.argv.slice(2)

const program = Effect.gen(function* () {
  const folder = yield* datasetFolder(path, ".")
  const record = yield* openDataset(folder)
  const layout = yield* readLayout(folder)
  if (what === "list") {
    const listing = yield* listCommits(folder)
    if ((listing.get("squares") ?? []).length === 0) throw new Error(`${path} has no commits`)
  } else if (what === "read") {
    const [phase] = yield* readPhases(folder, record.run, layout.phases)
    if (phase?.pending !== 0) throw new Error(`${path} is not finished`)
  } else if (what === "resume") {
    yield* resume(Number(record.config.items))
  } else throw new Error(`${what}: list, read or resume`)
})

/** `generate` on a run that has nothing left to do. */
const resume = Effect.fnUntraced(function* (items: number) {
  const { newProgress } = yield* Effect.promise(() => import("../engine/progress.ts"))
  const { simulatedModel } = yield* Effect.promise(() => import("../models/models-by-role.ts"))
  const { runInProcess } = yield* Effect.promise(() => import("./run-in-process.ts"))
  const { smallItemsPipeline } = yield* Effect.promise(() => import("./small-items-pipeline.ts"))
  const progress = newProgress(0)
  yield* runInProcess({ path, pipeline: smallItemsPipeline, items, model: simulatedModel, concurrency: 64, progress })
  if (progress.phases[0]?.inherited !== items) throw new Error("something was settled again")
})

await Effect.runPromise(program)
