import { readFileSync } from "node:fs"
import { Effect } from "effect"
import type { z } from "zod"
import { LabelError, type Labelled, type Labels } from "../pipelines/labels.ts"
import type { Pipeline } from "../pipelines/pipeline.ts"
import { nearestName } from "../stages/nearest-name.ts"
import { UsageError } from "./usage-error.ts"

/** What the pipeline makes of a file of labels. Fails at the first line that is none, or that fits no row of the dataset. */
export const labelSections = (pipeline: Pipeline, file: string) =>
  Effect.gen(function* () {
    const { labels } = pipeline
    if (labels === undefined) {
      return yield* new UsageError({
        message: `${pipeline.name} has no use for labels by people. Leave out --labels.`
      })
    }
    return yield* labels.sections(yield* readLabels(labels, file))
  })

/** The lines of a JSON Lines file, checked, at least one; empty lines are passed over. */
export const readLabels = (
  labels: Labels,
  file: string
): Effect.Effect<ReadonlyArray<Labelled<unknown>>, LabelError | UsageError> =>
  Effect.gen(function* () {
    const text = yield* Effect.try({
      try: () => readFileSync(file, "utf8"),
      catch: (cause) => {
        const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause)
        return new UsageError({ message: `${file} cannot be read (${code}). Check --labels.` })
      }
    })
    const labelled: Array<Labelled<unknown>> = []
    // Windows' editors begin a file with a byte order mark.
    for (const [index, line] of text
      .replace(/^\uFEFF/, "")
      .split("\n")
      .entries()) {
      if (line.trim() === "") continue
      labelled.push(yield* readLine(labels, `${file}, line ${index + 1}`, line))
    }
    if (labelled.length === 0) {
      return yield* new UsageError({
        message: `${file} holds no label. Write one JSON object a line, such as ${labels.example}`
      })
    }
    return labelled
  })

const readLine = (labels: Labels, at: string, line: string): Effect.Effect<Labelled<unknown>, LabelError> =>
  Effect.suspend(() => {
    const fail = (problem: string) =>
      Effect.fail(new LabelError({ at, problem, remedy: `A line is one JSON object, such as ${labels.example}` }))
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch (cause) {
      return fail(`is not JSON (${cause instanceof Error ? cause.message : String(cause)})`)
    }
    const parsed = labels.schema.safeParse(value)
    if (parsed.success) return Effect.succeed({ label: parsed.data, at })
    const known = Object.keys(labels.schema.shape)
    return fail(parsed.error.issues.map((issue) => describeIssue(issue, known)).join("; "))
  })

const describeIssue = (issue: z.core.$ZodIssue, known: ReadonlyArray<string>): string =>
  issue.code === "unrecognized_keys"
    ? issue.keys
        .map((key) => {
          const guess = nearestName(key, known)
          return `"${key}" is no part of a label${guess === undefined ? "" : ` (did you mean "${guess}"?)`}`
        })
        .join("; ")
    : `${issue.path.join(".") || "(whole line)"}: ${issue.message}`
