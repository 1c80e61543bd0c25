import type { R2sConfig } from "../config.ts"
import type { Chunk, ChunkSentence, DraftRound } from "../draft.ts"

/** In how many rounds each sentence was the ground, by its number. */
const usesOf = (rounds: ReadonlyArray<Pick<DraftRound, "found_sids">>): ReadonlyMap<number, number> => {
  const uses = new Map<number, number>()
  for (const { found_sids } of rounds) {
    for (const sid of new Set(found_sids)) uses.set(sid, (uses.get(sid) ?? 0) + 1)
  }
  return uses
}

export interface Free {
  /** Sentences that no round rests on yet. */
  readonly unused: ReadonlyArray<ChunkSentence>
  /** What the next round may rest on: `unused`, or where there are none those that may be used once more. */
  readonly free: ReadonlyArray<ChunkSentence>
  /** Share of the chunk's characters in sentences that were used, 0 to 1. */
  readonly coverage: number
}

/** What is left to talk about (section 2.7): a sentence grounds at most `sentenceUses` rounds. */
export const freeSentences = (
  { sentences }: Pick<Chunk, "sentences">,
  rounds: ReadonlyArray<Pick<DraftRound, "found_sids">>,
  { sentenceUses }: Pick<R2sConfig, "sentenceUses">
): Free => {
  const uses = usesOf(rounds)
  const unused = sentences.filter(({ sid }) => !uses.has(sid))
  const free = unused.length > 0 ? unused : sentences.filter(({ sid }) => (uses.get(sid) ?? 0) < sentenceUses)
  const size = (some: ReadonlyArray<ChunkSentence>) => some.reduce((sum, { end, start }) => sum + end - start, 0)
  const all = size(sentences)
  return { unused, free, coverage: all === 0 ? 1 : 1 - size(unused) / all }
}
