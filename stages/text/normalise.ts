const CURLY_DOUBLE = /[\u201c\u201d\u201e\u201f\u00ab\u00bb]/g
const CURLY_SINGLE = /[\u2018\u2019\u201a\u201b\u2032]/g
const DASHES = /[\u2010-\u2015\u2212]/g

const straight = (text: string): string =>
  text.replace(CURLY_DOUBLE, '"').replace(CURLY_SINGLE, "'").replace(DASHES, "-")

/**
 * Full-width ASCII ("Ａ", "，", "１") and wide spaces as plain ASCII, curly quotes and long dashes as straight ones. One
 * code unit stays one code unit, so that a position in the result is a position in the text.
 */
export const foldWidth = (text: string): string =>
  straight(
    text
      .replace(/[\uff01-\uff5e]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
      .replace(/[\u3000\u00a0\u202f\u2009]/g, " ")
  )

const TRADITIONAL = "點時號萬億兩個鐘週歲塊錢幾斤噸釐"
const SIMPLIFIED = "点时号万亿两个钟周岁块钱几斤吨厘"

/** Traditional characters of numbers, dates and units as simplified ones; positions stay. */
export const foldNumerals = (text: string): string =>
  text.replace(
    /[點時號萬億兩個鐘週歲塊錢幾斤噸釐]/g,
    (character) => SIMPLIFIED[TRADITIONAL.indexOf(character)] as string
  )

/**
 * For comparing texts by eye's measure: NFKC, lower case, straight quotes, one kind of dash, single spaces, trimmed.
 * Positions do not survive. Applied twice it changes nothing more.
 */
export const normalise = (text: string): string =>
  straight(text.normalize("NFKC").toLowerCase().normalize("NFKC")).replace(/\s+/g, " ").trim()
