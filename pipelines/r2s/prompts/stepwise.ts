import { fence } from "../../../stages/prompt-template.ts"
import type { Characters, Chunk, ChunkSentence, DraftRound } from "../draft.ts"
import { LogicType } from "../turn-logic.ts"
import { DATA_RULE, LOGIC_TYPES, PROGRESS, QUESTION_LOGIC, TALK_RULES } from "./logic.ts"
import { numberedSentences } from "./whole.ts"

/** Who talks: once a dialogue. Slot: language. */
export const CHARACTERS_SYSTEM = `You invent two people who will talk about a document. ${DATA_RULE}

a wants to know something about its matter and has a reason for it; b knows the matter and likes to help. Each in one short phrase in {{language}}, such as would stand in a cast of characters. No names of real people. Vary age, work and setting.

Answer with JSON only: {"a": "", "b": ""}.`

/** Step 1 of a round: its logic. Slot: language. */
export const DECIDE_SYSTEM = `You plan a dialogue between A, who wants to know something, and B, who helps, round by round. You are told what the dialogue is about, what was said so far, which sentences nobody has used yet, and which kinds of exchange there were. Choose the logic of the next round. ${DATA_RULE}

${LOGIC_TYPES}
The kinds change: at least three in a dialogue, none more than three times in a row. After question_question, A says what it meant.

${PROGRESS} ${QUESTION_LOGIC}
purpose says in at most twelve words of {{language}} what the round is for, such as which side of the matter it brings up. stop is true where the dialogue should close with this round.

Answer with JSON only: {"logic_type": "", "progress": "", "purpose": "", "question_logic": null, "stop": false}.`

/** Step 2 of a round: what it rests on. Slot: language. */
export const FIND_SYSTEM = `You look up what the next round of a dialogue can rest on. You are told the purpose of the round and which sentences of the document are free. ${DATA_RULE}

search: a key phrase in {{language}} of 1 to 12 words (2 to 24 Chinese characters) that names what to look up.
found: what the document says about it, copied word for word from one of the free sentences, or from two that stand side by side. Change nothing, and leave out at most the beginning or the end. null where no free sentence fits.
found_sids: the numbers of these sentences. Where they are wanted whole, found may be left empty.

Answer with JSON only: {"search": "", "found_sids": [], "found": ""}.`

/** Step 3 of a round: what A and B say. Slot: language. */
export const WRITE_SYSTEM = `You write the next round of a dialogue: what A says, and what B replies. ${DATA_RULE}

${LOGIC_TYPES}
Write the kind of exchange that you are told, and nothing of another kind.

${TALK_RULES}
- B may state only what is between the found tags, and what was said before. Where nothing was found and B has to say something on the matter, it speaks in general, with words such as "usually" or "as far as I know", and names no number, date or name; or it says that it does not know.
- A has 2 to 60 words, B 3 to 120.

role_steps says in a few words what A and B each do. All in {{language}}. Answer with JSON only: {"a": "", "b": "", "role_steps": ""}.`

/** What every step of a dialogue is told first: the same text each time, so that servers can reuse it. */
const matter = ({ sentences, title }: Chunk): string =>
  [...(title === null ? [] : [fence("title", title)]), fence("document", numberedSentences({ sentences }))].join("\n")

export const transcriptOf = (rounds: ReadonlyArray<Pick<DraftRound, "a" | "b">>): string =>
  rounds.length === 0 ? "(nothing was said yet)" : rounds.map(({ a, b }) => `A: ${a}\nB: ${b}`).join("\n")

export const charactersQuestion = (chunk: Chunk): string => matter(chunk)

export const decideQuestion = (
  chunk: Chunk,
  rounds: ReadonlyArray<DraftRound>,
  free: ReadonlyArray<ChunkSentence>
): string =>
  [
    matter(chunk),
    fence("dialogue", transcriptOf(rounds)),
    `Sentences that nobody has used yet: ${free.map(({ sid }) => sid).join(", ") || "none"}.`,
    `Kinds so far: ${LogicType.options
      .map((type) => `${type} ${rounds.filter(({ logic_type }) => logic_type === type).length}`)
      .join(", ")}. This is round ${rounds.length + 1}.`
  ].join("\n\n")

export const findQuestion = (
  chunk: Chunk,
  rounds: ReadonlyArray<DraftRound>,
  free: ReadonlyArray<ChunkSentence>,
  { logic_type, purpose }: { readonly logic_type: LogicType; readonly purpose: string }
): string =>
  [
    matter(chunk),
    fence("dialogue", transcriptOf(rounds)),
    fence("free-sentences", numberedSentences({ sentences: free })),
    `The round is of the kind ${logic_type}.`,
    fence("purpose", purpose)
  ].join("\n\n")

export interface WriteOrder {
  readonly characters: Characters
  readonly logic_type: LogicType
  readonly progress: string
  readonly purpose: string
  readonly search: string | null
  readonly found: string | null
}

/** The document is left out: B has `found`, and nothing else to talk from. */
export const writeQuestion = (title: string | null, rounds: ReadonlyArray<DraftRound>, order: WriteOrder): string =>
  [
    ...(title === null ? [] : [fence("title", title)]),
    fence("characters", `A: ${order.characters.a}\nB: ${order.characters.b}`),
    fence("dialogue", transcriptOf(rounds)),
    `The round is of the kind ${order.logic_type}, its progress is ${order.progress}.${order.progress === "end" ? " It is the last one: A takes its leave, and B closes politely." : ""}${answersBack(rounds)}`,
    fence("purpose", order.purpose),
    order.found === null
      ? "Nothing was looked up for this round."
      : `${fence("search", order.search ?? "")}\n${fence("found", order.found)}`
  ].join("\n\n")

const answersBack = (rounds: ReadonlyArray<DraftRound>): string =>
  rounds.at(-1)?.logic_type === "question_question" ? " B has asked back: A now says what it meant." : ""
