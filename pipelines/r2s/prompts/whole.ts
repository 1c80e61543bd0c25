import { fence } from "../../../stages/prompt-template.ts"
import type { Chunk } from "../draft.ts"
import type { LanguagePack, WorkedExample } from "../languages/language-pack.ts"
import type { Variant } from "../turn-logic.ts"
import { DATA_RULE, LOGIC_TYPES, PROGRESS, QUESTION_LOGIC, TALK_RULES } from "./logic.ts"

/** Chain of dialogue in one pass (section 2.6, single_pass). Slots: rounds, language. */
export const COD_SYSTEM = `You turn a document into a dialogue between A and B. ${DATA_RULE}

First invent two characters that fit the document: each in one short phrase. Then write at least {{rounds}} rounds. Each round is made in this order:
1. a: what A says.
2. thought, before B speaks: logic_type, the kind of exchange; search, a key phrase of 1 to 12 words (2 to 24 Chinese characters) that names what to look up; found, what the document says about it, copied word for word; found_sids, the numbers of the sentences it was copied from. Where nothing is there or nothing is needed, found is null and found_sids is empty.
3. b: what B says, from found.
4. chain: logic_type again; progress; role_steps, what A and B each do in this round; purpose, what the round is for.
5. question_logic.

${LOGIC_TYPES}
Use at least three different kinds, and question_answer in no more than two thirds of the rounds.

${PROGRESS} Only the last round is end. ${QUESTION_LOGIC}

${TALK_RULES}

A and B speak {{language}}; all other fields except found are in {{language}} too. Answer with JSON only, without the document: {"characters": {"a": "", "b": ""}, "rounds": [{"id": 1, "a": "", "thought": {"logic_type": "", "search": "", "found": "" or null, "found_sids": []}, "b": "", "chain": {"logic_type": "", "progress": "", "role_steps": "", "purpose": ""}, "question_logic": null}, ...]}. The ids run from 1.`

/** The paper's baseline that thinks step by step before B speaks. Slots: rounds, language. */
export const COT_SYSTEM = `You turn a document into a dialogue between A and B. ${DATA_RULE}

First invent two characters that fit the document, each in at most ten words. Then write at least {{rounds}} rounds. In each, after A has spoken and before B does, think step by step in one or two sentences: what A wants, what the document says about it, how B should answer.

${TALK_RULES}

A and B speak {{language}}, and so do the thoughts. Answer with JSON only, without the document: {"characters": {"a": "", "b": ""}, "rounds": [{"id": 1, "a": "", "thought": "", "b": ""}, ...]}. The ids run from 1.`

/** The paper's baseline without any thought. Slots: rounds, language. */
export const BASE_SYSTEM = `You turn a document into a dialogue between A and B. ${DATA_RULE}

First invent two characters that fit the document, each in at most ten words. Then write at least {{rounds}} rounds.

${TALK_RULES}

A and B speak {{language}}. Answer with JSON only, without the document: {"characters": {"a": "", "b": ""}, "rounds": [{"id": 1, "a": "", "b": ""}, ...]}. The ids run from 1.`

export const WHOLE_SYSTEM: Readonly<Record<Variant, string>> = { cod: COD_SYSTEM, cot: COT_SYSTEM, base: BASE_SYSTEM }

/** The worked examples of a language in the form that a variant answers in. */
export const workedExamples = (examples: LanguagePack["examples"], variant: Variant): string =>
  [
    "Worked examples. Take over how they are made, never their words.",
    ...examples.map(
      (example) =>
        `${fence("example-document", numbered(sentencesOf(example), variant))}\n${JSON.stringify(exampleReply(example, variant))}`
    )
  ].join("\n\n")

/** What a model would have answered for an example. */
export const exampleReply = ({ characters, rounds, ...example }: WorkedExample, variant: Variant) => ({
  characters,
  rounds: rounds.map(
    ({ a, b, found, free_text, logic_type, progress, purpose, question_logic, role_steps, search }, index) => {
      const id = index + 1
      if (variant === "base") return { id, a, b }
      if (variant === "cot") return { id, a, thought: free_text, b }
      const sid = found === null ? 0 : sentencesOf(example).findIndex((sentence) => sentence.includes(found)) + 1
      return {
        id,
        a,
        thought: { logic_type, search, found, found_sids: sid === 0 ? [] : [sid] },
        b,
        chain: { logic_type, progress, role_steps, purpose },
        question_logic
      }
    }
  )
})

const sentencesOf = ({ document }: Pick<WorkedExample, "document">): ReadonlyArray<string> =>
  document.split(/(?<=[。])|(?<=[.]) /u)

/** Only the chain of dialogue points to sentences by number. */
const numbered = (sentences: ReadonlyArray<string>, variant: Variant): string =>
  variant === "cod" ? sentences.map((sentence, index) => `[${index + 1}] ${sentence}`).join("\n") : sentences.join(" ")

/** The document that a whole dialogue is made from. */
export const wholeQuestion = (chunk: Chunk, variant: Variant): string =>
  [
    ...(chunk.title === null ? [] : [fence("title", chunk.title)]),
    fence("document", variant === "cod" ? numberedSentences(chunk) : chunk.body)
  ].join("\n")

/** The sentences of a chunk, each behind its number. */
export const numberedSentences = ({ sentences }: Pick<Chunk, "sentences">): string =>
  sentences.map(({ sid, text }) => `[${sid}] ${text}`).join("\n")
