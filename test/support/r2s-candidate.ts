import type { Candidate, Round } from "../../pipelines/r2s/tables.ts"
import { messagesOf } from "../../pipelines/r2s/training/chat-rows.ts"

export const PASSAGE =
  "Harrow Weir was built by the miller Ada Brandt in 1783. Since the crest was raised in 1911 the lower town has flooded only once."

/** A round of the chain of dialogue whose passage is word for word in `PASSAGE`. */
export const round = (id: number, over: Partial<Round> = {}): Round => ({
  id,
  a: `Who built the weir? (${id})`,
  b: `It was the miller Ada Brandt, in 1783. (${id})`,
  thought: {
    logic_type: "question_answer",
    search: "builder of Harrow Weir",
    found: "Harrow Weir was built by the miller Ada Brandt in 1783",
    found_sids: [1],
    found_match: "exact",
    found_start: 0,
    found_end: 54,
    free_text: null
  },
  chain: {
    logic_type: "question_answer",
    progress: "start",
    role_steps: "A asks about the builder; B names her",
    purpose: "establish who made the weir"
  },
  question_logic: "factual",
  grounding: "grounded",
  support_score: 0.97,
  claims: [],
  blind: null,
  ...over
})

/** A candidate with two rounds, for tests of what becomes of it. */
export const candidate = (over: Partial<Candidate> = {}): Candidate => {
  const rounds = over.rounds ?? [round(1), round(2)]
  return {
    id: "harrow-weir#0-stepwise-0",
    doc_id: "harrow-weir",
    chunk_index: 0,
    lang: "en",
    dialogue_lang: "en",
    cross_lingual: false,
    domain: "wikipedia",
    mode: "stepwise",
    characters: { a: "Amateur angler", b: "Local history guide" },
    rounds,
    messages: messagesOf(rounds),
    passage: PASSAGE,
    stats: {
      rounds: rounds.length,
      coverage: 0.6,
      grounded_rate: 1,
      commonsense_rate: 0,
      logic_entropy: 0,
      support: 0.97
    },
    judge: null,
    overrides: 0,
    missed_quotas: [],
    planted: [],
    licence: "CC0-1.0",
    split: "train",
    ...over
  }
}
