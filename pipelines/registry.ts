import { Data, Effect } from "effect"
import type { Pipeline } from "./pipeline.ts"

/** There is no pipeline of this name. The message lists those there are. */
export class UnknownPipeline extends Data.TaggedError("UnknownPipeline")<{
  readonly name: string
  readonly message: string
}> {}

/** Every pipeline, by the word after `generate`. A pipeline's code is loaded when it is asked for. */
const pipelines: Readonly<Record<string, () => Promise<Pipeline>>> = {
  "apigen-mt": () => import("./apigen-mt/pipeline.ts").then((module) => module.apigenMt)
}

export const pipelineNames: ReadonlyArray<string> = Object.keys(pipelines)

/** The pipeline of this name, or an error that says which one was probably meant and which there are. */
export const findPipeline = (name: string): Effect.Effect<Pipeline, UnknownPipeline> => {
  const load = Object.hasOwn(pipelines, name) ? pipelines[name] : undefined
  if (load !== undefined) return Effect.promise(load)
  const guess = pipelineNames.find((known) => plain(known) === plain(name)) ?? closest(name)
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

/** "APIGen_MT" is "apigen-mt". */
const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "")

/** The name that shares the most pairs of letters with the one that was typed; none where fewer than half are shared. */
const closest = (name: string): string | undefined => {
  const pairs = (text: string) =>
    new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2)))
  const wanted = pairs(plain(name))
  const scored = pipelineNames.map((known) => {
    const have = pairs(plain(known))
    const shared = [...wanted].filter((pair) => have.has(pair)).length
    return { known, likeness: (2 * shared) / Math.max(1, wanted.size + have.size) }
  })
  const best = scored.toSorted((left, right) => right.likeness - left.likeness)[0]
  return best !== undefined && best.likeness >= 0.5 ? best.known : undefined
}
