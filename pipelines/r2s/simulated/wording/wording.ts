import type { Chunk } from "../../draft.ts"
import type { LogicType, QuestionLogic } from "../../turn-logic.ts"

/** What A says and what B puts before the passage, where there is one. */
export interface Phrases {
  readonly a: ReadonlyArray<(topic: string) => string>
  /** Each a sentence of its own that states nothing; may be empty. */
  readonly b: ReadonlyArray<string>
}

/** How the simulated models speak a language. They quote the passage, and say nothing else about the world. */
export interface Wording {
  /** What a sentence of a chunk is about, in a few of its words: never six in a row, or A would give the answer away. */
  readonly topicOf: (sentence: string, chunk: Pick<Chunk, "body" | "title">) => string
  /** Telling words of the sentence that are not in its topic, the rarest of the chunk first. */
  readonly keysOf: (sentence: string, topic: string, body: string) => ReadonlyArray<string>
  /** How many of them A may name: in a script without spaces several would be a stretch of the answer. */
  readonly mostKeys: number
  /** Between them, quotation marks and all. */
  readonly andWord: string
  readonly kindOf: (sentence: string) => QuestionLogic
  /** How A brings up a telling word of what it asks about, or several. */
  readonly hints: ReadonlyArray<(key: string) => string>
  /** By kind of question; `follow_up` where the sentence has no other. */
  readonly questions: Readonly<Partial<Record<QuestionLogic, ReadonlyArray<(topic: string) => string>>>> & {
    readonly follow_up: ReadonlyArray<(topic: string) => string>
  }
  readonly phrases: Readonly<Record<Exclude<LogicType, "question_question">, Phrases>>
  /** A asks vaguely, B asks back which of two is meant. */
  readonly vague: ReadonlyArray<(title: string) => string>
  readonly askBack: ReadonlyArray<(one: string, other: string) => string>
  readonly oneTopicOnly: (topic: string) => string
  /** What A says before it says what it meant. */
  readonly clarified: ReadonlyArray<string>
  readonly farewells: ReadonlyArray<readonly [a: string, b: string]>
  readonly askOn: ReadonlyArray<string>
  /** Where nothing is there to quote. */
  readonly unknown: ReadonlyArray<string>
  readonly seekers: ReadonlyArray<(title: string) => string>
  readonly helpers: ReadonlyArray<(title: string) => string>
  readonly purpose: (topic: string) => string
  readonly roleSteps: (logic: LogicType) => string
  readonly thought: (topic: string) => string
  /** Where a document has no title. */
  readonly untitled: string
  /** Between sentences. */
  readonly space: string
  readonly mistakes: {
    /** The passage in other figures; null where it has none. */
    readonly otherNumber: (passage: string) => string | null
    readonly inventedFact: string
    readonly denied: (passage: string) => string
    readonly unfounded: ReadonlyArray<string>
    readonly metaTalk: (passage: string) => string
    readonly otherLanguage: string
    readonly leak: (passage: string) => string
    readonly inventedPassage: string
  }
}
