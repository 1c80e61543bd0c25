import { Effect, Stream } from "effect"
import { z } from "zod"
import { TableReader } from "../../datasets/table-reader.ts"
import { ChatModel } from "../../models/chat-model.ts"
import { ItemFailed, phase, pipeline } from "../../pipelines/pipeline.ts"
import { user } from "../../schemas/message.ts"
import { row, table } from "../../schemas/table.ts"
import { Rejected, stage } from "../../stages/stage.ts"

export const Lines = table("lines", "One line a number.", z.strictObject({ n: z.int32(), text: z.string() }))
export const Couplets = table(
  "couplets",
  "A line and its answer.",
  z.strictObject({ n: z.int32(), text: z.string(), answer: z.string() })
)

const ask = (role: string, content: string, draw = 0) =>
  Effect.gen(function* () {
    const model = yield* ChatModel
    const reply = yield* model.complete({
      role,
      messages: [user(content)],
      sampling: { temperature: 0.7, maxTokens: 64 },
      draw
    })
    return reply.message.content ?? ""
  })

/**
 * Two phases of a few calls an item, with every kind of outcome: n % 7 = 3 is rejected, n % 11 = 5 fails, n = `defectAt`
 * throws. Small enough to read, and enough for all that the engine does.
 */
export const tinyPipeline = pipeline({
  name: "tiny",
  version: 1,
  description: "A pipeline for tests of the engine.",
  paper: { title: "None", authors: "Nobody", year: 2026, url: "https://example.com" },
  config: z.strictObject({
    items: z.int().min(1).default(20),
    style: z.string().default("plain"),
    failing: z.boolean().default(true),
    defectAt: z.int().default(-1)
  }),
  itemsKey: "items",
  tables: [Lines, Couplets],
  mainTable: "couplets",
  roles: [
    { name: "poet", description: "writes a line" },
    { name: "answerer", description: "answers it" }
  ],
  prompts: { line: "Write line {n}.", answer: "Answer: {text}" },
  licence: "cc0-1.0",
  phases: (config) => [
    phase({
      name: "lines",
      item: z.strictObject({ n: z.int() }),
      plan: Stream.range(0, config.items - 1).pipe(Stream.map((n) => ({ key: `line-${n}`, item: { n } }))),
      synthesize: Effect.fnUntraced(function* ({ n }) {
        if (n === config.defectAt) throw new Error("a bug in a stage")
        const text = yield* ask("poet", `Write line ${n}, ${config.style}.`).pipe(stage("write"))
        if (n % 7 === 3) {
          return yield* new Rejected({
            stage: "check",
            code: "UNLUCKY",
            reasons: [`${n} % 7 is 3`],
            evidence: { n, text }
          })
        }
        if (config.failing && n % 11 === 5) {
          return yield* new ItemFailed({ stage: "check", code: "NO_QUORUM", message: `${n} % 11 is 5` })
        }
        return [row(Lines, { n, text })]
      })
    }),
    phase({
      name: "couplets",
      item: Lines.schema,
      plan: Stream.unwrap(
        Effect.map(TableReader, (reader) =>
          reader.rows(Lines).pipe(Stream.map((line) => ({ key: `couplet-${line.n}`, item: line })))
        )
      ),
      synthesize: Effect.fnUntraced(function* (line) {
        const first = yield* ask("answerer", `Answer: ${line.text}`).pipe(stage("answer"))
        const second = yield* ask("answerer", `Answer: ${line.text} / ${first}`, 1).pipe(stage("answer"))
        return [row(Couplets, { ...line, answer: `${first} ${second}` })]
      })
    })
  ],
  simulated: {
    poet: ({ random }) => ({ content: `line of ${random.integer(1, 1_000_000)}` }),
    answerer: ({ random }) => ({ content: `answer ${random.integer(1, 1_000_000)}` })
  }
})
