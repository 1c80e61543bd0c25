import { BlockList, isIPv4, isIPv6 } from "node:net"
import { digitsOf, matches, type PersonalDatum } from "./datum.ts"

const EMAIL =
  /(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-]|\.[A-Za-z0-9])/g

/** Domains that can belong to nobody: RFC 2606, RFC 6761. */
const RESERVED_DOMAIN = /(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|invalid|localhost|local)$/i

const isReservedEmail = (email: string): boolean => RESERVED_DOMAIN.test(email.slice(email.indexOf("@") + 1))

/** E-mail addresses, those at domains reserved for documentation aside. */
export const emails = (text: string): ReadonlyArray<PersonalDatum> =>
  matches("email", text, EMAIL, (value) => !isReservedEmail(value))

const NORTH_AMERICAN = /(?<![\w#.+-])(?:\+?1[-. ]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}(?![\w-])/g
const INTERNATIONAL = /(?<![\w#.+-])\+[1-9](?:[ .()-]{0,2}\d){7,14}(?!\d)/g
const CHINESE_MOBILE = /(?<![\w#.+-])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![\w-])/g
const CHINESE_LANDLINE = /(?<![\w#.+-])0\d{2,3}-\d{7,8}(?![\w-])/g
const LABELLED =
  /(?:(?<!\p{L})(?:(?:tele|cell|mobile )?phone|mobile|cell|tel|whatsapp|call me|reach me|text me)(?!\p{L})|电话|手机|联系方式)[^\d\n+#]{0,16}((?:\+|00)?\d(?:[ ().-]{0,2}\d){7,14})(?![\w-])/giu

/**
 * Numbers that are given to stories and manuals: 555-0100 to 555-0199 (North America), Ofcom's drama numbers (Britain); and
 * toll-free lines, which belong to businesses.
 */
const isNobodysPhone = (value: string): boolean => {
  const digits = digitsOf(value)
  // A leading 1 is the country code only where it is set apart: 186 6892 2608 is a Chinese mobile, not toll-free 866.
  const isNorthAmerican = /^(?:\+1|1[-. (])/.test(value)
  const national = isNorthAmerican ? digits.slice(1) : digits.replace(/^(?:44|0044|0(?=\d{10}$))/, "")
  return (
    /^\d{3}55501\d{2}$/.test(national) ||
    /^8(?:00|33|44|55|66|77|88)\d{7}$/.test(national) ||
    /^(?:1632960\d{3}|7700900\d{3}|2079460\d{3}|1134960\d{3}|1614960\d{3}|1214960\d{3})$/.test(national)
  )
}

/** Phone numbers with their separators or country code, Chinese mobile numbers, and bare digits after a word for them. */
export const phones = (text: string): ReadonlyArray<PersonalDatum> =>
  [NORTH_AMERICAN, INTERNATIONAL, CHINESE_MOBILE, CHINESE_LANDLINE, LABELLED].flatMap((pattern) =>
    matches("phone", text, pattern, (value) => {
      const { length } = digitsOf(value)
      return length >= 8 && length <= 15 && !isNobodysPhone(value)
    })
  )

const STREET =
  "Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Court|Ct|Boulevard|Blvd|Place|Pl|Terrace|Ter|Way|Circle|Cir|Parkway|Pkwy|Square|Sq|Highway|Hwy|Trail|Row|Close|Crescent|Walk|Alley|Bend"
const HOUSE = `\\d{1,5}[A-Za-z]? (?:[NSEW]\\.? )?(?:[A-Z][\\p{L}'’-]{1,20} ){1,3}(?:${STREET})(?![\\p{L}])\\.?`
const HOUSE_NUMBER = new RegExp(`(?<![\\w#])${HOUSE}`, "gu")
/** A house is somebody's where the town's postal code follows, or where somebody says so before. */
const CODE_AFTER = /^[^\n]{0,60}?(?:\b[A-Z]{2},? \d{5}(?!\d)|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b)/
const WORD_BEFORE =
  /(?:\b(?:liv|resid|stay)(?:es?|s|ing)? (?:at|on|in)|\b(?:home|my|his|her|their|mailing|shipping|billing|delivery) address(?: is|:)?) $/i
const CHINESE_HOUSE =
  /(?:[\p{sc=Han}]{2,8}(?:省|市|自治区))?[\p{sc=Han}]{2,8}(?:市|区|县|镇)[\p{sc=Han}]{1,12}(?:路|街|巷|大道|胡同|弄)\d{1,5}号/gu

/** Street and house number, only where a postal code or a phrase says that it is an address; Chinese: district, road, number. */
export const streetAddresses = (text: string): ReadonlyArray<PersonalDatum> => [
  ...matches(
    "street_address",
    text,
    HOUSE_NUMBER,
    (value, { index }) =>
      CODE_AFTER.test(text.slice(index + value.length, index + value.length + 80)) ||
      WORD_BEFORE.test(text.slice(Math.max(0, index - 30), index))
  ),
  ...matches("street_address", text, CHINESE_HOUSE)
]

/** Networks that are private or reserved for documentation: RFC 1918, 5737, 6598, 6890; RFC 3849, 4193, 4291, 9637. */
const RESERVED_NETWORKS = new BlockList()
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3]
] as const) {
  RESERVED_NETWORKS.addSubnet(network, prefix, "ipv4")
}
for (const [network, prefix] of [
  ["::", 127],
  ["2001:db8::", 32],
  ["3fff::", 20],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8]
] as const) {
  RESERVED_NETWORKS.addSubnet(network, prefix, "ipv6")
}

const IPV4 = /(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)/g
const IPV6 = /(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])/g
const VERSION_BEFORE = /(?:\bv|version|release|firmware|版本)\s*$/i

/** Public IP addresses, version 4 and 6; four numbers after the word "version" are none. */
export const ipAddresses = (text: string): ReadonlyArray<PersonalDatum> => [
  ...matches(
    "ip_address",
    text,
    IPV4,
    (value, match) =>
      isIPv4(value) &&
      !RESERVED_NETWORKS.check(value, "ipv4") &&
      !VERSION_BEFORE.test(text.slice(Math.max(0, match.index - 12), match.index))
  ),
  ...matches("ip_address", text, IPV6, (value) => isIPv6(value) && !RESERVED_NETWORKS.check(value, "ipv6"))
]
