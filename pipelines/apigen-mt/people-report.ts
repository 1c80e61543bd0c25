import { Effect } from "effect"
import { TableReader } from "../../datasets/table-reader.ts"
import { cohensKappa, fleissKappa, pairwiseAgreement } from "../../stages/agreement.ts"
import { labels } from "../labels.ts"
import type { ReportSection } from "../pipeline.ts"
import { type Cell, measured, number, type Row, rateCells, text } from "../report-cells.ts"
import {
  CRITERIA,
  type Criterion,
  checkDrafts,
  DraftLabel,
  draftKey,
  labelledDrafts,
  marksOf,
  type PersonsMark
} from "./draft-labels.ts"

/** The least sample that the method's checklist asks for (done-means 25). */
const ASKED_FOR = 100

/** The committee's and each reviewer's scores of the labelled drafts, a line each. A vote that was not cast has no scores. */
const judged = (drafts: string): string => `
  WITH judged AS (
    SELECT item, round, verdict FROM blueprint_attempts SEMI JOIN ${drafts} USING (item, round) WHERE verdict IS NOT NULL)
  SELECT item, round, 0 AS seat, 'committee' AS judge, score.criterion AS criterion, score.score AS score
  FROM (SELECT item, round, unnest(verdict.majority) AS score FROM judged)
  UNION ALL
  SELECT item, round, 1, reviewer, score.criterion, score.score FROM (
    SELECT item, round, vote.reviewer AS reviewer, unnest(vote.scores) AS score
    FROM (SELECT item, round, unnest(verdict.votes) AS vote FROM judged))
  ORDER BY seat, judge`

/** What people's labels tell of the reviewers (spec, done-means 25). */
export const peopleLabels = labels({
  schema: DraftLabel,
  example: { item: "b0", round: 0, labeller: "ann", correctness: 1, completeness: 0, satisfaction: 1, creativity: 1 },
  sections: (labelled) =>
    Effect.gen(function* () {
      const marks = yield* marksOf(labelled)
      yield* checkDrafts(labelled)
      const rows = yield* TableReader.use((reader) => reader.query(judged(labelledDrafts(labelled))))
      return [withReviewers(marks, rows), ...amongPeople(marks)]
    })
})

/** What people gave each draft for one criterion, a list a draft. */
const byDraft = (marks: ReadonlyArray<PersonsMark>, criterion: Criterion): ReadonlyMap<string, ReadonlyArray<0 | 1>> =>
  new Map(
    [
      ...Map.groupBy(
        marks.filter((mark) => mark.criterion === criterion),
        (mark) => mark.draft
      )
    ].map(([draft, given]) => [draft, given.map((mark) => mark.score)])
  )

/** 1 where more than half gave 1, 0 where fewer did, null for an even split. */
const majority = (scores: ReadonlyArray<0 | 1>): 0 | 1 | null => {
  const twice = 2 * scores.filter((score) => score === 1).length
  return twice === scores.length ? null : twice > scores.length ? 1 : 0
}

const withReviewers = (marks: ReadonlyArray<PersonsMark>, rows: ReadonlyArray<Row>): ReportSection => {
  const people = new Map(CRITERIA.map((criterion) => [criterion, byDraft(marks, criterion)]))
  const judges = ["committee", ...new Set(rows.map((row) => text(row.judge)).filter((judge) => judge !== "committee"))]
  const pairsOf = (judge: string, criterion: Criterion) =>
    rows
      .filter((row) => row.judge === judge && row.criterion === criterion)
      .flatMap((row): ReadonlyArray<readonly [person: 0 | 1, judge: number]> => {
        const person = majority(people.get(criterion)?.get(draftKey(row)) ?? [])
        return person === null ? [] : [[person, number(row.score)]]
      })
  const few = CRITERIA.map((criterion) => [criterion, pairsOf("committee", criterion).length] as const).filter(
    ([, matched]) => matched < ASKED_FOR
  )
  const verdicts = new Set(rows.filter((row) => row.judge === "committee").map(draftKey))
  const drafts = new Set(marks.map((mark) => mark.draft))
  const without = [...drafts].filter((draft) => !verdicts.has(draft)).length
  return {
    title: "Reviewers: agreement with people",
    note: [
      `People labelled ${drafts.size} drafts.`,
      ...(without === 0 ? [] : [`Without a verdict of the committee, and left out of its lines: ${without}.`]),
      ...(few.length === 0
        ? []
        : [
            `Matched drafts are fewer than the ${ASKED_FOR} asked for: ${few.map(([criterion, matched]) => `${criterion} ${matched}`).join(", ")}.`
          ]),
      "A draft counts as what most of its labellers gave it, ties are left out; the committee counts by its majority. Cohen's kappa takes off what chance would give (1 perfect, 0 chance). Recall is the share of people's 0s that the judge gave a 0 as well."
    ].join(" "),
    columns: [
      "judge",
      "criterion",
      "drafts",
      "people's share of 1",
      "judge's share of 1",
      "agreement",
      "low 95 %",
      "high 95 %",
      "Cohen's kappa",
      "people's 0s",
      "recall of 0s",
      "recall low 95 %",
      "recall high 95 %"
    ],
    rows: judges.flatMap((judge) =>
      CRITERIA.map((criterion) => [judge, criterion, ...agreementCells(pairsOf(judge, criterion))])
    )
  }
}

const agreementCells = (pairs: ReadonlyArray<readonly [person: 0 | 1, judge: number]>): ReadonlyArray<Cell> => {
  const zeros = pairs.filter(([person]) => person === 0)
  const share = (ones: number) => (pairs.length === 0 ? null : measured(ones / pairs.length))
  return [
    pairs.length,
    share(pairs.length - zeros.length),
    share(pairs.filter(([, judge]) => judge === 1).length),
    ...rateCells(pairs.filter(([person, judge]) => person === judge).length, pairs.length),
    measured(cohensKappa(pairs)),
    zeros.length,
    ...rateCells(zeros.filter(([, judge]) => judge === 0).length, zeros.length)
  ]
}

/** How far people agree with each other. Nothing where no draft has two labellers. */
const amongPeople = (marks: ReadonlyArray<PersonsMark>): ReadonlyArray<ReportSection> => {
  const lines = CRITERIA.flatMap((criterion) => {
    const ratings = [...byDraft(marks, criterion).values()].filter((scores) => scores.length > 1)
    if (ratings.length === 0) return []
    const ties = ratings.filter((scores) => majority(scores) === null).length
    return [
      [criterion, ratings.length, ties, measured(pairwiseAgreement(ratings)), measured(fleissKappa(ratings))] as const
    ]
  })
  return lines.length === 0
    ? []
    : [
        {
          title: "People: agreement with each other",
          note: "Drafts that two or more people labelled: a measure of what can be asked of the reviewers.",
          columns: ["criterion", "drafts", "ties", "pairwise agreement", "Fleiss' kappa"],
          rows: lines
        }
      ]
}
