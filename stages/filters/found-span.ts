import { Effect } from "effect"
import type { EmbeddingModel } from "effect/ai"
import type { CapabilityError } from "../../models/capabilities/capability-error.ts"
import type { ModelCards } from "../../models/capabilities/model-cards.ts"
import type { ModelCard } from "../../schemas/model-card.ts"
import { normalise } from "../text/normalise.ts"
import { sentences } from "../text/sentences.ts"
import { tokens } from "../text/words.ts"
import { cosine, embed } from "./ask.ts"

/** How much of a quotation is in the text it is said to come from. */
export interface FoundSpan {
  readonly match: "exact" | "fuzzy" | "paraphrase" | "missing"
  /** 1 (exact), the share of tokens (fuzzy), or the cosine to the nearest sentence (paraphrase, missing); 0 to 1. */
  readonly similarity: number
  /** Sentences of the text that hold it, by number from 0. */
  readonly sentences: ReadonlyArray<number>
  /** Where it is: `text.slice(start, end)` is the stretch, or the sentence of a paraphrase; null where it is missing. */
  readonly start: number | null
  readonly end: number | null
  /** Who gave the cosine; null where the words were enough. */
  readonly model: ModelCard | null
}

/** Both 0.80 by the specification of R2S, section 3.2. */
export interface FoundSpanOptions {
  /** Lowest share of the quotation's tokens that a stretch of the text must have, in their order. */
  readonly fuzzy: number
  /** Lowest cosine to a sentence of the text. */
  readonly paraphrase: number
}

/**
 * Looks for a quotation in a text (R2S, section 3.2, step 1): word for word; then the stretch of as many tokens (characters in scripts
 * without spaces) with the longest common subsequence; then the nearest sentence by embedding. Only the last asks a model, one call of
 * the text's sentences. Between two languages only the last can match.
 */
export const foundSpan = Effect.fnUntraced(function* (
  found: string,
  text: string,
  options: FoundSpanOptions
): Effect.fn.Return<FoundSpan, CapabilityError, EmbeddingModel.EmbeddingModel | ModelCards> {
  const byWords = foundByWords(found, text, options.fuzzy)
  if (byWords !== null) return byWords
  const candidates = sentences(text)
  if (tokens(found).length === 0 || candidates.length === 0) {
    return { match: "missing", similarity: 0, ...NOWHERE, model: null }
  }
  const { card, vectors } = yield* embed([found, ...candidates.map((sentence) => sentence.text)])
  const [wanted = [], ...rest] = vectors
  let nearest = 0
  let similarity = -1
  for (const [index, vector] of rest.entries()) {
    const value = cosine(wanted, vector)
    if (value > similarity) [nearest, similarity] = [index, value]
  }
  const place = candidates[nearest]
  return place !== undefined && similarity >= options.paraphrase
    ? { match: "paraphrase", similarity, sentences: [nearest], start: place.start, end: place.end, model: card }
    : { match: "missing", similarity: Math.max(0, similarity), ...NOWHERE, model: card }
})

const NOWHERE = { sentences: [], start: null, end: null }

/** The part of `foundSpan` that needs no model: `exact`, `fuzzy`, or null. */
export const foundByWords = (
  found: string,
  text: string,
  fuzzy: number
): (FoundSpan & { readonly start: number; readonly end: number }) | null => {
  const wanted = tokens(found).map((token) => normalise(token.text))
  const spans = tokens(text)
  if (wanted.length === 0 || spans.length === 0) return null
  const given = spans.map((token) => normalise(token.text))
  const window = bestWindow(wanted, given, fuzzy)
  if (window === null) return null
  const start = (spans[window.from] as { start: number }).start
  const end = (spans[window.to - 1] as { end: number }).end
  const covered = sentences(text).flatMap((sentence, index) =>
    sentence.start < end && sentence.end > start ? [index] : []
  )
  const exact = window.share === 1 && normalise(text).includes(normalise(found))
  return { match: exact ? "exact" : "fuzzy", similarity: window.share, sentences: covered, start, end, model: null }
}

interface Window {
  readonly from: number
  readonly to: number
  /** Length of the longest common subsequence by the number of tokens wanted. */
  readonly share: number
}

/**
 * The first of the stretches with the longest common subsequence, or null where none reaches `least`. The tokens that a stretch shares
 * with what is wanted, whatever their order, bound its subsequence from above and slide in constant time: only stretches that can
 * still win are compared in earnest.
 */
const bestWindow = (wanted: ReadonlyArray<string>, given: ReadonlyArray<string>, least: number): Window | null => {
  const size = Math.min(wanted.length, given.length)
  const missing = new Map<string, number>()
  const masks = new Map<string, bigint>()
  for (const [index, token] of wanted.entries()) {
    missing.set(token, (missing.get(token) ?? 0) + 1)
    masks.set(token, (masks.get(token) ?? 0n) | (1n << BigInt(index)))
  }
  let shared = 0
  // At least one token, whatever is asked for: nothing in common is nowhere.
  let best = Math.max(0, Math.ceil(least * wanted.length - 1e-9) - 1)
  let from = -1
  for (const [index, token] of given.entries()) {
    const needed = missing.get(token)
    if (needed !== undefined) {
      if (needed > 0) shared++
      missing.set(token, needed - 1)
    }
    const left = given[index - size]
    const returned = left === undefined ? undefined : missing.get(left)
    if (left !== undefined && returned !== undefined) {
      if (returned >= 0) shared--
      missing.set(left, returned + 1)
    }
    const start = index - size + 1
    if (start < 0 || shared <= best) continue
    const common = commonSubsequence(masks, wanted.length, given.slice(start, index + 1))
    if (common <= best) continue
    best = common
    from = start
    if (best === wanted.length) break
  }
  if (from === -1) return null
  let to = from + size
  // What stands at its ends without taking part is no part of it.
  const still = (start: number, end: number) =>
    commonSubsequence(masks, wanted.length, given.slice(start, end)) === best
  while (still(from + 1, to)) from++
  while (still(from, to - 1)) to--
  return { from, to, share: best / wanted.length }
}

/** Length of the longest common subsequence, a bit a token of the first text (Hyyrö 2004, "Bit-parallel LCS-length computation revisited"). */
const commonSubsequence = (
  masks: ReadonlyMap<string, bigint>,
  length: number,
  other: ReadonlyArray<string>
): number => {
  const all = (1n << BigInt(length)) - 1n
  let open = all
  for (const token of other) {
    const matches = open & (masks.get(token) ?? 0n)
    open = ((open + matches) | (open - matches)) & all
  }
  return length - (open.toString(2).match(/1/g)?.length ?? 0)
}
