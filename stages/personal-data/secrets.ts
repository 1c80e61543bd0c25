import { matches, type PersonalDatum } from "./datum.ts"

/** Keys whose issuer gave them a shape, so that they are found wherever they stand. */
const SHAPES: ReadonlyArray<RegExp> = [
  /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{36,255}(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])github_pat_[A-Za-z0-9_]{60,255}/g,
  /(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{20,64}/g,
  /(?<![A-Za-z0-9])xox[abprs]-[A-Za-z0-9-]{10,250}/g,
  /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g,
  /(?<![A-Za-z0-9])sk-(?:ant-|proj-|or-)?[A-Za-z0-9_-]{20,200}/g,
  /(?<![A-Za-z0-9])[rs]k_live_[A-Za-z0-9]{20,200}/g,
  /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])hf_[A-Za-z0-9]{30,40}(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g,
  /-----BEGIN (?:[A-Z]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g
]

const JWT = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{16,1000}/g

const ASSIGNED =
  /(?:(?<![A-Za-z])(?:password|passwd|passphrase|passcode|pwd|secret|token|api[_ -]?key|access[_ -]?key|secret[_ -]?key|private[_ -]?key)(?![A-Za-z])["']?\s{0,3}(?:=|:|\bis\b)|(?:密码|口令|密钥|令牌)\s{0,3}(?:=|:|：|是|为))\s{0,3}["'`]?([!-~]{8,200})/gi

/** What manuals write in the place of a secret. */
const STAND_IN = /example|x{4,}|your[-_ ]|change[-_]?me|placeholder|redacted|\*{3,}|\.{3,}|^<.*>$|^\$\{?\w+\}?$|^\{\{/i

/** Shannon entropy of a text's characters, bits per character. */
export const entropy = (text: string): number => {
  const characters = [...text]
  const counts = Map.groupBy(characters, (character) => character)
  return [...counts.values()].reduce((bits, { length }) => {
    const share = length / characters.length
    return bits - share * Math.log2(share)
  }, 0)
}

const isToken = (jwt: string): boolean => {
  try {
    const header: unknown = JSON.parse(Buffer.from(jwt.slice(0, jwt.indexOf(".")), "base64url").toString("utf8"))
    return typeof header === "object" && header !== null && "alg" in header
  } catch {
    return false
  }
}

/**
 * Keys of well-known issuers, private key blocks, JSON web tokens, and whatever is assigned to a password, secret or token:
 * eight characters and more, letters and digits both, with at least `minEntropy` bits a character.
 */
export const secrets = (text: string, minEntropy: number): ReadonlyArray<PersonalDatum> => [
  ...SHAPES.flatMap((shape) => matches("secret", text, shape, (value) => !STAND_IN.test(value))),
  ...matches("secret", text, JWT, isToken),
  ...matches("secret", text, ASSIGNED, (raw) => {
    const value = raw.replace(/["'`.,;)\]}]+$/, "")
    return (
      value.length >= 8 &&
      /[A-Za-z]/.test(value) &&
      /\d/.test(value) &&
      !STAND_IN.test(value) &&
      entropy(value) >= minEntropy
    )
  })
]
