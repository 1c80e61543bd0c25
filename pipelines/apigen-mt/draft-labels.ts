import { Effect } from "effect"
import { z } from "zod"
import { type TableReadError, TableReader } from "../../datasets/table-reader.ts"
import { sqlText } from "../../schemas/duckdb-types.ts"
import { LabelError, type Labelled } from "../labels.ts"
import { number, text } from "../report-cells.ts"

/** Null and absent: not judged. A draw of drafts to be labelled starts with null everywhere. */
const Mark = z
  .literal([0, 1], { error: (issue) => `must be 0 or 1, not ${JSON.stringify(issue.input)?.slice(0, 40)}` })
  .nullish()

/** The reviewers' criteria, in their order (`rubric` in review.ts). */
const marks = { correctness: Mark, completeness: Mark, satisfaction: Mark, creativity: Mark }
export const CRITERIA = ["correctness", "completeness", "satisfaction", "creativity"] as const
export type Criterion = (typeof CRITERIA)[number]

/** What one person says of one draft of a blueprint. */
export const DraftLabel = z.strictObject({
  /** Key of the item, as in `blueprint_attempts`. */
  item: z.string(),
  round: z.int().min(0),
  /** Lines without a name are one person's. */
  labeller: z.string().nullish(),
  ...marks,
  /**
   * `sha256-` and 16 digits of the hash of `raw_output`. Where it is given the label counts for that very draft alone: another
   * config or seed puts another draft at the same item and round.
   */
  draft: z.string().nullish(),
  /** What the person was shown. For their eyes: not read here. */
  shown: z.unknown().optional()
})
export type DraftLabel = z.infer<typeof DraftLabel>

/** One person's 0 or 1. */
export interface PersonsMark {
  readonly draft: string
  readonly criterion: Criterion
  readonly score: 0 | 1
}

/** Names a draft within a dataset. */
export const draftKey = (draft: { readonly item?: unknown; readonly round?: unknown }): string =>
  `${number(draft.round)}/${text(draft.item)}`

/** `item` and `round` of the labelled drafts as a relation in SQL. */
export const labelledDrafts = (labelled: ReadonlyArray<Labelled<DraftLabel>>): string => {
  const drafts = new Map(labelled.map(({ label }) => [draftKey(label), `(${sqlText(label.item)}, ${label.round})`]))
  return `(VALUES ${[...drafts.values()].join(", ")}) AS labelled(item, round)`
}

/** All marks that people gave. Fails where one person judges a criterion of a draft twice: which of the two counts is theirs to say. */
export const marksOf = (
  labelled: ReadonlyArray<Labelled<DraftLabel>>
): Effect.Effect<ReadonlyArray<PersonsMark>, LabelError> =>
  Effect.gen(function* () {
    const given: Array<PersonsMark> = []
    const seen = new Map<string, string>()
    for (const { at, label } of labelled) {
      const draft = draftKey(label)
      for (const criterion of CRITERIA) {
        const score = label[criterion]
        if (score == null) continue
        const mark = JSON.stringify([draft, criterion, label.labeller ?? null])
        const before = seen.get(mark)
        if (before !== undefined) {
          return yield* new LabelError({
            at,
            problem: `${label.labeller == null ? "somebody without a name" : JSON.stringify(label.labeller)} has judged ${criterion} of item ${JSON.stringify(label.item)}, round ${label.round}, before (${before})`,
            remedy: 'Take one of the two lines out; two people need two names in "labeller".'
          })
        }
        seen.set(mark, at)
        given.push({ draft, criterion, score })
      }
    }
    return given
  })

/** Fails at the first label of a draft that the dataset does not hold, or holds no longer. */
export const checkDrafts = (
  labelled: ReadonlyArray<Labelled<DraftLabel>>
): Effect.Effect<void, LabelError | TableReadError, TableReader> =>
  Effect.gen(function* () {
    const reader = yield* TableReader
    const rows = yield* reader.query(
      `SELECT item, round, 'sha256-' || left(sha256(raw_output), 16) AS draft
       FROM blueprint_attempts SEMI JOIN ${labelledDrafts(labelled)} USING (item, round)`
    )
    const drafts = new Map(rows.map((row) => [draftKey(row), text(row.draft)]))
    for (const { at, label } of labelled) {
      const draft = drafts.get(draftKey(label))
      if (draft === undefined) return yield* unknownDraft(at, label)
      if (label.draft != null && label.draft !== draft) {
        return yield* new LabelError({
          at,
          problem: `labels the draft ${label.draft} of item ${JSON.stringify(label.item)}, round ${label.round}, which is ${draft} now: the dataset was made again since`,
          remedy: "Ask the dataset that the drafts were drawn from, or draw and label anew."
        })
      }
    }
  })

const unknownDraft = (at: string, label: DraftLabel): Effect.Effect<never, LabelError | TableReadError, TableReader> =>
  Effect.gen(function* () {
    const reader = yield* TableReader
    const near = yield* reader.query(
      `SELECT item, max(round) AS last FROM blueprint_attempts
       GROUP BY item ORDER BY levenshtein(item, ${sqlText(label.item)}), item LIMIT 5`
    )
    const item = JSON.stringify(label.item)
    if (text(near[0]?.item) === label.item) {
      return yield* new LabelError({
        at,
        problem: `item ${item} has no round ${label.round}`,
        remedy: `Its rounds are 0 to ${number(near[0]?.last)}: correct the line, or take it out.`
      })
    }
    return yield* new LabelError({
      at,
      problem: `the dataset has no draft of an item ${item}`,
      remedy: `Near it: ${near.map((row) => text(row.item)).join(", ") || "(there are no drafts)"}. Correct the line, or take it out.`
    })
  })
