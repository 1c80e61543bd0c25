import { sentences } from "../text/sentences.ts"
import type { FilterSubject } from "./filter.ts"

/** A sentence that a reply may rest on. */
export interface EvidenceSentence {
  readonly text: string
  /** The message that it became known with; -1 for sources, which are known from the start. */
  readonly message: number
}

/**
 * What replies may rest on: sources, tool results, and what users said; never what the assistant said itself, or an invention would
 * support its own repetition. JSON becomes a line an object, `name: Ada, year: 1783`, so that a fact is read with its name.
 */
export const evidenceOf = ({ messages, sources = [] }: FilterSubject): ReadonlyArray<EvidenceSentence> => [
  ...sources.flatMap((source) => lines(source).map((text) => ({ text, message: -1 }))),
  ...messages.flatMap(({ content, role }, message) =>
    (role === "tool" || role === "user") && content !== null ? lines(content).map((text) => ({ text, message })) : []
  )
]

/** The texts of the evidence that is known before a message. */
export const knownBefore = (evidence: ReadonlyArray<EvidenceSentence>, message: number): ReadonlyArray<string> =>
  evidence.flatMap((sentence) => (sentence.message < message ? [sentence.text] : []))

const lines = (text: string): ReadonlyArray<string> => {
  const trimmed = text.trim()
  if (trimmed.startsWith("{") || trimmed.startsWith("[")) {
    try {
      return jsonLines(JSON.parse(trimmed), "")
    } catch {
      // Text that only looks like JSON is text.
    }
  }
  return sentences(text).map((sentence) => sentence.text)
}

const jsonLines = (value: unknown, path: string): ReadonlyArray<string> => {
  if (value === null || typeof value !== "object") return [path === "" ? String(value) : `${path}: ${String(value)}`]
  const entries = Array.isArray(value) ? value.map((each) => [path, each] as const) : Object.entries(value)
  const scalars = entries.filter(([, each]) => each === null || typeof each !== "object")
  const own = scalars.map(([key, each]) => (Array.isArray(value) ? String(each) : `${key}: ${String(each)}`)).join(", ")
  const line = own === "" ? [] : [path === "" ? own : `${path}: ${own}`]
  const nested = entries
    .filter(([, each]) => each !== null && typeof each === "object")
    .flatMap(([key, each]) => jsonLines(each, Array.isArray(value) || path === "" ? key : `${path} ${key}`))
  return [...line, ...nested]
}
