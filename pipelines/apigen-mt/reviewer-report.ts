import { fleissKappa, pairwiseAgreement } from "../../stages/agreement.ts"
import { fromSql, measured, number, round, type Sections, text } from "../report-cells.ts"

/** Every usable score, a line each. */
const scores = `
  scores AS (
    SELECT item, round, vote.reviewer AS reviewer, score.criterion AS criterion, score.score AS score FROM (
      SELECT item, round, vote, unnest(vote.scores) AS score FROM (
        SELECT item, round, unnest(verdict.votes) AS vote FROM blueprint_attempts WHERE verdict IS NOT NULL
      ) WHERE vote.status = 'voted'))`

export const agreement: Sections = fromSql(
  `WITH ${scores}, units AS (
     SELECT criterion, item, round, sum(score) AS ones, count(*) - sum(score) AS zeros FROM scores GROUP BY ALL)
   SELECT criterion, ones, zeros, count(*) AS n FROM units GROUP BY ALL ORDER BY criterion, ones, zeros`,
  (rows) => {
    const criteria = [...new Set(rows.map((row) => text(row.criterion)))]
    return [
      {
        title: "Reviewers: agreement per criterion",
        note: "Over all reviewed rounds. Pairwise agreement is the share of pairs of votes that are equal; Fleiss' kappa takes off what chance would give (1 perfect, 0 chance). The dataset holds no human labels: `npm run report -- NAME --labels FILE` adds them (docs/apigen-mt.md, Labels by people).",
        columns: ["criterion", "blueprints reviewed", "share of 1", "pairwise agreement", "Fleiss' kappa"],
        rows: criteria.map((criterion) => {
          const patterns = rows.filter((row) => text(row.criterion) === criterion)
          // Equal patterns share one array: a million units cost a million references.
          const ratings = patterns.flatMap((row) => {
            const unit = [
              ...Array.from({ length: number(row.ones) }, () => 1),
              ...Array.from({ length: number(row.zeros) }, () => 0)
            ]
            return Array.from({ length: number(row.n) }, () => unit)
          })
          const votes = patterns.reduce((sum, row) => sum + number(row.n) * (number(row.ones) + number(row.zeros)), 0)
          const ones = patterns.reduce((sum, row) => sum + number(row.n) * number(row.ones), 0)
          return [
            criterion,
            ratings.length,
            votes === 0 ? null : round(ones / votes),
            measured(pairwiseAgreement(ratings)),
            measured(fleissKappa(ratings))
          ]
        })
      }
    ]
  }
)

export const reviewers: Sections = fromSql(
  `WITH ${scores}, given AS (
     SELECT vote.reviewer AS reviewer, count(*) AS asked, count(*) FILTER (WHERE vote.status = 'voted') AS voted
     FROM (SELECT unnest(verdict.votes) AS vote FROM blueprint_attempts WHERE verdict IS NOT NULL) GROUP BY ALL)
   SELECT given.reviewer, any_value(asked) AS asked, any_value(voted) AS voted,
          avg(score) FILTER (WHERE criterion = 'correctness') AS correctness,
          avg(score) FILTER (WHERE criterion = 'completeness') AS completeness,
          avg(score) FILTER (WHERE criterion = 'satisfaction') AS satisfaction,
          avg(score) FILTER (WHERE criterion = 'creativity') AS creativity
   FROM given LEFT JOIN scores ON scores.reviewer = given.reviewer GROUP BY given.reviewer ORDER BY given.reviewer`,
  (rows) => {
    const criteria = ["correctness", "completeness", "satisfaction", "creativity"]
    return [
      {
        title: "Reviewers: pass rates",
        note: "Share of 1 in each reviewer's usable votes. One that differs much from the others looks elsewhere, or does not look.",
        columns: ["reviewer", "asked", "voted", ...criteria],
        rows: rows.map((row) => [
          text(row.reviewer),
          number(row.asked),
          number(row.voted),
          ...criteria.map((name) => measured(row[name]))
        ])
      }
    ]
  }
)
