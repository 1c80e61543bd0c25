import { z } from "zod"
import { withoutCode } from "../text/code.ts"
import { isCjk, lettersIn, scriptOf } from "../text/scripts.ts"
import type { Finding } from "./filter.ts"
import { excerpt, ruleFilter } from "./rule-filter.ts"
import { rolesOption, spoken } from "./spoken.ts"

const share = (fallback: number) => z.number().min(0).max(1).default(fallback)

const options = z.strictObject({
  roles: rolesOption(["user", "assistant"]),
  language: z
    .string()
    .optional()
    .describe("BCP 47 tag for dialogues that name no language themselves; without both nothing is looked at."),
  minShare: share(0.9).describe("Letters of the language's script among all letters, 0 to 1; R2S F_LANG: 0.9."),
  minShareCjk: share(0.7).describe(
    "The same for Chinese, Japanese and Korean, where foreign names are common; R2S F_LANG: 0.7."
  ),
  minLetters: z
    .int()
    .min(1)
    .default(12)
    .describe("Single messages with fewer letters are looked at only as part of their party's whole.")
})

/** Addresses, identifiers and code are written in Latin letters everywhere. */
const withoutIdentifiers = (text: string): string =>
  withoutCode(text)
    .replace(/\bhttps?:\/\/\S+/g, " ")
    .replace(/[#\w.@%+-]+/g, (run) => (/[0-9_@]/.test(run) ? " " : run))

/**
 * Chinese, Japanese and Korean have names and terms in Latin letters: those with a capital ("PASMO", "iPhone") count as
 * none, others as two letters, since a word takes the room of about two characters.
 */
const withShortLatin = (text: string): string =>
  text.replace(/\p{sc=Latin}+/gu, (word) => (/\p{Lu}/u.test(word) ? " " : word.slice(0, 2)))

/**
 * The share of letters in the script of the dialogue's language, per message and over all messages of a party. Tells
 * Chinese from English, not French from English: that takes `language-id`.
 */
export const language = ruleFilter({
  name: "language",
  description: "What is said is written in the script of the dialogue's language.",
  codes: {
    WRONG_SCRIPT: "too few letters of a party, over the whole dialogue, are in the script of its language",
    WRONG_SCRIPT_IN_MESSAGE: "too few letters of one message are in the script of the dialogue's language",
    UNKNOWN_LANGUAGE: "the dialogue's language is no BCP 47 tag of a language whose script is known here"
  },
  options,
  cost: 0.01,
  find: (options) => (subject) => {
    const tag = subject.language ?? options.language
    if (tag === undefined) return []
    const script = scriptOf(tag)
    if (script === null) {
      const reason = `The script of the language ${JSON.stringify(tag)} is not known.`
      return [{ code: "UNKNOWN_LANGUAGE", reason, evidence: { language: tag } }]
    }
    const least = isCjk(script) ? options.minShareCjk : options.minShare
    return options.roles.flatMap((role): ReadonlyArray<Finding> => {
      const messages = spoken(subject.messages, [role]).map(({ index, text }) => {
        const plain = withoutIdentifiers(text)
        const { letters: size } = lettersIn(plain, script)
        return { index, text, size, ...lettersIn(isCjk(script) ? withShortLatin(plain) : plain, script) }
      })
      const findings = messages
        .filter(({ letters, matching, size }) => size >= options.minLetters && matching < least * letters)
        .map(({ index, letters, matching, text }) => ({
          code: "WRONG_SCRIPT_IN_MESSAGE",
          reason: `${percent(matching / letters)} of the letters in message ${index} (${role}) are in the script of ${tag}; at least ${percent(least)}.`,
          evidence: {
            message: index,
            role,
            language: tag,
            script,
            share: matching / letters,
            least,
            text: excerpt(text, 60)
          }
        }))
      const letters = messages.reduce((sum, message) => sum + message.letters, 0)
      const matching = messages.reduce((sum, message) => sum + message.matching, 0)
      if (letters === 0 || matching / letters >= least) return findings
      const reason = `${percent(matching / letters)} of all letters of the ${role} are in the script of ${tag}; at least ${percent(least)}.`
      return [
        { code: "WRONG_SCRIPT", reason, evidence: { role, language: tag, script, share: matching / letters, least } },
        ...findings
      ]
    })
  }
})

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`
