import { withProvenance } from "../datasets/house-tables.ts"
import type { Pipeline } from "../pipelines/pipeline.ts"
import { rowCodec } from "../schemas/row-codec.ts"
import type { RunRecord } from "../schemas/run.ts"
import { promptsHash } from "./run-record.ts"
import type { RunFacts } from "./settle.ts"

/** What each row of a run says of where it comes from, and how rows of each table are encoded. */
export const factsOf = (pipeline: Pipeline, record: RunRecord): RunFacts => ({
  run: record.run,
  seed: record.seed,
  pipeline: pipeline.name,
  pipelineVersion: pipeline.version,
  prompts: promptsHash(pipeline),
  licence: record.licence,
  encoders: new Map(pipeline.tables.map((table) => [table.name, rowCodec(withProvenance(table)).encode]))
})
