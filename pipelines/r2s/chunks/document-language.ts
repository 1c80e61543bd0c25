import { Effect } from "effect"
import type { LabelScore } from "../../../models/capabilities/backend.ts"
import type { CapabilityError } from "../../../models/capabilities/capability-error.ts"
import { Classifier } from "../../../models/capabilities/classifier.ts"
import type { Finding } from "../../../stages/filters/filter.ts"
import { sampleOf } from "./sample.ts"
import { scriptShare } from "./script.ts"

/** A language that is less probable is not told from the others; ours. */
const LEAST_PROBABILITY = 0.5
/** Share of the letters in the script of a language, below which the text is not written in it; ours. */
const LEAST_SCRIPT = 0.5

export type DocumentLanguage =
  | { readonly tag: string; readonly finding: null }
  | { readonly tag: null; readonly finding: Finding }

/**
 * The language of a document (section 2.3), as a BCP 47 tag. One that was given counts where the text is in its script: that costs
 * nothing. Otherwise the model of role `language` is asked about a sample of at most 2,000 characters, and its best guess counts
 * where it has a probability of 0.5 and half of the letters are in its script. `E_LANG_UNSUPPORTED` where no language is found, or
 * one that `supported` does not know: such documents are not run through the prompts of another language.
 */
export const documentLanguage = (
  { lang, text }: { readonly text: string; readonly lang: string | null },
  supported: (tag: string) => boolean
): Effect.Effect<DocumentLanguage, CapabilityError, Classifier> =>
  Effect.gen(function* () {
    const sample = sampleOf(text)
    const given = lang === null ? null : canonical(lang)
    const givenShare = given === null ? null : scriptShare(sample, given)
    if (given !== null && givenShare !== null && givenShare >= LEAST_SCRIPT) {
      if (supported(given)) return { tag: given, finding: null }
      return unsupported(`The document says it is in ${JSON.stringify(given)}, and there is no language file for it.`, {
        given: lang,
        guess: given,
        share: givenShare,
        model: null
      })
    }
    const classifier = yield* Classifier
    const { card, results } = yield* classifier.classify("language", [sample])
    const best = likeliest(results[0] ?? [])
    const evidence = { given: lang, guess: best?.tag ?? null, share: best?.probability ?? 0, model: card.id }
    const notGiven =
      lang === null
        ? ""
        : ` It is said to be in ${JSON.stringify(lang)}, but its letters are not those of that language.`
    if (best === null || best.probability < LEAST_PROBABILITY || !isWrittenIn(sample, best.tag)) {
      const guess = best === null ? "" : ` (best guess: ${best.tag}, ${percent(best.probability)})`
      return unsupported(`Its language cannot be told${guess}.${notGiven}`, evidence)
    }
    if (supported(best.tag)) return { tag: best.tag, finding: null }
    const seems = `It seems to be in ${best.tag} (${percent(best.probability)}), and there is no language file for it.`
    return unsupported(`${seems}${notGiven}`, evidence)
  })

const unsupported = (reason: string, evidence: Finding["evidence"]): DocumentLanguage => ({
  tag: null,
  finding: {
    code: "E_LANG_UNSUPPORTED",
    reason: `${reason} Name its language in the field lang, or add a language file for it (pipelines/r2s/languages).`,
    evidence
  }
})

/** Languages without a known script are told by the model alone. */
const isWrittenIn = (text: string, tag: string): boolean => (scriptShare(text, tag) ?? 1) >= LEAST_SCRIPT

const likeliest = (
  labels: ReadonlyArray<LabelScore>
): { readonly tag: string; readonly probability: number } | null => {
  const byLanguage = new Map<string, number>()
  for (const { label, score } of labels) {
    // "eng", "en-US", "zh-Hans" and "__label__zho_Hans": scripts and regions of one language add up.
    const tag = canonical(label.replace(/^__label__/, "").split(/[-_]/)[0] ?? "")
    if (tag !== null && tag !== "und" && score > 0) byLanguage.set(tag, Math.min(1, (byLanguage.get(tag) ?? 0) + score))
  }
  let best: { readonly tag: string; readonly probability: number } | null = null
  for (const [tag, probability] of byLanguage) {
    if (best === null || probability > best.probability) best = { tag, probability }
  }
  return best
}

/** "zh_CN" and "ZH-cn" are "zh-CN", "eng" is "en"; null for what is no tag. */
const canonical = (tag: string): string | null => {
  try {
    return Intl.getCanonicalLocales(tag.trim().replaceAll("_", "-"))[0] ?? null
  } catch {
    return null
  }
}

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`
