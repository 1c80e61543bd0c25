import { Effect } from "effect"
import { fromSql, measured, number, type Sections, text } from "../../report-cells.ts"
import type { R2sConfig } from "../config.ts"

const rounds = (title: string, note: string, label: string, column: string): Sections =>
  fromSql(
    `WITH said AS (SELECT dialogue_lang AS lang, unnest(rounds) AS one FROM dialogues)
     SELECT lang, label, n, n / sum(n) OVER (PARTITION BY lang) AS share
     FROM (SELECT lang, ${label} AS label, count(*) AS n FROM said WHERE ${label} IS NOT NULL GROUP BY ALL)
     ORDER BY lang, n DESC, label`,
    (rows) => [
      {
        title,
        note,
        columns: ["language", column, "rounds", "share"],
        rows: rows.map((row) => [text(row.lang), text(row.label), number(row.n), measured(row.share)])
      }
    ]
  )

const coverage = ({ coverage: thresholds }: R2sConfig): Sections =>
  fromSql(
    `SELECT dialogue_lang AS lang, count(*) AS n, count(stats.coverage) AS with_coverage, avg(stats.coverage) AS mean,
            min(stats.coverage) AS least, max(stats.coverage) AS most, avg(stats.commonsense_rate) AS commonsense
     FROM dialogues GROUP BY ALL ORDER BY lang`,
    (rows) => [
      {
        title: "Coverage and general knowledge",
        note: `Coverage: share of the chunk's characters in sentences that a sentence of B comes near to (cosine above ${thresholds.en} in English, ${thresholds.zh} in Chinese). The thresholds differ, so languages cannot be compared.`,
        columns: ["language", "dialogues", "measured", "coverage", "least", "most", "general knowledge"],
        rows: rows.map((row) => [
          text(row.lang),
          number(row.n),
          number(row.with_coverage),
          measured(row.mean),
          measured(row.least),
          measured(row.most),
          measured(row.commonsense)
        ])
      }
    ]
  )

export const groundingReport = (config: R2sConfig): Sections =>
  Effect.map(
    Effect.all([
      rounds(
        "Passages",
        "How the passage of a round stands in its document. Missing where none is needed only; none where nothing was looked up or nothing was there.",
        "one.thought.found_match",
        "match"
      ),
      rounds(
        "Grounding of the rounds",
        "Of kept dialogues: what B says, held against the chunk.",
        "one.grounding",
        "verdict"
      ),
      coverage(config)
    ]),
    (sections) => sections.flat()
  )
