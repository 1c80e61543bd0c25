import { z } from "zod"
import { Message } from "../../schemas/message.ts"
import { table } from "../../schemas/table.ts"
import { LogicType, Mode, Progress, QuestionLogic, Variant } from "./turn-logic.ts"

/** Train, validation or test: by source document, so that no document is in two. */
export const Split = z.enum(["train", "val", "test"])
export type Split = z.infer<typeof Split>

/** A sentence of a chunk. Offsets are into the document's text, in UTF-16 code units. */
export const Sentence = z.strictObject({ sid: z.int32(), start: z.int32(), end: z.int32() })

export const DocumentChunk = z.strictObject({
  chunk_index: z.int32(),
  /** `text.slice(char_start, char_end)` is the chunk's body. */
  char_start: z.int32(),
  char_end: z.int32(),
  sentences: z.array(Sentence)
})

/** From `at` in the cleaned text on, characters come one for one from `from` in the original, up to the next entry. */
export const MapEntry = z.strictObject({ at: z.int32(), from: z.int32() })

/** Documents that dialogues are made from, cleaned and chunked (section 8 of the method). */
export const Documents = table(
  "documents",
  "Source documents, cleaned, with their chunks, sentences and split.",
  z.strictObject({
    doc_id: z.string(),
    title: z.string().nullable(),
    lang: z.string(),
    domain: z.string().nullable(),
    source_uri: z.string().nullable(),
    licence: z.string(),
    split: Split,
    /** Cleaned. */
    text: z.string(),
    chunks: z.array(DocumentChunk),
    /** Chunks that exist only because a longer one was split. */
    chunks_split: z.int32(),
    /** Lines that look like instructions to a model: counted, and treated as any other text. */
    instruction_suspects: z.int32(),
    /** Where it was read: the path below the source's root, and the record within the file. */
    file: z.string(),
    record: z.int32().nullable(),
    /** How positions in `text` lead back to the decoded original. */
    map: z.array(MapEntry)
  })
)
export type Document = z.output<typeof Documents.schema>

export const FoundMatch = z.enum(["exact", "fuzzy", "paraphrase", "missing", "none"])
export type FoundMatch = z.infer<typeof FoundMatch>

export const Thought = z.strictObject({
  logic_type: LogicType.nullable(),
  search: z.string().nullable(),
  found: z.string().nullable(),
  found_sids: z.array(z.int32()),
  /** `none`: nothing was looked for, or nothing was there. */
  found_match: FoundMatch,
  /** Where the passage lies in the document's text, in UTF-16 code units; null where it is missing or none. */
  found_start: z.int32().nullable(),
  found_end: z.int32().nullable(),
  /** Mode `cot` only: then all else but the match is null. */
  free_text: z.string().nullable()
})

export const Chain = z.strictObject({
  logic_type: LogicType,
  progress: Progress,
  role_steps: z.string(),
  purpose: z.string()
})

export const ClaimLabel = z.enum(["supported", "contradicted", "unclear", "unsupported"])

/** A sentence of B that states something, and what it rests on. */
export const Claim = z.strictObject({
  text: z.string(),
  label: ClaimLabel,
  /** Probability of entailment, 0 to 1. */
  score: z.number(),
  /** Sentences of the chunk that it was held against. */
  sids: z.array(z.int32())
})

/** What a model that saw only chunk and question made of it. */
export const Blind = z.strictObject({
  /** Probability that the chunk answers the question, 0 to 1; null where the model declined. */
  answerable: z.number().nullable(),
  /** The sentence that it would answer from. */
  span: z.string().nullable(),
  /** Best token F1 of its spans with the passage, 0 to 1; null without a passage. */
  overlap: z.number().nullable()
})

export const RoundGrounding = z.enum(["grounded", "partial", "commonsense", "ungrounded", "not_needed"])
export type RoundGrounding = z.infer<typeof RoundGrounding>

export const Round = z.strictObject({
  id: z.int32(),
  a: z.string(),
  b: z.string(),
  /** Null in mode `base`. */
  thought: Thought.nullable(),
  /** Null outside the modes of the chain of dialogue. */
  chain: Chain.nullable(),
  question_logic: QuestionLogic.nullable(),
  grounding: RoundGrounding,
  /** Mean probability of entailment of its claims, 0 to 1; null where it claims nothing. */
  support_score: z.number().nullable(),
  claims: z.array(Claim),
  /** Null where no question was put to the blind model. */
  blind: Blind.nullable()
})
export type Round = z.output<typeof Round>

/** The eight metrics of section 5.1, 0 to 5 in steps of 0.5, a mean over turns where turns are scored; null: no usable score. */
export const JudgeScores = z.strictObject({
  informativeness: z.number().nullable(),
  understanding: z.number().nullable(),
  helpfulness: z.number().nullable(),
  loyalty: z.number().nullable(),
  flexibility: z.number().nullable(),
  consistency: z.number().nullable(),
  coherence: z.number().nullable(),
  emotion: z.number().nullable()
})
export type JudgeScores = z.output<typeof JudgeScores>

/** What the judge said of a dialogue. */
export const Judgement = z.strictObject({
  ...JudgeScores.shape,
  /** From 1 to 10, where `judge.scale` is `rating`. */
  rating: z.number().nullable(),
  /** Scores that were missing, off the scale or off the half-point grid: null above, never zero. */
  parse_errors: z.int32(),
  model: z.string()
})
export type Judgement = z.output<typeof Judgement>

export const Stats = z.strictObject({
  rounds: z.int32(),
  /** Share of the chunk's characters that B's sentences cover, by the role `embedding` (section 5.2), 0 to 1. */
  coverage: z.number().nullable(),
  /** Of the rounds that claim something, 0 to 1. */
  grounded_rate: z.number(),
  /** Of the rounds that claim something, the last one left out, 0 to 1. */
  commonsense_rate: z.number(),
  /** Entropy of the logic types, in nats; 0 in `base` and `cot`. */
  logic_entropy: z.number(),
  /** Mean support score of its rounds: of duplicates the higher survives. */
  support: z.number()
})

const dialogue = {
  id: z.string(),
  doc_id: z.string(),
  chunk_index: z.int32(),
  lang: z.string(),
  dialogue_lang: z.string(),
  /** The dialogue is in another language than its document: then passages match by embedding only. */
  cross_lingual: z.boolean(),
  domain: z.string().nullable(),
  mode: Mode,
  characters: z.strictObject({ a: z.string(), b: z.string() }),
  rounds: z.array(Round),
  /** The same dialogue as trainers read it: A is `user`, B is `assistant`. */
  messages: z.array(Message),
  /** The chunk that it was made from. */
  passage: z.string(),
  stats: Stats,
  /** Null where the judge is off. */
  judge: Judgement.nullable(),
  /** Rounds whose type the quotas changed. */
  overrides: z.int32(),
  /** Quotas that it misses although they do not gate in its mode. */
  missed_quotas: z.array(z.string()),
  /** Mistakes that simulated models made on purpose and that no check found. */
  planted: z.array(z.string()),
  licence: z.string(),
  split: Split
}

/** Dialogues that passed every check of their own; duplicates among them are still there. */
export const Candidates = table(
  "candidates",
  "Dialogues that passed every check on themselves, before duplicates are taken out.",
  z.strictObject(dialogue)
)
export type Candidate = z.output<typeof Candidates.schema>

export const Dialogues = table(
  "dialogues",
  "Knowledge-grounded dialogues: every answer traced to its document.",
  z.strictObject({
    ...dialogue,
    /** Of its row in gllm_train, by the tokenizer named there; rows above `maxTrainTokens` are left out of that table. */
    train_tokens: z.int32()
  })
)
export type Dialogue = z.output<typeof Dialogues.schema>

const training = {
  id: z.string(),
  doc_id: z.string(),
  lang: z.string(),
  split: Split,
  licence: z.string()
}

export const GllmTrain = table(
  "gllm_train",
  "Document to dialogue: what a model learns from that makes dialogues from documents in one pass. Loss on the last message only.",
  z.strictObject({
    ...training,
    variant: Variant,
    messages: z.array(Message),
    num_tokens: z.int32(),
    /** Which tokenizer counted; an estimate for models that have another. */
    tokenizer: z.string()
  })
)

export const ChatTrain = table(
  "chat_train",
  "The dialogues for a chat model: no document, thought or chain, so that knowledge moves into the model.",
  z.strictObject({ ...training, system: z.string().nullable(), messages: z.array(Message) })
)

/** Held-out turns of A, for models that were trained on the dialogues: section 5.3, level 2. */
export const EvalInput = table(
  "eval_input",
  "Held-out turns for trained models to answer, the document unseen: the outputs are scored by `evaluate --outputs`.",
  z.strictObject({
    ...training,
    variant: Variant,
    level: z.int32(),
    /** The chunk, for whoever scores; no model that is tested sees it. */
    document: z.string(),
    /** What was said before, as the dialogue has it. */
    history: z.array(Message),
    question: z.string(),
    gold_b: z.string()
  })
)

export const ChatGroundedTrain = table(
  "chat_grounded_train",
  "The dialogues for a chat model that answers from a passage: the chunk stands in the system message.",
  z.strictObject({ ...training, system: z.string(), messages: z.array(Message) })
)
