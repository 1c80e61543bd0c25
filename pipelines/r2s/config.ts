import { z } from "zod"
import { packOf, packTags } from "./languages/packs.ts"
import { Mode } from "./turn-logic.ts"

const share = z.number().min(0).max(1)
const temperature = z.number().min(0).max(2)
const tokens = z.int().min(16).max(100_000)
const half = z.number().min(0).max(5)

const comeToOne = ({ test, train, val }: { readonly test: number; readonly train: number; readonly val: number }) =>
  Math.abs(train + val + test - 1) < 1e-6

/**
 * How often the simulated models err on purpose, so that it is known what the checks catch. Real models are not touched by it.
 */
const Mistakes = z.strictObject({
  /** Chance that a dialogue holds one planted mistake. */
  dialogue: share.default(0.25),
  /** Chance that a reply cannot be used (no JSON, a missing key) the first time it is asked for. */
  brokenReplies: share.default(0.02),
  /** Chance that the simulated judge gives one score that is off the grid or missing. */
  brokenScores: share.default(0.05)
})

/** Every knob of R2S. Values are the paper's script's where it has one (section 2 of the method), else ours. */
export const R2sConfig = z
  .strictObject({
    /** A file or a folder of documents. Absent: the documents that come with Dialoom. */
    documents: z.string().min(1).optional(),
    /** At most so many documents, in the order of their paths. */
    items: z.int().min(1).max(100_000_000).default(1_000_000),
    /** Field of JSONL records that holds the text: `reference` for RefGPT, `description` for museum catalogues. */
    textField: z.string().min(1).default("text"),
    /** SPDX name for documents that name no licence of their own. */
    licence: z.string().min(1).nullable().default(null),
    /** Domain of documents that name none: `wikipedia`, `science`, `artifact`... */
    domain: z.string().min(1).nullable().default(null),
    /** Whether documents without any licence are used; they are counted. */
    allowUnknownLicence: z.boolean().default(false),

    /** A line seen in more than `share` of the documents, and in at least `documents` of them, is boilerplate and is taken out. */
    boilerplate: z.strictObject({ share: share.default(0.2), documents: z.int().min(2).default(20) }).prefault({}),
    /** Fewest characters of a cleaned document, in Latin and in CJK scripts. */
    minDocument: z.strictObject({ latin: z.int().min(1).default(200), cjk: z.int().min(1).default(100) }).prefault({}),
    /** Documents and chunks with fewer sentences are too thin for a dialogue. */
    minSentences: z.int().min(1).default(5),
    /** A chunk is closed when it has more than so many characters; none is longer than `max`. */
    chunk: z
      .strictObject({
        latin: z.int().min(50).default(800),
        cjk: z.int().min(50).default(400),
        max: z.int().min(200).max(100_000).default(6_000)
      })
      .refine(({ cjk, latin, max }) => latin <= max && cjk <= max, "latin and cjk must not exceed max")
      .prefault({}),
    /** Jaccard similarity from which documents, dialogues of two documents and dialogues of one are duplicates. */
    dedupe: z
      .strictObject({
        document: z.number().min(0.5).max(1).default(0.8),
        dialogue: z.number().min(0.5).max(1).default(0.8),
        withinDocument: z.number().min(0.5).max(1).default(0.7)
      })
      .prefault({}),
    /** Shares of the splits, by source document; drawn before anything is generated. */
    splits: z
      .strictObject({ train: share.default(0.9), val: share.default(0.05), test: share.default(0.05) })
      .refine(comeToOne, "train, val and test must come to 1")
      .prefault({}),

    /** Language of the dialogues; null: that of their document. */
    dialogueLanguage: z.string().min(2).nullable().default(null),
    mode: Mode.default("stepwise"),
    /** Worked examples in the prompt of a whole dialogue. A small model copies them (F_COPY_EXAMPLE), and each costs about 1,200 tokens in `single_pass`, 500 to 800 in `base` and `cot`. */
    workedExamples: z.int().min(0).max(2).default(2),
    /** Fewest rounds of a dialogue. `base` and `cot` may have one less: 7 in the paper. */
    minRounds: z.int().min(2).max(50).default(8),
    maxRounds: z.int().min(2).max(50).default(16),
    /** Between which the wanted number of rounds is drawn (stepwise). */
    targetRounds: z
      .strictObject({ low: z.int().min(2).max(50).default(8), high: z.int().min(2).max(50).default(12) })
      .refine(({ high, low }) => low <= high, "low must not exceed high")
      .prefault({}),
    /** Share of a chunk's characters in used sentences at which a dialogue may end early (stepwise). */
    stopCoverage: share.default(0.9),
    /** Rounds that one sentence may be the ground of. */
    sentenceUses: z.int().min(1).max(10).default(2),
    quotas: z
      .strictObject({
        /** Fewest different logic types in a dialogue. */
        logicTypes: z.int().min(1).max(6).default(3),
        /** Largest share of `question_answer` rounds. */
        questionAnswer: share.default(0.7),
        /** Most rounds of one type in a row (stepwise). */
        inARow: z.int().min(1).max(16).default(3)
      })
      .prefault({}),
    /** Whether quotas reject in `single_pass` too; in `stepwise` they always do, in `base` and `cot` never. */
    enforceQuotas: z.boolean().default(false),

    /** Tries of one call whose reply cannot be used: no JSON, wrong shape, empty, refused. */
    maxAttempts: z.int().min(1).max(10).default(3),
    temperatures: z
      .strictObject({
        /** `single_pass`, `base` and `cot`. */
        whole: temperature.default(0),
        characters: temperature.default(0.7),
        decide: temperature.default(0),
        find: temperature.default(0),
        write: temperature.default(0.7),
        judge: temperature.default(0)
      })
      .prefault({}),
    /** Upper bound of one reply, in tokens. */
    maxTokens: z
      .strictObject({
        whole: tokens.default(8_000),
        characters: tokens.default(300),
        decide: tokens.default(400),
        find: tokens.default(600),
        write: tokens.default(900),
        judge: tokens.default(3_000)
      })
      .prefault({}),

    /** A passage is `fuzzy` from this share of its tokens on, `paraphrase` from this cosine on. */
    found: z.strictObject({ fuzzy: share.default(0.8), paraphrase: share.default(0.8) }).prefault({}),
    /**
     * Who holds claims against the text and answers questions blindly: local models of the roles `entailment`, `relevance` and `decision`,
     * or the judge (2 calls a dialogue). `auto`: local models where one for entailment is named or the dialogue is simulated.
     */
    groundingBy: z.enum(["auto", "local", "judge"]).default("auto"),
    /** Probabilities that make a claim supported or contradicted, and how many sentences it is held against. */
    entailment: z
      .strictObject({
        entail: share.default(0.7),
        contradict: share.default(0.5),
        premiseSentences: z.int().min(1).max(50).default(5)
      })
      .prefault({}),
    /** Largest shares of rounds that rest on general knowledge, and of rounds with unsupported claims beside supported ones. */
    maxCommonsense: share.default(0.25),
    maxPartial: share.default(0.25),
    /** The blind check of questions; `enabled: false` leaves it out. */
    answerability: z
      .strictObject({
        enabled: z.boolean().default(true),
        /** Least token F1 of a blind span with the passage. */
        overlap: share.default(0.3),
        /** Sentences that the blind model may point to. */
        spans: z.int().min(1).max(20).default(3),
        /** Probability of an answer below which the chunk has none, and from which it has one; between them nobody knows. */
        unanswerableBelow: share.default(0.3),
        answerableFrom: share.default(0.7)
      })
      .refine(
        ({ answerableFrom, unanswerableBelow }) => unanswerableBelow <= answerableFrom,
        "unanswerableBelow must not exceed answerableFrom"
      )
      .prefault({}),
    judge: z
      .strictObject({
        enabled: z.boolean().default(true),
        /** `metrics`: the eight of section 5.1. `rating`: one number from 1 to 10, which is cheaper. */
        scale: z.enum(["metrics", "rating"]).default("metrics"),
        loyalty: half.default(3.5),
        consistency: half.default(3.5),
        coherence: half.default(3.5),
        understanding: half.default(3),
        helpfulness: half.default(3),
        /** Lowest rating that is kept. */
        keep: z.number().min(1).max(10).default(7)
      })
      .prefault({}),
    /** Cosine from which a sentence of the document is covered by one of B's; languages that are not named take that of English. */
    coverage: z.strictObject({ en: share.default(0.75), zh: share.default(0.85) }).prefault({}),

    /** Longest training row, in tokens; longer ones are left out and counted, never cut. */
    maxTrainTokens: z.int().min(100).default(8_192),
    /** Share of chunks that may end without a usable dialogue for technical reasons before the run ends with exit code 1. */
    maxFailureRate: share.default(0.2),
    /** Local models that the checks ask, by role, PROVIDER:MODEL. Filled in from --local: another model is another run. */
    localModels: z.record(z.string(), z.string()).default({}),
    mistakes: Mistakes.prefault({})
  })
  .superRefine((config, context) => {
    const { high, low } = config.targetRounds
    if (config.minRounds > config.maxRounds) {
      context.addIssue({
        code: "custom",
        path: ["minRounds"],
        message: `E_CONFIG: minRounds ${config.minRounds} exceeds maxRounds ${config.maxRounds}`
      })
    }
    const { dialogueLanguage } = config
    if (dialogueLanguage !== null && packOf(dialogueLanguage) === null) {
      context.addIssue({
        code: "custom",
        path: ["dialogueLanguage"],
        message: `E_CONFIG: there is no language file for "${dialogueLanguage}"; there are ${packTags.join(", ")}. A further one is added in pipelines/r2s/languages`
      })
    }
    if (low < config.minRounds || high > config.maxRounds) {
      context.addIssue({
        code: "custom",
        path: ["targetRounds"],
        message: `E_CONFIG: targetRounds ${low} to ${high} must lie within minRounds ${config.minRounds} and maxRounds ${config.maxRounds}`
      })
    }
  })
export type R2sConfig = z.output<typeof R2sConfig>

/** Fewest rounds in a mode: the baselines ask for one less (section 1 of the method). */
export const fewestRounds = ({ minRounds, mode }: Pick<R2sConfig, "minRounds" | "mode">): number =>
  mode === "base" || mode === "cot" ? minRounds - 1 : minRounds
