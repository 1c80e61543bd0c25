import type { Json, JsonObject } from "../schemas/json.ts"
import { applyHunks, type Hunk, hunks } from "./line-diff.ts"
import type { Change, State } from "./state.ts"

/** A patch that does not fit the state it is applied to, or that is not one of ours. */
export class PatchError extends Error {
  override readonly name = "PatchError"
}

/**
 * JSON with sorted keys, two spaces a level and one value a line. Written by hand so that a key called `__proto__` is a
 * key like any other.
 */
const pretty = (value: Json, indent = ""): string => {
  if (value === null || typeof value !== "object") return JSON.stringify(value)
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]"
    return `[\n${value.map((item: Json) => inner + pretty(item, inner)).join(",\n")}\n${indent}]`
  }
  const object = value as JsonObject
  const fields = Object.keys(object)
    .sort()
    .map((key) => `${inner}${JSON.stringify(key)}: ${pretty(object[key] as Json, inner)}`)
  return fields.length === 0 ? "{}" : `{\n${fields.join(",\n")}\n${indent}}`
}

/** `a/orders/#W1234567`, quoted as git does where the key holds something that a header line cannot. */
const header = (side: "a" | "b", table: string, key: string): string => {
  const path = `${side}/${table}/${key}`
  return /^[ !#-[\]-~]+$/.test(path) && path === path.trim() ? path : JSON.stringify(path)
}

const linesOf = (record: JsonObject | null): ReadonlyArray<string> =>
  record === null ? [] : pretty(record).split("\n")

const range = (start: number, lines: number) => (lines === 1 ? `${start}` : `${start},${lines}`)

/**
 * A git-like unified diff of records as pretty canonical JSON, three lines of context, one section a record. The empty
 * text where nothing changed.
 */
export const renderPatch = (changes: ReadonlyArray<Change>): string => {
  const lines: Array<string> = []
  for (const { after, before, key, table } of changes) {
    lines.push(`diff --git ${header("a", table, key)} ${header("b", table, key)}`)
    lines.push(`--- ${before === null ? "/dev/null" : header("a", table, key)}`)
    lines.push(`+++ ${after === null ? "/dev/null" : header("b", table, key)}`)
    for (const hunk of hunks(linesOf(before), linesOf(after))) {
      const old = range(hunk.beforeStart, hunk.beforeLines)
      const now = range(hunk.afterStart, hunk.afterLines)
      lines.push(`@@ -${old} +${now} @@`, ...hunk.lines)
    }
  }
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`
}

const place = (side: "a" | "b", text: string): { readonly table: string; readonly key: string } | null => {
  if (text === "/dev/null") return null
  const path: unknown = text.startsWith('"') ? JSON.parse(text) : text
  const slash = typeof path === "string" ? path.indexOf("/", 2) : -1
  if (typeof path !== "string" || !path.startsWith(`${side}/`) || slash < 0) {
    throw new PatchError(`not a patch: the path ${text} is not ${side}/table/key`)
  }
  return { table: path.slice(2, slash), key: path.slice(slash + 1) }
}

const hunkHeader = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@$/

/**
 * A fork of `state` with the patch applied: `applyPatch(before, after.diffFrom(before))` equals `after`.
 * Throws PatchError where a line of context is not what the state holds.
 */
export const applyPatch = (state: State, patch: string): State => {
  const next = state.fork()
  if (patch === "") return next
  const lines = patch.replace(/\n$/, "").split("\n")
  let at = 0
  while (at < lines.length) {
    if (!lines[at]?.startsWith("diff --git ")) throw new PatchError(`not a patch: line ${at + 1} starts no record`)
    const [old, now] = [lines[at + 1], lines[at + 2]]
    if (!old?.startsWith("--- ") || !now?.startsWith("+++ ")) {
      throw new PatchError(`not a patch: line ${at + 1} is not followed by --- and +++`)
    }
    const before = place("a", old.slice(4))
    const after = place("b", now.slice(4))
    const where = after ?? before
    if (where === null) throw new PatchError(`not a patch: line ${at + 2} names no record on either side`)
    at += 3
    const changes: Array<Hunk> = []
    for (let match = hunkHeader.exec(lines[at] ?? ""); match !== null; match = hunkHeader.exec(lines[at] ?? "")) {
      const [beforeStart, beforeLines, afterStart, afterLines] = [match[1], match[2] ?? 1, match[3], match[4] ?? 1].map(
        Number
      ) as [number, number, number, number]
      const body: Array<string> = []
      let [left, right] = [beforeLines, afterLines]
      while (left > 0 || right > 0) {
        const line = lines[++at]
        if (line === undefined) throw new PatchError("not a patch: its last hunk is cut short")
        if (line[0] !== "+") left--
        if (line[0] !== "-") right--
        body.push(line)
      }
      changes.push({ beforeStart, beforeLines, afterStart, afterLines, lines: body })
      at++
    }
    const result = applyHunks(linesOf(next.get(where.table, where.key) ?? null), changes)
    if (result === null) throw new PatchError(`the patch does not fit ${where.table}/${where.key}`)
    if (after === null) next.remove(where.table, where.key)
    else next.put(where.table, where.key, JSON.parse(result.join("\n")) as JsonObject)
  }
  return next
}
