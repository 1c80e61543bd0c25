import { z } from "zod"
import { type Mentioned, mentionedIn } from "../facts/arithmetic.ts"
import { Evidence } from "../facts/evidence.ts"
import { capitalisedNames, quotedTitles } from "../facts/names.ts"
import { wordsRound } from "../facts/neighbours.ts"
import { type Quantity, quantities } from "../facts/quantities.ts"
import { codeBlocks } from "../text/code.ts"
import { Cover } from "../text/cover.ts"
import { dates, times } from "../text/dates.ts"
import { foldNumerals, foldWidth } from "../text/normalise.ts"
import { sentenceAt, sentences, type TextSpan } from "../text/sentences.ts"
import type { FilterSubject, Finding } from "./filter.ts"
import { excerpt, ruleFilter } from "./rule-filter.ts"

const Kind = z.enum(["number", "date", "link", "identifier", "title", "name"])
type Kind = z.output<typeof Kind>

const options = z.strictObject({
  kinds: z
    .array(Kind)
    .min(1)
    .default([...Kind.options])
    .describe(
      "What is looked at. Names are capitalised words inside a sentence: leave them out for German, where every noun is one."
    ),
  arithmetic: z
    .boolean()
    .default(true)
    .describe(
      "Whether totals, differences, multiples and counts of known amounts are supported. The search is bounded."
    ),
  minNumeral: z
    .int()
    .min(0)
    .max(1_000)
    .default(13)
    .describe("Numbers in words below this are checked only with a unit: 'one of two ways' claims nothing."),
  toolDescriptions: z
    .boolean()
    .default(true)
    .describe("Whether what the tools' descriptions say is known to the assistant."),
  allowed: z
    .array(z.string())
    .default([])
    .describe("Texts that support any answer too: the shop's name and opening hours.")
})
type Options = z.output<typeof options>

const CODES = {
  number: "UNSUPPORTED_NUMBER",
  date: "UNSUPPORTED_DATE",
  link: "UNSUPPORTED_LINK",
  identifier: "UNSUPPORTED_IDENTIFIER",
  title: "UNSUPPORTED_TITLE",
  name: "UNSUPPORTED_NAME"
} as const satisfies Record<Kind, string>

/**
 * Every number, date, unit, link, identifier, quoted title and capitalised name that the assistant says stands in the
 * sources, the tools' answers, the system message or what was said before (R2S 3.2 step 3, F_UNSUPPORTED_FACT; ToolDial
 * R09). Written otherwise is the same: words for digits, separators, other units of the dimension, roundings. In Chinese
 * names are found only in title marks. Code blocks claim nothing. A dialogue without sources and tools has nothing to be held
 * against, and passes.
 */
export const hardFacts = ruleFilter({
  name: "hard-facts",
  description:
    "Numbers, dates, links, identifiers, titles and names in the assistant's messages stand in what it was given.",
  codes: {
    UNSUPPORTED_NUMBER: "a number, with its unit, that nothing before it supports",
    UNSUPPORTED_DATE: "a date, weekday or time of day that nothing before it supports",
    UNSUPPORTED_LINK: "a URL or e-mail address that nothing before it has",
    UNSUPPORTED_IDENTIFIER: "an identifier of letters and digits that nothing before it has",
    UNSUPPORTED_TITLE: "a quoted title that nothing before it has",
    UNSUPPORTED_NAME: "a capitalised name that nothing before it has"
  },
  options,
  cost: 10,
  find: (options) => (subject) => {
    if (!hasReference(subject)) return []
    const evidence = new Evidence()
    for (const text of [...(subject.sources ?? []), ...options.allowed]) evidence.add(text, { isSpoken: false })
    if (options.toolDescriptions) {
      for (const { description, parameters } of subject.tools ?? []) {
        evidence.add(`${description} ${descriptionsIn(parameters).join(" ")}`, { isSpoken: false })
      }
    }
    return subject.messages.flatMap(({ content, role }, index) => {
      if (content === null || content.trim() === "") return []
      const findings = role === "assistant" ? unsupported(content, index, evidence, options) : []
      evidence.add(content, { isSpoken: role === "user" || role === "assistant" })
      return findings
    })
  }
})

/** A system message alone is none: "You are a helpful kitchen aid" bears out no recipe. */
const hasReference = ({ messages, sources, tools }: FilterSubject): boolean =>
  (sources ?? []).length > 0 || (tools ?? []).length > 0 || messages.some(({ role }) => role === "tool")

const descriptionsIn = (schema: unknown): ReadonlyArray<string> => {
  if (typeof schema !== "object" || schema === null) return []
  return Object.entries(schema).flatMap(([key, value]) =>
    typeof value === "string"
      ? key === "description"
        ? [value]
        : []
      : key === "enum"
        ? (value as ReadonlyArray<unknown>).map(String)
        : descriptionsIn(value)
  )
}

/** What is borne out may be reckoned with in the rest of its message: "two are £25, so £34 in all". */
const isBorneOut = (claim: Claim, evidence: Evidence): boolean => {
  const isSupported = claim.isSupported(evidence)
  if (isSupported && claim.quantity !== undefined) evidence.arithmetic.addSpoken([claim.quantity])
  return isSupported
}

interface Claim extends TextSpan {
  readonly kind: Kind
  readonly quantity?: Quantity
  readonly isSupported: (evidence: Evidence) => boolean
}

const unsupported = (content: string, index: number, evidence: Evidence, options: Options): ReadonlyArray<Finding> => {
  const text = foldNumerals(foldWidth(content))
  const said = sentences(text)
  // What stands there as a whole sentence has all its facts there, however they are read.
  const isQuoted = ({ start }: TextSpan) => evidence.hasText(sentenceAt(said, start)?.text ?? text)
  return claims(text, said, options)
    .filter((claim) => options.kinds.includes(claim.kind) && !isBorneOut(claim, evidence) && !isQuoted(claim))
    .map(({ end, kind, start }) => {
      const found = content.slice(start, end)
      const sentence = sentenceAt(said, start)
      const reason = `Message ${index} claims the ${kind} ${JSON.stringify(found)}, which nothing before it supports.`
      return {
        code: CODES[kind],
        reason,
        evidence: {
          message: index,
          kind,
          found,
          start,
          end,
          sentence: excerpt(sentence === null ? found : content.slice(sentence.start, sentence.end), 200)
        }
      }
    })
}

/** URLs and e-mail addresses, without the point that ends their sentence. */
const LINK =
  /\bhttps?:\/\/[^\s<>"'）)\]，。]+|\bwww\.[^\s<>"'）)\]，。]+|[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}/g
/** Letters and digits in one word, or digits behind a number sign; measures such as "25min" are numbers. */
const IDENTIFIER = /(?<![\p{L}\p{N}_#-])#?(?=[\w-]{0,40}\d)[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*(?![\p{N}_])/gu
const IDIOM =
  /(?<=\d)\/(?:5|10|100)\b|\bout of (?:5|five|10|ten|100)\b|\b24\/7\b|\b24 hours a day\b|\b(?:7|seven) days a week\b|(?:一天|每天|全天)[^。！？\n]{0,6}?24小时|24小时(?=营业|服务|在线)|\b100 ?% (?:sure|certain|happy|positive)\b/gi
/** What enumerates the assistant's own lines and choices. */
const ENUMERATION =
  /^[ \t>*_-]*\(?\d{1,2}[.)、](?=\s|\*|\p{L})|(?<=\s)\(\d{1,2}\)|\b(?:option|choice|step|point)s? \d{1,2}\b|第[一二三四五六七八九十\d]{1,3}(?:步|点|种|个选项)|选项 ?\d/gimu
/** What follows is an example of a form, up to the end of its sentence. */
const ILLUSTRATION = /(?:\b(?:such as|for example|for instance|e\.g\.)|例如|比如|譬如)[^.!?。！？\n]*/gi
const WEEKDAY = /\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b/gi

const claims = (text: string, said: ReadonlyArray<TextSpan>, options: Options): ReadonlyArray<Claim> => {
  const cover = new Cover(text.length)
  for (const { end, start } of codeBlocks(text)) cover.take(start, end)
  for (const pattern of [IDIOM, ENUMERATION, ILLUSTRATION]) {
    for (const { end, start } of spansOf(text, pattern)) cover.take(start, end)
  }
  const bySentence = new Map<TextSpan | null, Mentioned>()
  const mentionedAt = (position: number): Mentioned => {
    const sentence = sentenceAt(said, position)
    const mentioned = bySentence.get(sentence) ?? mentionedIn(sentence?.text ?? "")
    bySentence.set(sentence, mentioned)
    return mentioned
  }
  const found: Array<Claim> = []
  /** A stretch is one claim at most: links first, then dates, identifiers, numbers, titles, names. */
  const claim = (
    kind: Kind,
    spans: ReadonlyArray<TextSpan>,
    isSupported: (span: TextSpan, evidence: Evidence) => boolean
  ) => {
    for (const span of spans) {
      if (!cover.take(span.start, span.end)) continue
      const quantity = kind === "number" ? { quantity: span as Quantity } : {}
      found.push({ ...span, kind, ...quantity, isSupported: (evidence) => isSupported(span, evidence) })
    }
  }
  claim("link", spansOf(text, LINK).map(withoutPoint), (span, evidence) => evidence.hasText(span.text))
  claim("date", dates(text), (span, evidence) => evidence.hasDate(span))
  claim(
    "date",
    times(text).filter(({ start }) => !isProposal(sentenceAt(said, start)?.text ?? "")),
    (span, evidence) => evidence.hasTime(span as ReturnType<typeof times>[number])
  )
  claim("date", spansOf(text, WEEKDAY), (span, evidence) => evidence.hasWeekday(span.text))
  claim("identifier", spansOf(text, IDENTIFIER).filter(isIdentifier), (span, evidence) =>
    evidence.hasIdentifier(span.text)
  )
  claim(
    "number",
    quantities(text).filter((quantity) => isClaimed(quantity, options)),
    (span, evidence) => isKnown(span as Quantity, { text, mentioned: mentionedAt }, evidence, options)
  )
  claim("title", quotedTitles(text), (span, evidence) => evidence.hasText(span.text))
  claim("name", capitalisedNames(text), (span, evidence) => isKnownName(span.text, evidence))
  return found.sort((left, right) => left.start - right.start)
}

const LONGEST_PROPOSAL = 300
const PROPOSAL =
  /\b(?:how|what) about\b|\b(?:would|does|is|will) [^?]{1,40}\b(?:work|suit|fit|okay|ok|convenient|all right)\b|(?:可以|怎么样|如何|行|好|方便|合适)吗?\?$/i

/** A time that is put to somebody states nothing: "Would 2 pm work for you?", "2点到3点可以吗?" */
const isProposal = (sentence: string): boolean =>
  sentence.length <= LONGEST_PROPOSAL && sentence.endsWith("?") && PROPOSAL.test(sentence)

const spansOf = (text: string, pattern: RegExp): ReadonlyArray<TextSpan> =>
  [...text.matchAll(pattern)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length
  }))

const withoutPoint = ({ start, text }: TextSpan): TextSpan => {
  const bare = text.replace(/[.,;:!?]+$/, "")
  return { text: bare, start, end: start + bare.length }
}

/** "E04", "11A": an error code, a seat; letters that are units (2 C, 3 F, 5 K) aside. */
const SHORT_IDENTIFIER = /^(?:[A-Z]{1,2}-?\d{2}|\d{1,2}[ABDEGHJ])$/

/** "#12345", "gift_card_49", "B07XJ8C8F5": three digits, and a sign, an underscore or letters that are no unit. */
const isIdentifier = ({ text }: TextSpan): boolean => {
  const digits = text.match(/\d/g)?.length ?? 0
  if (SHORT_IDENTIFIER.test(text)) return true
  if (text.startsWith("#") || text.includes("_")) return digits >= 3
  return digits >= 3 && /[A-Za-z]/.test(text) && !/^\d+(?:-?[A-Za-z]{1,6})?$/.test(text)
}

/** By its words, as an acronym of known ones, or as "PM2.5" is of "pm25". */
const isKnownName = (name: string, evidence: Evidence): boolean =>
  evidence.hasWords(name) || evidence.hasInitials(name) || (/\d/.test(name) && evidence.hasIdentifier(name))

/** Small numbers in words without a unit are a manner of speaking. */
const isClaimed = ({ isInWords, unit, value }: Quantity, { minNumeral }: Options): boolean =>
  !isInWords || unit !== null || value >= minNumeral

const OTHERS = /^\s?(?:个|件|款)?\s?(?:other|more|further|additional|remaining|其他|其余|另外|别的)/i

const TOTAL = /\b(?:total|altogether|in all|sum)\b|合计|合計|总计|總計|总共|總共|一共|共计/i
const COMPARED = /\b(?:more|fewer|less|higher|lower|up|down|gap|difference)\b|[多少高低]|相差|增加|减少|差距/i
const OPERATOR_BEFORE =
  /\d[^\d.!?\n]{0,6}(?:\b(?:minus|plus|times|divided by)|[-+*/×÷]|[减加乘除](?:以|去|上)?) ?[$€£¥]?$/i
const OPERATOR_AFTER = /^ ?(?:(?:minus|plus|times|divided by)\b|[-+*/×÷]|[减加乘除](?:以|去|上)?) ?[$€£¥]?\d/i

/** A term of a sum that is written out: "68 minus 51". */
const isTerm = (text: string, { end, start }: Quantity): boolean =>
  OPERATOR_AFTER.test(text.slice(end, end + 16)) || OPERATOR_BEFORE.test(text.slice(Math.max(0, start - 24), start))

interface Surroundings {
  readonly text: string
  readonly mentioned: (position: number) => Mentioned
}

const isKnown = (
  quantity: Quantity,
  { mentioned, text }: Surroundings,
  evidence: Evidence,
  { arithmetic }: Options
): boolean => {
  const { decimals, end, isMoney, start, unit, value } = quantity
  if (evidence.hasQuantity(quantity, wordsRound(text, quantity))) return true
  if (!arithmetic) return false
  if (evidence.isBetweenDates(quantity)) return true
  if (unit?.dimension === "share" && evidence.arithmetic.isShare(value, decimals)) return true
  if (isMoney || decimals > 0) return evidence.arithmetic.isDerived(value)
  if (value >= 100 && TOTAL.test(text.slice(Math.max(0, start - 24), end + 24)) && evidence.arithmetic.isWhole(value))
    return true
  if (COMPARED.test(text.slice(Math.max(0, start - 12), end + 16)) && evidence.isApart(value)) return true
  if (unit === null && isTerm(text, quantity)) return evidence.hasValue(value)
  return unit === null && evidence.arithmetic.isCount(value, mentioned(start), OTHERS.test(text.slice(end, end + 20)))
}
