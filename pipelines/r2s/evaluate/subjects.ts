import { readFileSync } from "node:fs"
import { basename } from "node:path"
import { Effect, Stream } from "effect"
import { z } from "zod"
import type { Duck } from "../../../datasets/duck.ts"
import { layerStoredTables } from "../../../datasets/stored-tables.ts"
import { type TableReadError, TableReader } from "../../../datasets/table-reader.ts"
import { PlanError } from "../../pipeline.ts"
import { type Dialogue, Dialogues, Round } from "../tables.ts"
import { replyId } from "../training/reply-id.ts"
import { variantOf } from "../turn-logic.ts"
import type { EvaluateConfig } from "./config.ts"

/** One thing to score, with all that it is held against. */
export const Subject = z.strictObject({
  id: z.string(),
  variant: z.string(),
  level: z.int().min(1).max(2),
  domain: z.string().nullable(),
  lang: z.string(),
  title: z.string().nullable(),
  passage: z.string(),
  characters: z.strictObject({ a: z.string(), b: z.string() }),
  rounds: z.array(Round.pick({ id: true, a: true, b: true })),
  /** Which form the output has to have; null where nothing is to be read. */
  form: z.enum(["cod", "base", "cot"]).nullable(),
  /** What another model answered; null where the dataset's own words are scored. */
  output: z.string().nullable(),
  /** Level 2: the passage that the reply should know. */
  found: z.string().nullable()
})
export type Subject = z.infer<typeof Subject>

const Output = z.object({ id: z.string(), output: z.string() })

/**
 * What is to be scored, in the order of the dialogues. Outputs are held in memory; one whose id no dialogue has is a PlanError, since
 * it was made for another dataset.
 */
export const subjects = (config: EvaluateConfig): Stream.Stream<Subject, PlanError | TableReadError, Duck> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const outputs = config.outputs === null ? null : yield* readOutputs(config.outputs)
      const reader = yield* TableReader.pipe(
        Effect.provide(layerStoredTables({ name: basename(config.source), path: config.source }))
      )
      const unused = new Set(outputs?.keys())
      const all = reader.rows(Dialogues).pipe(
        Stream.filter(({ split }) => config.split === null || split === config.split),
        Stream.flatMap((dialogue) => Stream.fromIterable(subjectsOf(dialogue, config, outputs))),
        Stream.tap(({ id }) => Effect.sync(() => unused.delete(id)))
      )
      return all.pipe(
        Stream.take(config.items),
        Stream.concat(
          Stream.unwrap(
            Effect.suspend(() => {
              const [first] = unused
              return first === undefined
                ? Effect.succeed(Stream.empty)
                : Effect.fail(
                    planError(
                      `${unused.size} outputs of ${config.outputs} belong to no dialogue of ${config.source} (the first is ${JSON.stringify(first)}). Name the dataset that the inputs were taken from, and leave --items and --set split alone.`
                    )
                  )
            })
          )
        )
      )
    })
  )

const subjectsOf = (
  dialogue: Dialogue,
  config: EvaluateConfig,
  outputs: ReadonlyMap<string, string> | null
): ReadonlyArray<Subject> => {
  const { characters, dialogue_lang, domain, id, mode, passage, rounds } = dialogue
  const whole: Subject = {
    id,
    variant: config.variant ?? mode,
    level: 1,
    domain,
    lang: dialogue_lang,
    title: null,
    passage,
    characters,
    rounds: rounds.map(({ a, b, id }) => ({ id, a, b })),
    form: null,
    output: null,
    found: null
  }
  if (outputs === null) return [whole]
  const own = outputs.get(id)
  const replies = rounds.flatMap((round, index): ReadonlyArray<Subject> => {
    const output = outputs.get(replyId(id, round.id))
    if (output === undefined) return []
    const before = whole.rounds.slice(0, index)
    return [
      {
        ...whole,
        id: replyId(id, round.id),
        variant: config.variant ?? "outputs",
        level: 2,
        rounds: [...before, { id: round.id, a: round.a, b: output }],
        found: round.thought?.found ?? null
      }
    ]
  })
  return own === undefined
    ? replies
    : [{ ...whole, variant: config.variant ?? "outputs", output: own, form: variantOf(mode) }, ...replies]
}

const readOutputs = (path: string): Effect.Effect<ReadonlyMap<string, string>, PlanError> =>
  Effect.try({
    try: () => {
      const found = new Map<string, string>()
      for (const [index, line] of readFileSync(path, "utf8").split("\n").entries()) {
        if (line.trim() === "") continue
        const parsed = Output.safeParse(jsonOf(line))
        if (!parsed.success) {
          throw new Error(
            `${path}, line ${index + 1}: not {"id": text, "output": text}. Mend the line, or leave it out.`
          )
        }
        if (found.has(parsed.data.id)) {
          throw new Error(`${path}, line ${index + 1}: ${parsed.data.id} was there before. Keep one output an id.`)
        }
        found.set(parsed.data.id, parsed.data.output)
      }
      if (found.size === 0) throw new Error(`${path} has no outputs.`)
      return found
    },
    catch: (cause) => planError(cause instanceof Error ? cause.message : String(cause))
  })

const jsonOf = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

const planError = (message: string): PlanError => new PlanError({ phase: "scores", message })
