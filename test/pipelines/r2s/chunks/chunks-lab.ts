import { Effect, Stream } from "effect"
import { z } from "zod"
import { layerStoredTables } from "../../../../datasets/stored-tables.ts"
import { TableReader } from "../../../../datasets/table-reader.ts"
import { phase, pipeline } from "../../../../pipelines/pipeline.ts"
import { chunksPhase } from "../../../../pipelines/r2s/chunks-phase.ts"
import { R2sConfig } from "../../../../pipelines/r2s/config.ts"
import { Extracted } from "../../../../pipelines/r2s/extracted-table.ts"
import { type Document, Documents } from "../../../../pipelines/r2s/tables.ts"
import { row } from "../../../../schemas/table.ts"
import { lexicalHouse } from "../../../support/lexical-house.ts"
import { runTiny, scratch } from "../../../support/tiny-run.ts"

export type ExtractedRow = z.output<typeof Extracted.schema>

/** A document as the phase before leaves it; the text is its own original. */
export const extracted = (text: string, over: Partial<ExtractedRow> = {}): ExtractedRow => ({
  given_id: null,
  file: "a.txt",
  kind: "text",
  record: null,
  title: null,
  lang: null,
  domain: null,
  source_uri: null,
  licence: "CC0-1.0",
  text,
  map: [{ at: 0, from: 0 }],
  original_characters: text.length,
  ...over
})

/** The phase `chunks` after one that leaves these rows. */
const chunksOf = (rows: ReadonlyArray<ExtractedRow>) =>
  pipeline({
    name: "chunks-lab",
    version: 1,
    description: "The second phase of R2S, for tests.",
    paper: { title: "None", authors: "Nobody", year: 2026, url: "https://example.com" },
    config: R2sConfig,
    itemsKey: "items",
    tables: [Documents, Extracted],
    mainTable: Documents.name,
    roles: [{ name: "planner", description: "is never asked here" }],
    prompts: {},
    licence: "CC0-1.0",
    phases: (config, seed) => [
      phase({
        name: "documents",
        item: Extracted.schema,
        plan: Stream.fromIterable(rows.map((item, index) => ({ key: String(index), item }))),
        synthesize: (item) => Effect.succeed([row(Extracted, item)])
      }),
      chunksPhase(config, seed, (tag) => /^(?:en|zh)\b/.test(tag))
    ],
    simulated: {}
  })

const Turned = z.object({ key: z.string(), code: z.string(), reasons: z.array(z.string()), evidence: z.string() })

/** What became of the rows: documents, and what was turned down with its evidence; or how the run failed. */
export const chunked = (rows: ReadonlyArray<ExtractedRow>, config: Record<string, unknown> = {}) =>
  Effect.gen(function* () {
    const path = yield* scratch
    const { folder, report } = yield* runTiny(path, { pipeline: chunksOf(rows), config })
    return yield* Effect.gen(function* () {
      const reader = yield* TableReader
      const documents: ReadonlyArray<Document> = yield* Stream.runCollect(reader.rows(Documents))
      const rejected = z
        .array(Turned)
        .parse(
          yield* reader.query(
            "SELECT key, code, reasons, CAST(evidence AS VARCHAR) AS evidence FROM rejected WHERE phase = 'chunks' ORDER BY position"
          )
        )
        .map(({ evidence, ...rest }) => ({
          ...rest,
          evidence: z.record(z.string(), z.json()).parse(JSON.parse(evidence))
        }))
      return { documents, rejected, books: report?.books.find(({ phase: name }) => name === "chunks"), path }
    }).pipe(Effect.provide(layerStoredTables(folder)), Effect.provide(lexicalHouse))
  })
