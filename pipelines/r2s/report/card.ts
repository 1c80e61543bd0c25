import { Effect } from "effect"
import { TableReader } from "../../../datasets/table-reader.ts"
import type { R2sConfig } from "../config.ts"

/** What the dataset card of R2S says beyond that of every dataset: source licences, thresholds, known limits (section 7, item 22). */
export const card = (config: R2sConfig) =>
  Effect.gen(function* () {
    const reader = yield* TableReader
    const licences = yield* reader.query(
      `SELECT licence, count(*) AS documents, coalesce(sum(made), 0) AS dialogues
       FROM documents LEFT JOIN (SELECT doc_id, count(*) AS made FROM dialogues GROUP BY doc_id) USING (doc_id)
       GROUP BY licence ORDER BY licence`
    )
    return [
      "## Sources",
      "",
      "All dialogues are synthetic, made from the documents below. Each row names its document, and has its licence.",
      "",
      "| licence | documents | dialogues |",
      "| --- | --- | --- |",
      ...licences.map(
        ({ dialogues, documents, licence }) => `| ${cell(String(licence))} | ${documents} | ${dialogues} |`
      ),
      "",
      "## Thresholds",
      "",
      "| check | kept |",
      "| --- | --- |",
      ...thresholds(config).map(([check, kept]) => `| ${check} | ${kept} |`),
      "",
      "## Known limits",
      "",
      ...limits(config).map((limit) => `- ${limit}`)
    ].join("\n")
  })

const thresholds = ({
  answerability,
  dedupe,
  entailment,
  found,
  judge,
  maxCommonsense,
  maxPartial
}: R2sConfig): ReadonlyArray<readonly [string, string]> => [
  ["passage in the document", `word for word, or ${found.fuzzy} of its tokens in order, or cosine ${found.paraphrase}`],
  [
    "claim follows from the document",
    `entailment at least ${entailment.entail}; contradiction below ${entailment.contradict}`
  ],
  [
    "rounds on general knowledge, partly supported",
    `at most ${maxCommonsense}, at most ${maxPartial}; none unsupported`
  ],
  ["blind answer", answerability.enabled ? `token F1 with the passage at least ${answerability.overlap}` : "not asked"],
  [
    "judge",
    !judge.enabled
      ? "not asked"
      : judge.scale === "rating"
        ? `rating at least ${judge.keep} of 10`
        : `loyalty ${judge.loyalty}, consistency ${judge.consistency}, coherence ${judge.coherence}, understanding ${judge.understanding}, helpfulness ${judge.helpfulness} of 5`
  ],
  [
    "duplicates (Jaccard of shingles)",
    `documents ${dedupe.document}, dialogues ${dedupe.dialogue}, of one document ${dedupe.withinDocument}`
  ]
]

const BY_WORDS = "by word overlap, without a trained model: rewordings are turned down, and subtle errors can pass."

const limits = ({ groundingBy, localModels }: R2sConfig): ReadonlyArray<string> => [
  "An answer is traced to its document; whether the document is right is not checked.",
  "Names in Chinese are checked only in title marks, and by whoever holds claims against the text.",
  ...(groundingBy === "judge" || (groundingBy === "auto" && localModels.entailment === undefined)
    ? ["Claims and questions were held against the text by the judge: its mistakes are in the dataset."]
    : []),
  ...(groundingBy === "auto" && localModels.entailment === undefined
    ? [`In simulated dialogues they were held against it ${BY_WORDS}`]
    : []),
  ...(groundingBy === "local" && localModels.entailment === undefined
    ? [`Claims and questions were held against the text ${BY_WORDS}`]
    : []),
  "Coverage of English and of Chinese has different thresholds: the two cannot be compared.",
  "Personal data in the documents is not taken out: `curate --filter personal-data={}` finds it."
]

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ")
