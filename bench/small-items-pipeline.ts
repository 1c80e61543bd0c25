import { Effect, Stream } from "effect"
import { z } from "zod"
import { phase, pipeline } from "../pipelines/pipeline.ts"
import { row, table } from "../schemas/table.ts"

const Squares = table("squares", "A number and its square.", z.strictObject({ n: z.int32(), square: z.number() }))

/** One phase of items that call nobody and give one small row each: nothing but the engine's and the data layer's own work. */
export const smallItemsPipeline = pipeline({
  name: "small-items",
  version: 1,
  description: "Items that cost nothing.",
  paper: { title: "None", authors: "Nobody", year: 2026, url: "https://example.com" },
  config: z.strictObject({ items: z.int().min(1).default(1_000) }),
  itemsKey: "items",
  tables: [Squares],
  mainTable: "squares",
  roles: [{ name: "nobody", description: "is never asked" }],
  prompts: {},
  licence: "cc0-1.0",
  phases: (config) => [
    phase({
      name: "squares",
      item: z.strictObject({ n: z.int() }),
      plan: Stream.range(0, config.items - 1).pipe(Stream.map((n) => ({ key: `n-${n}`, item: { n } }))),
      synthesize: ({ n }) => Effect.succeed([row(Squares, { n, square: n * n })])
    })
  ],
  simulated: { nobody: () => ({ content: "" }) }
})
