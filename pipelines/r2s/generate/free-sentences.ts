import { tellingSentences } from "../chunks/telling-sentences.ts"
import type { R2sConfig } from "../config.ts"
import type { Chunk, ChunkSentence, DraftRound } from "../draft.ts"

/** The sentences of a chunk that an answer could rest on: headings, rules and page numbers are none. */
export const tellingOf = ({ body, sentences }: Pick<Chunk, "body" | "sentences">): ReadonlyArray<ChunkSentence> => {
  const starts = new Set(tellingSentences(body).map(({ start }) => start))
  return sentences.filter(({ start }) => starts.has(start))
}

export interface Free {
  /** Sentences that no round rests on yet. */
  readonly unused: ReadonlyArray<ChunkSentence>
  /** What the next round may rest on: `unused`, or where there are none those that may be used once more. */
  readonly free: ReadonlyArray<ChunkSentence>
  /** Numbers of those that may not. */
  readonly spent: ReadonlySet<number>
  /** Share of the characters of all these sentences in those that were used, 0 to 1. */
  readonly coverage: number
}

/** What is left to talk about (section 2.7): a sentence grounds at most `sentenceUses` rounds. */
export const freeSentences = (
  telling: ReadonlyArray<ChunkSentence>,
  rounds: ReadonlyArray<Pick<DraftRound, "found_sids">>,
  { sentenceUses }: Pick<R2sConfig, "sentenceUses">
): Free => {
  const uses = usesOf(rounds)
  const unused = telling.filter(({ sid }) => !uses.has(sid))
  const free = unused.length > 0 ? unused : telling.filter(({ sid }) => (uses.get(sid) ?? 0) < sentenceUses)
  const spent = new Set(telling.filter((sentence) => !free.includes(sentence)).map(({ sid }) => sid))
  const size = (some: ReadonlyArray<ChunkSentence>) => some.reduce((sum, { end, start }) => sum + end - start, 0)
  const all = size(telling)
  return { unused, free, spent, coverage: all === 0 ? 1 : 1 - size(unused) / all }
}

/** In how many rounds each sentence was the ground, by its number. */
const usesOf = (rounds: ReadonlyArray<Pick<DraftRound, "found_sids">>): ReadonlyMap<number, number> => {
  const uses = new Map<number, number>()
  for (const { found_sids } of rounds) {
    for (const sid of new Set(found_sids)) uses.set(sid, (uses.get(sid) ?? 0) + 1)
  }
  return uses
}
