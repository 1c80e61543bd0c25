const MASK = "<redacted>"
const MOST_CHARACTERS = 600
/** Servers that want no key are given an "x" or "-": taking those out would only garble the message. */
const SHORTEST = 4

/** What keys look like where we don't know them: another service's key in an echoed header or URL. */
const LIKE_A_SECRET = [/\bsk-[A-Za-z0-9_-]{8,}/g, /\bBearer\s+[^\s"',;]+/gi, /(?<=:\/\/)[^\s/@]+@/g]

/** Makes a foreign text fit for an error message: no key of ours, nothing that looks like one, and not pages of HTML. */
export const redactor =
  (secrets: ReadonlyArray<string>) =>
  (text: string): string => {
    let clean = text
    for (const secret of secrets) if (secret.length >= SHORTEST) clean = clean.replaceAll(secret, MASK)
    for (const pattern of LIKE_A_SECRET) clean = clean.replace(pattern, MASK)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they would steer the terminal that shows the message
    const line = clean.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ").trim()
    return line.length <= MOST_CHARACTERS ? line : `${line.slice(0, MOST_CHARACTERS)}...`
  }
