import { Effect } from "effect"
import { fromSql, measured, number, type Sections, text } from "../../report-cells.ts"
import type { R2sConfig } from "../config.ts"

const sizes = fromSql(
  `WITH said AS (
     SELECT dialogue_lang, id, stats.rounds AS rounds, unnest(rounds) AS one FROM dialogues)
   SELECT dialogue_lang AS lang, count(DISTINCT id) AS dialogues, count(*) AS rounds,
          avg(rounds) FILTER (one.id = 1) AS mean, median(rounds) FILTER (one.id = 1) AS median, min(rounds) AS least, max(rounds) AS most,
          avg(len(string_split_regex(trim(one.a), '\\s+'))) AS a_words, avg(len(string_split_regex(trim(one.b), '\\s+'))) AS b_words,
          avg(length(one.a)) AS a_characters, avg(length(one.b)) AS b_characters
   FROM said GROUP BY ALL ORDER BY lang`,
  (rows) => [
    {
      title: "Sizes of the dialogues",
      note: "Means, but for the median, the least and the most. Words are told apart by spaces: in Chinese read the characters.",
      columns: [
        "language",
        "dialogues",
        "rounds",
        "a dialogue",
        "median",
        "least",
        "most",
        "words of A",
        "words of B",
        "characters of A",
        "characters of B"
      ],
      rows: rows.map((row) => [
        text(row.lang),
        number(row.dialogues),
        number(row.rounds),
        measured(row.mean),
        measured(row.median),
        number(row.least),
        number(row.most),
        measured(row.a_words),
        measured(row.b_words),
        measured(row.a_characters),
        measured(row.b_characters)
      ])
    }
  ]
)

/** Rounds by one of their labels, with the share that each has. */
const distribution = (title: string, note: string, column: string, label: string): Sections =>
  fromSql(
    `SELECT label, count(*) AS n FROM (SELECT ${label} AS label FROM (SELECT unnest(rounds) AS one FROM dialogues))
     WHERE label IS NOT NULL GROUP BY label ORDER BY n DESC, label`,
    (rows) => {
      const all = rows.reduce((sum, row) => sum + number(row.n), 0)
      return rows.length === 0
        ? []
        : [
            {
              title,
              note,
              columns: [column, "rounds", "share"],
              rows: rows.map((row) => [text(row.label), number(row.n), measured(number(row.n) / all)])
            }
          ]
    }
  )

const logic = Effect.all([
  distribution(
    "Turn logic",
    "The six types of section 2.5. A model left to itself writes questions and answers.",
    "logic type",
    "one.chain.logic_type"
  ),
  distribution("Question logic", "A second label, of rounds in which A asks.", "question", "one.question_logic")
])

const quotas = (config: R2sConfig): Sections =>
  fromSql(
    `SELECT mode, count(*) AS dialogues, avg(stats.logic_entropy) AS entropy, avg(overrides) AS overrides,
            count(*) FILTER (len(missed_quotas) > 0) AS missed
     FROM dialogues GROUP BY mode ORDER BY mode`,
    (rows) => [
      {
        title: "Variety of the turn logic",
        note: `Entropy in nats: 0 where all rounds are of one type, 1.79 where all six are equal. Quotas: at least ${config.quotas.logicTypes} types, at most ${(config.quotas.questionAnswer * 100).toFixed(0)} % question_answer. They reject in stepwise, and in single_pass with enforceQuotas.`,
        columns: ["mode", "dialogues", "entropy", "rounds whose type was overridden", "dialogues that miss a quota"],
        rows: rows.map((row) => [
          text(row.mode),
          number(row.dialogues),
          measured(row.entropy),
          measured(row.overrides),
          number(row.missed)
        ])
      }
    ]
  )

const training = (config: R2sConfig): Sections =>
  fromSql(
    `SELECT dialogue_lang AS lang, count(*) AS n, count(*) FILTER (train_tokens > ${config.maxTrainTokens}) AS too_long,
            median(train_tokens) AS median, max(train_tokens) AS most
     FROM dialogues GROUP BY ALL ORDER BY lang`,
    (rows) => [
      {
        title: "Training rows for document to dialogue",
        note: `Tokens by o200k_base, an estimate for models with another tokenizer. Rows above ${config.maxTrainTokens} are left out of gllm_train, never cut.`,
        columns: ["language", "dialogues", "left out", "median tokens", "most"],
        rows: rows.map((row) => [
          text(row.lang),
          number(row.n),
          number(row.too_long),
          measured(row.median),
          number(row.most)
        ])
      }
    ]
  )

export const dialoguesReport = (config: R2sConfig): Sections =>
  Effect.map(Effect.all([sizes, logic, quotas(config), training(config)]), ([size, labels, ...others]) => [
    ...size,
    ...labels.flat(),
    ...others.flat()
  ])
