import type { LedgerEntry } from "../models/ledger.ts"
import { readCalls } from "../models/ledger-read.ts"
import type { ProviderRequest } from "../models/provider.ts"
import { canonicalJson } from "../schemas/json.ts"
import { printable } from "./printable.ts"

const MOST = 5

/**
 * Why other calls of the same item, stage and role are other calls: the parts of the request in which they differ. At
 * temperature 0 equal requests of any items share one answer; above it each item and draw has its own.
 */
export const compareCalls = (ledger: string, entry: LedgerEntry): string => {
  const lines: Array<string> = []
  let seen = 0
  for (const call of readCalls(ledger, { phase: entry.phase, item: entry.item, bodies: true })) {
    if (call.address === entry.address || call.stage !== entry.stage || call.role !== entry.role) continue
    seen++
    if (seen > MOST) continue
    const other = JSON.parse(call.request ?? "{}") as ProviderRequest
    const parts = differing(entry.request, other)
    const draw = call.draw === entry.draw ? [] : [`draw ${entry.draw} against ${call.draw}`]
    lines.push(`  ${call.address.slice(0, 16)}: ${[...parts, ...draw].join("; ") || "equal in all that is sent"}`)
  }
  const rule =
    entry.request.sampling.temperature === 0
      ? "Temperature 0: any equal request is answered by this entry."
      : "Above temperature 0: only the same item's same draw of an equal request is answered by this entry."
  return seen === 0
    ? `\n${rule} There is no other call of this item, stage and role.`
    : [
        `\n${rule} Other calls of this item, stage and role differ from it in:`,
        ...lines,
        ...(seen > MOST ? [`  (and ${seen - MOST} more)`] : [])
      ].join("\n")
}

const differing = (left: ProviderRequest, right: ProviderRequest): ReadonlyArray<string> => {
  const parts: Array<string> = []
  const same = (a: unknown, b: unknown) => canonicalJson(a ?? null) === canonicalJson(b ?? null)
  if (left.model !== right.model) parts.push(printable(`model ${left.model} against ${right.model}`))
  if (!same(left.tools, right.tools)) parts.push("tools")
  if (!same(left.response, right.response)) parts.push("response schema")
  for (const key of new Set([...Object.keys(left.sampling), ...Object.keys(right.sampling)])) {
    const name = key as keyof ProviderRequest["sampling"]
    if (!same(left.sampling[name], right.sampling[name])) parts.push(`sampling.${key}`)
  }
  const longest = Math.max(left.messages.length, right.messages.length)
  for (let index = 0; index < longest; index++) {
    if (same(left.messages[index], right.messages[index])) continue
    const text = left.messages[index]?.content ?? ""
    parts.push(
      `message ${index} (${left.messages[index]?.role ?? "absent"}${text === "" ? "" : `: ${printable(text.slice(0, 50))}...`})`
    )
    break
  }
  return parts
}
