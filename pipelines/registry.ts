import { Data, Effect } from "effect"
import { nearestName } from "../stages/nearest-name.ts"
import type { Pipeline } from "./pipeline.ts"

/** There is no pipeline of this name. The message lists those there are. */
export class UnknownPipeline extends Data.TaggedError("UnknownPipeline")<{
  readonly name: string
  readonly message: string
}> {}

/** Every pipeline, by the word after `generate`. A pipeline's code is loaded when it is asked for. */
const pipelines: Readonly<Record<string, () => Promise<Pipeline>>> = {
  "apigen-mt": () => import("./apigen-mt/pipeline.ts").then((module) => module.apigenMt),
  r2s: () => import("./r2s/pipeline.ts").then((module) => module.r2s)
}

export const pipelineNames: ReadonlyArray<string> = Object.keys(pipelines)

/** The pipeline of this name, or an error that says which one was probably meant and which there are. */
export const findPipeline = (name: string): Effect.Effect<Pipeline, UnknownPipeline> => {
  const load = Object.hasOwn(pipelines, name) ? pipelines[name] : undefined
  if (load !== undefined) return Effect.promise(load)
  const near = nearestName(plain(name), pipelineNames.map(plain))
  const guess = pipelineNames.find((known) => plain(known) === near)
  return Effect.fail(
    new UnknownPipeline({
      name,
      message: [
        `There is no pipeline ${JSON.stringify(name)}.`,
        ...(guess === undefined ? [] : [`Did you mean "${guess}"?`]),
        `There are: ${pipelineNames.join(", ")}.`
      ].join(" ")
    })
  )
}

/** The pipeline that made a dataset. One that works on other datasets is made from its config, which says on which. */
export const pipelineOf = (record: {
  readonly pipeline: string
  readonly config: Record<string, unknown>
}): Effect.Effect<Pipeline, UnknownPipeline> =>
  record.pipeline === "calibrate"
    ? Effect.promise(() => import("./calibrate/pipeline.ts")).pipe(
        Effect.flatMap(({ CalibrateConfig, calibratePipeline }) => {
          const config = CalibrateConfig.parse(record.config)
          return Effect.map(findPipeline(config.method), (method) => calibratePipeline(method, config))
        })
      )
    : record.pipeline === "curate"
      ? Effect.promise(() => Promise.all([import("./curate/config.ts"), import("./curate/pipeline.ts")])).pipe(
          Effect.flatMap(([{ CurateConfig }, { curatePipeline }]) => {
            const config = CurateConfig.parse(record.config)
            return Effect.map(findPipeline(config.method), (method) => curatePipeline(method, config))
          })
        )
      : record.pipeline === "evaluate"
        ? Effect.promise(() => import("./r2s/evaluate/pipeline.ts").then(({ evaluate }) => evaluate))
        : findPipeline(record.pipeline)

/** "APIGen_MT" is "apigen-mt". */
const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "")
