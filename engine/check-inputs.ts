import { Effect, Stream } from "effect"
import { Duck } from "../datasets/duck.ts"
import { TableReadError, TableReader } from "../datasets/table-reader.ts"
import { localModelsLayer } from "../models/capabilities/local-models.ts"
import { ChatModel } from "../models/chat-model.ts"
import { modelError } from "../models/model-error.ts"
import type { Phase, PlanError } from "../pipelines/pipeline.ts"

/** Nothing is there yet: a first phase reads its sources, no table and no model. */
const nothing = {
  reader: TableReader.of({
    rows: ({ name }) => Stream.fail(new TableReadError({ table: name, message: "no table is there yet" })),
    query: () => Effect.fail(new TableReadError({ table: "query", message: "no table is there yet" }))
  }),
  model: ChatModel.of({
    complete: ({ role }) => Effect.fail(modelError("bad_request", role, "no call is made while inputs are checked"))
  })
}

/**
 * Takes the first item of the first phase's plan: a source that is missing or broken is found while the folder is still as
 * it was. Makes no call and writes nothing.
 */
export const checkInputs = (phases: ReadonlyArray<Phase>): Effect.Effect<void, PlanError | TableReadError> =>
  Effect.asVoid(countUpTo(phases, 1))

/** How many items the first phase has: what a run's inputs come to, however many `--items` allows. Makes no call and writes nothing. */
export const countInputs = (phases: ReadonlyArray<Phase>): Effect.Effect<number, PlanError | TableReadError> =>
  countUpTo(phases, Number.POSITIVE_INFINITY)

const countUpTo = ([first]: ReadonlyArray<Phase>, most: number): Effect.Effect<number, PlanError | TableReadError> =>
  first === undefined
    ? Effect.succeed(0)
    : first.plan.pipe(
        Stream.take(most),
        Stream.runCount,
        Effect.provideService(TableReader, nothing.reader),
        Effect.provideService(ChatModel, nothing.model),
        Effect.provide([Duck.layer(), localModelsLayer({ models: {}, keys: () => undefined })])
      )
