import type { Json, JsonObject } from "../../../schemas/json.ts"
import type { Action } from "../../../stages/environment.ts"
import type { Domain } from "../domains/domain.ts"
import type { SampledTask } from "../samplers.ts"

/** A draft while the simulated generator still works on it: mistakes are planted here, before it becomes text. */
export interface DraftParts {
  /** Who speaks, and in what temper. */
  readonly opening: string
  readonly identity: string
  /** One sentence a write. */
  readonly requests: ReadonlyArray<string>
  readonly questions: ReadonlyArray<string>
  readonly ending: string
  readonly actions: ReadonlyArray<Action>
  readonly outputs: ReadonlyArray<string>
  readonly facts: JsonObject
  readonly thought: string
  /** How the reply is put together: some mistakes are ones of form. */
  readonly form: "whole" | "no_answer_block" | "broken_json"
}

/** What mistakes are made of. */
export interface DraftContext {
  readonly domain: Domain
  readonly task: SampledTask
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && value !== undefined && typeof value === "object" && !Array.isArray(value)

/** Arguments as texts: `["a"]` and `"a"` are both lists here. */
export const textsOf = (value: Json | undefined): ReadonlyArray<string> =>
  (Array.isArray(value) ? (value as ReadonlyArray<Json>) : [value]).filter((one) => typeof one === "string")

export const intentOf = (parts: DraftParts): string =>
  [parts.opening, parts.identity, ...parts.requests, ...parts.questions, parts.ending]
    .filter((sentence) => sentence !== "")
    .join(" ")

export const renderReply = (parts: DraftParts): string => {
  const intent = intentOf(parts)
  const json = JSON.stringify({ intent, actions: parts.actions, outputs: parts.outputs, facts: parts.facts })
  const thought = `<thought>\n${parts.thought}\n</thought>\n`
  if (parts.form === "no_answer_block") return `${thought}${intent}`
  // A model that loses its way stops before the last brackets.
  return `${thought}<answer>\n${parts.form === "broken_json" ? json.slice(0, -2) : json}\n</answer>`
}
