import type { z } from "zod"
import { splitReasoning } from "./reasoning.ts"

/** What is wrong with a reply, and where: a JSON pointer (RFC 6901); the empty one is the whole reply. */
export interface ReplyIssue {
  readonly pointer: string
  readonly message: string
}

export type Read<A> =
  | { readonly ok: true; readonly value: A }
  | { readonly ok: false; readonly issues: ReadonlyArray<ReplyIssue> }

const MAX_ISSUES = 20
/** Bounds the work on hostile text: each start costs at most one pass over what follows it. */
const MAX_STARTS = 64

/**
 * The value in a reply, validated. `block` names the tag that must hold the JSON (`answer`: the last `<answer>...</answer>`);
 * without it the JSON may stand alone, in a code fence, or amid prose. Issues come in the schema's order, at most 20.
 */
export const readReply = <S extends z.ZodType>(text: string, schema: S, block?: string): Read<z.output<S>> => {
  const found = findJson(text, block)
  if (!found.ok) return found
  const parsed = schema.safeParse(found.value)
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, issues: zodIssues(parsed.error) }
}

/** The JSON value that a reply carries, not yet validated. */
export const findJson = (reply: string, block?: string): Read<unknown> => {
  const visible = splitReasoning(reply).text
  let text = visible
  if (block !== undefined) {
    const inside = lastBlock(visible, block)
    if (inside === null) return wrong("", `the reply has no <${block}>...</${block}> block`)
    text = inside
  }
  text = text.trim()
  if (text === "") return wrong("", "the reply is empty")
  const whole = parse(text)
  if (whole.ok) return whole
  for (const fence of text.matchAll(/```[a-zA-Z0-9]*[ \t]*\r?\n([\s\S]*?)```/g)) {
    const fenced = parse((fence[1] ?? "").trim())
    if (fenced.ok && isContainer(fenced.value)) return fenced
  }
  return embedded(text)
}

/** zod's issues as JSON pointers, one an unknown key, and for a union those of the closest alternative. */
export const zodIssues = (error: z.ZodError): ReadonlyArray<ReplyIssue> =>
  flatten(error.issues, []).slice(0, MAX_ISSUES)

/** A path as a JSON pointer: `["a/b", 0]` is `/a~1b/0`. */
export const jsonPointer = (path: ReadonlyArray<PropertyKey>): string =>
  path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("")

const flatten = (
  issues: ReadonlyArray<z.core.$ZodIssue>,
  above: ReadonlyArray<PropertyKey>
): ReadonlyArray<ReplyIssue> =>
  issues.flatMap((issue): ReadonlyArray<ReplyIssue> => {
    const path = [...above, ...issue.path]
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ pointer: jsonPointer([...path, key]), message: "unknown key" }))
    }
    if (issue.code === "invalid_union" && issue.errors.length > 0) {
      const closest = issue.errors.reduce((best, branch) => (branch.length < best.length ? branch : best))
      if (closest.length > 0) return flatten(closest, path)
    }
    return [{ pointer: jsonPointer(path), message: issue.message }]
  })

const wrong = (pointer: string, message: string) => ({ ok: false, issues: [{ pointer, message }] }) as const

const isContainer = (value: unknown) => typeof value === "object" && value !== null

const parse = (text: string): Read<unknown> => {
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch (error) {
    return wrong("", `not valid JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const lastBlock = (text: string, tag: string): string | null => {
  const close = text.lastIndexOf(`</${tag}>`)
  if (close === -1) return null
  const open = text.lastIndexOf(`<${tag}>`, close)
  return open === -1 ? null : text.slice(open + tag.length + 2, close)
}

/** The longest JSON object or array amid other text; citations such as `[1]` are shorter than what was asked for. */
const embedded = (text: string): Read<unknown> => {
  let best: { readonly value: unknown; readonly length: number } | null = null
  let problem: Read<unknown> | null = null
  let from = 0
  for (let starts = 0; starts < MAX_STARTS; starts++) {
    const start = nextOpening(text, from)
    if (start === -1) break
    const end = closing(text, start)
    if (end === -1) {
      problem ??= wrong("", "the JSON is not closed: a bracket or a quote is missing")
      from = start + 1
      continue
    }
    const candidate = parse(text.slice(start, end))
    if (!candidate.ok) problem ??= candidate
    else if (best === null || end - start > best.length) best = { value: candidate.value, length: end - start }
    from = candidate.ok ? end : start + 1
  }
  if (best !== null) return { ok: true, value: best.value }
  return problem ?? wrong("", "the reply holds no JSON")
}

const nextOpening = (text: string, from: number): number => {
  for (let index = from; index < text.length; index++) {
    if (text[index] === "{" || text[index] === "[") return index
  }
  return -1
}

/** The position after the bracket that closes the one at `start`, or -1. */
const closing = (text: string, start: number): number => {
  let depth = 0
  let quoted = false
  for (let index = start; index < text.length; index++) {
    const character = text[index]
    if (quoted) {
      if (character === "\\") index++
      else if (character === '"') quoted = false
    } else if (character === '"') quoted = true
    else if (character === "{" || character === "[") depth++
    else if (character === "}" || character === "]") {
      depth--
      if (depth === 0) return index + 1
    }
  }
  return -1
}
