import { Effect } from "effect"
import { copiedExamples } from "../../../stages/filters/copied-examples.ts"
import type { Finding } from "../../../stages/filters/filter.ts"
import { language } from "../../../stages/filters/language.ts"
import { LENGTH_PRESETS, length } from "../../../stages/filters/length.ts"
import type { R2sConfig } from "../config.ts"
import type { Chunk, Draft } from "../draft.ts"
import type { LanguagePack } from "../languages/language-pack.ts"
import { findingsOfRule } from "./house-rule.ts"
import { missedQuotas } from "./missed-quotas.ts"
import { repetitionFindings } from "./repetition.ts"
import { roleSwapFindings } from "./role-swap.ts"
import { roundsFindings } from "./rounds.ts"
import { emptyFindings, metaFindings } from "./said.ts"

/** 90 % of a speaker's letters in Latin scripts, 70 % in Chinese, where foreign names are common. */
const languageRule = language.make(language.options.parse({ minShare: 0.9, minShareCjk: 0.7, minLetters: 20 }))
/** A single utterance has to be all but wholly in another script: commands and names may be the most of one. */
const OTHER_SCRIPT = 0.2
const isForeign = ({ evidence }: Finding): boolean =>
  evidence.rule !== "WRONG_SCRIPT_IN_MESSAGE" || Number(evidence.share) < OTHER_SCRIPT
/** A has 2 to 120 words and B 3 to 250; in Chinese 4 to 200 and 6 to 400 characters. */
const lengthRule = length.make(length.options.parse(LENGTH_PRESETS.r2s))
/** Eight words; in Chinese twelve characters say as much. */
const examplesRule = copiedExamples.make(copiedExamples.options.parse({ words: 8, characters: 12 }))

/**
 * What is wrong with a dialogue in itself (section 3.1), without a model: F_ROUNDS, F_EMPTY, F_LANG, F_LENGTH,
 * F_LOGIC, F_COPY_EXAMPLE, F_META, F_ROLE_SWAP, F_REPEAT. All that is found, in this order.
 */
export const structuralFindings = (
  draft: Draft,
  { chunk, config, pack }: { readonly chunk: Chunk; readonly pack: LanguagePack; readonly config: R2sConfig }
): Effect.Effect<ReadonlyArray<Finding>> =>
  Effect.gen(function* () {
    const { rounds } = draft
    const examples = pack.examples.flatMap((example) => example.rounds.flatMap(({ a, b }) => [a, b]))
    return [
      ...roundsFindings(rounds, config),
      ...emptyFindings(rounds, pack),
      ...(yield* findingsOfRule(languageRule, "F_LANG", rounds, { language: pack.tag })).filter(isForeign),
      ...(yield* findingsOfRule(lengthRule, "F_LENGTH", rounds, {})),
      ...(quotasGate(config) ? missedQuotas(draft, config) : []).map((reason) => ({
        code: "F_LOGIC",
        reason,
        evidence: { types: rounds.map(({ logic_type }) => logic_type) }
      })),
      ...(yield* findingsOfRule(examplesRule, "F_COPY_EXAMPLE", rounds, { examples })),
      ...metaFindings(rounds, pack, chunk),
      ...roleSwapFindings(rounds),
      ...repetitionFindings(rounds)
    ]
  })

const quotasGate = ({ enforceQuotas, mode }: R2sConfig): boolean =>
  mode === "stepwise" || (mode === "single_pass" && enforceQuotas)
