import { Effect, Stream } from "effect"
import { z } from "zod"
import { ChatModel } from "../models/chat-model.ts"
import { ItemFailed, phase, pipeline } from "../pipelines/pipeline.ts"
import { user } from "../schemas/message.ts"
import { row, table } from "../schemas/table.ts"
import { stage } from "../stages/stage.ts"
import { structured } from "../stages/structured.ts"

/** What the judge answers. */
export const Grade = z.strictObject({
  verdict: z.enum(["good", "fair", "poor"]),
  points: z.array(z.strictObject({ claim: z.string(), comment: z.string(), score: z.int().min(1).max(5) })).min(1)
})

const Stories = table(
  "stories",
  "Three texts and a grade.",
  z.strictObject({ n: z.int32(), draft: z.string(), critique: z.string(), revision: z.string(), grade: Grade })
)

const RULES =
  "Keep to what the outline says, name nobody who is not in it, and let every paragraph follow from the one before it. "
const PROMPT = `You write short reports for people who have two minutes. ${RULES.repeat(6)}\nReport {n}, {step}. So far:\n{text}`

const ask = (role: string, n: number, step: string, text: string) =>
  Effect.gen(function* () {
    const model = yield* ChatModel
    const reply = yield* model.complete({ role, messages: [prompt(n, step, text)], sampling: SAMPLING, draw: 0 })
    return reply.message.content ?? ""
  }).pipe(stage(step))

export const SAMPLING = { temperature: 0.7, maxTokens: 600 }
export const prompt = (n: number, step: string, text: string) =>
  user(
    PROMPT.replace("{n}", String(n))
      .replace("{step}", step)
      .replace("{text}", () => text.slice(0, 100))
  )

/** One phase, four calls an item one after another: three of free text, one that is JSON of a schema. */
export const overheadPipeline = pipeline({
  name: "overhead",
  version: 1,
  description: "Calls that cost nothing but the house's own work.",
  paper: { title: "None", authors: "Nobody", year: 2026, url: "https://example.com" },
  config: z.strictObject({ items: z.int().min(1).default(1_000) }),
  itemsKey: "items",
  tables: [Stories],
  mainTable: "stories",
  roles: [
    { name: "writer", description: "writes" },
    { name: "judge", description: "grades" }
  ],
  prompts: { prompt: PROMPT },
  licence: "cc0-1.0",
  phases: (config) => [
    phase({
      name: "stories",
      item: z.strictObject({ n: z.int() }),
      plan: Stream.range(0, config.items - 1).pipe(Stream.map((n) => ({ key: `story-${n}`, item: { n } }))),
      synthesize: Effect.fnUntraced(function* ({ n }) {
        const draft = yield* ask("writer", n, "draft", "")
        const critique = yield* ask("writer", n, "critique", draft)
        const revision = yield* ask("writer", n, "revise", critique)
        const { value: grade } = yield* structured({
          role: "judge",
          messages: [prompt(n, "grade", revision)],
          schema: Grade,
          name: "grade",
          sampling: SAMPLING,
          draw: 0,
          repairs: 1
        }).pipe(
          stage("grade"),
          Effect.catchTag("InvalidReply", ({ message }) => new ItemFailed({ stage: "grade", code: "REPLY", message }))
        )
        return [row(Stories, { n, draft, critique, revision, grade })]
      })
    })
  ],
  simulated: { writer: () => ({ content: "" }), judge: () => ({ content: "" }) }
})
