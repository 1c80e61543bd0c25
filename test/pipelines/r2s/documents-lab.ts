import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { z } from "zod"
import { Duck } from "../../../datasets/duck.ts"
import { layerStoredTables } from "../../../datasets/stored-tables.ts"
import { TableReader } from "../../../datasets/table-reader.ts"
import { checkInputs } from "../../../engine/check-inputs.ts"
import { ChatModel } from "../../../models/chat-model.ts"
import { type Phase, PlanError, pipeline } from "../../../pipelines/pipeline.ts"
import { documentsPhase } from "../../../pipelines/r2s/documents-phase.ts"
import { Extracted } from "../../../pipelines/r2s/extracted-table.ts"
import { lexicalHouse } from "../../support/lexical-house.ts"
import { runTiny, scratch } from "../../support/tiny-run.ts"

export const CONFIG = {
  textField: "text",
  licence: null as string | null,
  domain: null as string | null,
  allowUnknownLicence: false,
  items: 1_000_000
}
type Config = Partial<typeof CONFIG>

type Files = Readonly<Record<string, string | Uint8Array>>

export const write = (path: string, files: Files) => {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), content)
  }
}

/** The phase as the engine sees it; `before` is called when the plan is made and nothing is read yet. */
const withDocuments = (documents: string, config: Config, before: () => void) =>
  pipeline({
    name: "documents-lab",
    version: 1,
    description: "The first phase of R2S, for tests.",
    paper: { title: "None", authors: "Nobody", year: 2026, url: "https://example.com" },
    config: z.strictObject({ items: z.int().default(1) }),
    itemsKey: "items",
    tables: [Extracted],
    mainTable: Extracted.name,
    roles: [{ name: "planner", description: "is never asked here" }],
    prompts: {},
    licence: "CC0-1.0",
    phases: () => {
      const { plan, ...own } = documentsPhase({ ...CONFIG, ...config, documents })
      return [{ ...own, plan: Stream.concat(plan, Stream.fromEffectDrain(Effect.sync(before))) }]
    },
    simulated: {}
  })

const Told = z.array(z.object({ key: z.string(), code: z.string(), reasons: z.array(z.string()) }))

/** What became of documents: rows, what was turned down, and what failed. */
export const read = (files: Files, config: Config = {}, before: (path: string) => void = () => {}) =>
  Effect.gen(function* () {
    const path = yield* scratch
    const documents = join(path, "in")
    write(documents, files)
    const out = join(path, "out")
    mkdirSync(out)
    const { folder, report } = yield* runTiny(out, {
      pipeline: withDocuments(documents, { licence: "CC0-1.0", ...config }, () => before(documents))
    })
    return yield* Effect.gen(function* () {
      const reader = yield* TableReader
      const rows: ReadonlyArray<z.output<typeof Extracted.schema>> = yield* Stream.runCollect(reader.rows(Extracted))
      const told = (outcome: string) =>
        Effect.map(
          reader.query(`SELECT key, code, reasons FROM items WHERE outcome = '${outcome}' ORDER BY position`),
          (found) => Told.parse(found)
        )
      return {
        rows,
        rejected: yield* told("rejected"),
        failed: yield* told("failed"),
        books: report?.books[0],
        out,
        documents
      }
    }).pipe(Effect.provide(layerStoredTables(folder)), Effect.provide(Duck.layer()))
  })

export const planFails = (config: Config & { readonly documents: string }) =>
  Effect.map(Effect.flip(checkInputs([documentsPhase({ ...CONFIG, ...config })])), (error) => {
    assert.instanceOf(error, PlanError)
    assert.strictEqual(error.phase, "documents")
    return error.message
  })

/** Reading asks nobody. */
const nobody = Layer.mergeAll(lexicalHouse, Layer.mock(ChatModel, {}), Layer.mock(TableReader, {}))

export const payloads = (phase: Phase) =>
  Stream.runCollect(phase.plan).pipe(
    Effect.map((found) => found.map(({ payload }) => payload)),
    Effect.provide(nobody)
  )

export const outcome = (phase: Phase, payload: string) =>
  Effect.map(Effect.result(phase.settle(payload).pipe(Effect.provide(nobody))), (result): readonly [string, string] => {
    if (result._tag === "Success") return ["accepted", ""]
    const { failure } = result
    if (failure._tag === "Rejected") return [failure.code, failure.reasons.join()]
    return failure._tag === "ItemFailed" ? [failure.code, failure.message] : [failure._tag, ""]
  })

export const settled = (phase: Phase) =>
  Effect.gen(function* () {
    const outcomes: Array<ReadonlyArray<string>> = []
    for (const payload of yield* payloads(phase)) outcomes.push(yield* outcome(phase, payload))
    return outcomes
  })
