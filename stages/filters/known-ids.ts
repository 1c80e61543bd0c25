import type { Json, JsonObject } from "../../schemas/json.ts"
import type { Message } from "../../schemas/message.ts"
import type { Tool } from "../../schemas/tool.ts"
import { foldWidth } from "../text/normalise.ts"

const RUN = /[\p{L}\p{N}#][\p{L}\p{N}_.@+#/:-]*/gu

const WITHIN = /(?<![\p{L}\p{N}_.,-])#?[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*(?![\p{N}_-]|[.,]\d)/gu

/** Letters and digits alone, lower case: "#W731-8102" and "w7318102" are one. */
const compact = (text: string): string =>
  foldWidth(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "")

/** A key without its ending: `order_ids`, `orderId` and `orders` are all "order", `new_item_id` is "new_item". */
export const kindOf = (key: string): string =>
  key
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/(?:^|_)(?:ids?|uuid|numbers?|nos?)$|s$/, "")

const isIdKey = (key: string): boolean => /(?:^|_)(?:ids?|uuid)$|(?:Id|Ids|ID)$/.test(key)

/** Codes that everybody may know: of a share, an airport, a currency. */
const PUBLIC_CODE = /(?:^|_)(?:ticker|symbol|isin|iata|icao|currency|country|locale|timezone)(?:_code)?s?$/i

/**
 * Whether an argument is an identifier, which nobody may make up: an id by its parameter's name, an e-mail address, or
 * letters and digits (or five digits and more) without white space. Amounts, dates and prose are none.
 */
const isIdLike = (name: string, value: unknown): value is string | number => {
  if (PUBLIC_CODE.test(name)) return false
  if (typeof value === "number") return Number.isInteger(value) && value >= 10_000 && isIdKey(name)
  if (typeof value !== "string" || !/^[\p{L}\p{N}#][\p{L}\p{N}_.@+#/:-]{3,79}$/u.test(value)) return false
  if (/^\d{4}-\d{2}(?:-\d{2})?(?:$|T)|^\d{1,2}:\d{2}|^\d{1,2}[./]\d{1,2}[./]\d{2,4}$|^[-+]?\d+[.,]\d+$/.test(value))
    return false
  const digits = value.match(/\d/g)?.length ?? 0
  return isIdKey(name) || value.includes("@") || digits >= 5 || (digits >= 3 && /\p{L}/u.test(value))
}

/**
 * The identifiers of an argument: itself, or those within its words ("Suite 382", "refund for #W7318102"). Of bare numbers
 * within words those of three digits and more count, years and round ones aside, since people search for "top 100 of 2024".
 */
export const identifiersIn = (name: string, value: unknown): ReadonlyArray<string | number> => {
  if (isIdLike(name, value)) return [value]
  if (typeof value !== "string" || !/\s/.test(value) || !/\p{L}{2}/u.test(value)) return []
  return (value.match(WITHIN) ?? []).filter(
    (token) => (token.match(/\d/g)?.length ?? 0) >= 3 && !/^(?:(?:19|20)\d{2}|[1-9]0+|\d{4}-\d{2}-\d{2})$/.test(token)
  )
}

/** What was said and answered so far, as identifiers see it: whether one is known, and what kind of thing it names. */
export class KnownIds {
  readonly #tokens = new Set<string>()
  /** By compact value, the kinds of thing that it named in tool results and in calls that went well; "" where unknown. */
  readonly #kinds = new Map<string, Set<string>>()
  /** By the look of the examples in parameters' descriptions, the kinds of thing that look so. */
  readonly #forms = new Map<string, Set<string>>()
  #spoken = ""

  constructor(tools: ReadonlyArray<Tool>) {
    for (const { parameters } of tools) this.#learnForms(parameters)
  }

  add({ content, role }: Message): void {
    const text = foldWidth(content ?? "")
    const structured = role === "tool" ? parsed(text) : null
    for (const [run] of text.matchAll(RUN)) {
      for (const token of [run, ...run.split(/[^\p{L}\p{N}]+/u)]) this.#tokens.add(compact(token))
    }
    if (structured === null) this.#spoken += ` ${compact(text)}`
    else this.#learn(structured, "", "")
  }

  /** The arguments of a call that was answered without an error: its tool took them for what they were given as. */
  addArguments(input: JsonObject): void {
    this.#learn(input, "", "")
  }

  /** Whether somebody said it or a tool answered it; digits may lack the letters before them ("order 7318102"). */
  has(value: string | number): boolean {
    const id = compact(String(value))
    const digits = /^\p{L}{1,3}(\d{5,})$/u.exec(id)?.[1]
    return (
      this.#tokens.has(id) ||
      (id.length >= 6 && isWholeIn(this.#spoken, id)) ||
      (digits !== undefined && this.#tokens.has(digits))
    )
  }

  /**
   * The kinds that a value is known as, where the parameter is of another kind: some value of the parameter's own kind is
   * known, this value is not, and no value is of both. A value of which nothing is known has the kind of the examples that
   * look like it. Empty where it may be in its place.
   */
  misplaced(name: string, value: string | number): ReadonlyArray<string> {
    const wanted = kindOf(name)
    if (!isIdKey(name) || wanted === "") return []
    const known = this.#kinds.get(compact(String(value))) ?? new Set()
    const kinds = [...(known.size === 0 ? (this.#forms.get(form(String(value))) ?? []) : known)]
    if (kinds.length === 0 || kinds.some((kind) => kind === "" || isSameKind(kind, wanted))) return []
    if (known.size === 0) return kinds
    const peers = [...this.#kinds.values()].filter((others) => [...others].some((kind) => isSameKind(kind, wanted)))
    const isAlias = peers.some((others) => kinds.some((kind) => others.has(kind)))
    return peers.length > 0 && !isAlias ? kinds : []
  }

  #learn(value: Json, key: string, owner: string, isItem = false): void {
    if (Array.isArray(value)) for (const item of value) this.#learn(item, key, owner, true)
    else if (typeof value === "object" && value !== null) {
      // A key that is an identifier itself ("gift_card_49": {...}) names a member of what stands above it.
      const above = key === "" || /\d{3}/.test(key) ? owner : kindOf(key)
      for (const [name, inner] of Object.entries(value)) this.#learn(inner as Json, name, above)
    } else if (typeof value === "string" || typeof value === "number") {
      const kind = isIdKey(key) || (isItem && key.endsWith("s")) ? kindOf(key) || owner : ""
      const id = compact(String(value))
      const kinds = this.#kinds.get(id) ?? new Set()
      this.#kinds.set(id, kinds.add(kind))
    }
  }

  #learnForms(schema: unknown): void {
    const properties =
      typeof schema === "object" && schema !== null && "properties" in schema ? schema.properties : null
    if (typeof properties !== "object" || properties === null) return
    for (const [name, parameter] of Object.entries(properties)) {
      const description: unknown = parameter?.description
      if (typeof description !== "string" || !isIdKey(name)) continue
      for (const [, example = ""] of description.matchAll(/['"`]([^'"`\s]{4,40})['"`]/g)) {
        if (!/\d{3}/.test(example) || !/[^\d]/.test(example)) continue
        const kinds = this.#forms.get(form(example)) ?? new Set()
        this.#forms.set(form(example), kinds.add(kindOf(name)))
      }
    }
  }
}

/** Whether a text has an identifier, and not only as a part of a longer one: "w731810" is not in "w7318102". */
const isWholeIn = (text: string, id: string): boolean => {
  for (let at = text.indexOf(id); at !== -1; at = text.indexOf(id, at + 1)) {
    const [before, after] = [text[at - 1] ?? "", text[at + id.length] ?? ""]
    const runsOn = (left: string, right: string) => /^(?:\d\d|[a-z][a-z])$/.test(left + right)
    if (!runsOn(before, id[0] as string) && !runsOn(id.at(-1) as string, after)) return true
  }
  return false
}

/** "#W4410375" as "#W0000000": what all identifiers of its kind look like. */
const form = (value: string): string => value.replace(/\d/g, "0")

/** "item" is what "new_item" is. */
const isSameKind = (left: string, right: string): boolean =>
  left !== "" && right !== "" && (left.endsWith(right) || right.endsWith(left))

/** Objects and arrays only: a bare number or word is prose. */
const parsed = (text: string): Json | null => {
  if (!/^\s*[[{]/.test(text)) return null
  try {
    return JSON.parse(text) as Json
  } catch {
    return null
  }
}
