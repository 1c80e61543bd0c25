import { Effect } from "effect"
import type { z } from "zod"
import type { CallFailure, ChatModel } from "../../../models/chat-model.ts"
import { foundByWords } from "../../../stages/filters/found-span.ts"
import { fill } from "../../../stages/prompt-template.ts"
import type { Rejected } from "../../../stages/stage.ts"
import type { Chunk, ChunkSentence } from "../draft.ts"
import type { LanguagePack } from "../languages/language-pack.ts"
import { FIND_SYSTEM, findQuestion } from "../prompts/stepwise.ts"
import { type Answer, ask, type CodedIssue } from "./ask.ts"
import type { Free } from "./free-sentences.ts"
import type { Decision, Making, Passage } from "./making.ts"
import { FindReply } from "./reply-schemas.ts"

/** Of one passage. */
const MOST_SENTENCES = 2

export const NOTHING: Passage = { search: null, found: null, found_sids: [] }

/**
 * Step 2 of a round: what to look up, and the passage. The words are looked for in the document by code, and so are the sentences that
 * hold them: a passage that is not there, or that rests on a sentence which is used up, is asked for again and at last turns the
 * dialogue down with F_FOUND_MISSING. Costs 1 call; none where no sentence is free.
 */
export const findPassage = Effect.fnUntraced(function* (
  { backstage, chunk, config, pack, rounds }: Making,
  decision: Decision,
  left: Free
): Effect.fn.Return<
  { readonly passage: Passage; readonly answers: ReadonlyArray<Answer<unknown>> },
  Rejected | CallFailure,
  ChatModel
> {
  const { free } = left
  if (free.length === 0) return { passage: { ...NOTHING, search: decision.purpose }, answers: [] }
  const answer = yield* ask({
    role: "finder",
    name: "find",
    system: fill(FIND_SYSTEM, { language: pack.name }),
    user: findQuestion(chunk, rounds, free, decision),
    schema: FindReply,
    temperature: config.temperatures.find,
    maxTokens: config.maxTokens.find,
    attempts: config.maxAttempts,
    draw: 0,
    backstage: { ...backstage, part: "find", decision },
    check: (reply) => {
      const found = quoted(reply, chunk, pack)
      return found === null ? [] : misfits(found, chunk, left, config.found.fuzzy)
    }
  })
  const { search } = answer.value
  const found = quoted(answer.value, chunk, pack)
  const passage =
    found === null
      ? { ...NOTHING, search }
      : { search, found, found_sids: sidsOf(found, chunk, free, config.found.fuzzy) ?? [] }
  return { passage, answers: [answer] }
})

/** The passage that a reply means: its words, or where it leaves them out the sentences that it names, if they stand side by side. */
const quoted = (
  { found, found_sids }: z.output<typeof FindReply>,
  { body, sentences }: Chunk,
  { nothingFound }: LanguagePack
): string | null => {
  if (found !== null && found.trim() !== "") return nothingFound.test(found) ? null : found
  const named = sentences.filter(({ sid }) => found_sids.includes(sid))
  const [first, last] = [named[0], named.at(-1)]
  return first === undefined || last === undefined || last.sid - first.sid >= MOST_SENTENCES
    ? null
    : body.slice(first.start, last.end)
}

/**
 * Numbers of the sentences that hold a passage; null where its words are not in the chunk. What stands in several places is taken from a
 * free one, if there is one.
 */
const sidsOf = (
  found: string,
  { body, sentences }: Chunk,
  free: ReadonlyArray<ChunkSentence>,
  fuzzy: number
): ReadonlyArray<number> | null => {
  const span = foundByWords(found, body, fuzzy)
  if (span === null) return null
  const sids = sentences.filter(({ end, start }) => start < span.end && end > span.start).map(({ sid }) => sid)
  if (sids.some((sid) => free.some((sentence) => sentence.sid === sid))) return sids
  const elsewhere = free.find(({ text }) => foundByWords(found, text, fuzzy)?.match === "exact")
  return elsewhere === undefined ? sids : [elsewhere.sid]
}

const misfits = (found: string, chunk: Chunk, { free, spent }: Free, fuzzy: number): ReadonlyArray<CodedIssue> => {
  const issue = (message: string): ReadonlyArray<CodedIssue> => [
    { code: "F_FOUND_MISSING", pointer: "/found", message }
  ]
  const numbers = free.map(({ sid }) => sid).join(", ")
  const sids = sidsOf(found, chunk, free, fuzzy)
  if (sids === null || sids.length === 0) {
    return issue("these words are not in the document: copy a free sentence word for word, or give null")
  }
  const used = sids.filter((sid) => spent.has(sid))
  if (used.length > 0) {
    return issue(
      `sentence ${used.join(", ")} was used before: copy one of the free sentences (${numbers}), or give null`
    )
  }
  return sids.some((sid) => free.some((sentence) => sentence.sid === sid))
    ? []
    : issue(`these words tell nothing: copy one of the free sentences (${numbers}), or give null`)
}
