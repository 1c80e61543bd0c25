import type { Action } from "../../../stages/environment.ts"
import type { Random } from "../../../stages/random.ts"
import { random as seeded } from "../../../stages/random.ts"
import { saysStrict } from "../outputs.ts"
import { asksForConsent, givesConsent } from "../speech.ts"
import { type AgentHistory, failed, nextOf, worked } from "./agent-history.ts"
import { lines } from "./agent-lines.ts"
import type { DialogueBackstage } from "./backstage.ts"
import type { Matter } from "./matters.ts"

/** What the agent does next, and at which point of its script: planted mistakes look at that. */
export type Move = ({ readonly say: string } | { readonly call: Action }) & {
  readonly point:
    | "identify"
    | "read"
    | "ask"
    | "propose"
    | "write"
    | "report"
    | "answer"
    | "refuse"
    | "transfer"
    | "talk"
  readonly matter?: Matter
  readonly output?: string
}

export interface Script {
  readonly backstage: DialogueBackstage
  readonly history: AgentHistory
  /** Draws of this call. */
  readonly random: Random
  /** Small slips that a good agent makes and puts right: a look-up without the `#`, a product id that is an item's. */
  readonly slips: boolean
}

/**
 * The next step of a decent retail agent: who is it, what is it about, look it up, say what will be done and ask, do it, report
 * it, answer questions, ask for more. Works from the dialogue so far and the ground truth; writes only what was asked for.
 */
export const nextMove = (script: Script): Move => {
  const { backstage, history, random } = script
  if (!history.calls.some((call) => call.ok && call.name.startsWith("find_user_id_by_"))) return identify(script)

  const unreported = backstage.matters.find(
    (one) =>
      history.calls.some((call) => call.ok && isCall(one, call)) &&
      !history.replies.some((reply) => reply.includes(one.report))
  )
  if (unreported !== undefined && history.lastCall !== null) {
    return { point: "report", matter: unreported, say: `${unreported.report} ${random.pick(lines.more)}` }
  }
  const matter = backstage.matters.find((one) => !isSettled(history, one) && isRequested(history, one))
  if (matter !== undefined) return settle(script, matter)
  if (backstage.deadEnd !== null) return backstage.gold.transfers ? handOver(script) : refuse(script)
  const open = backstage.gold.task.outputs.filter(
    (output) => !history.replies.some((reply) => saysStrict(reply, output))
  )
  const offered = history.replies.some((reply) => lines.more.some((more) => reply.includes(more)))
  // Nothing has been dealt with yet: the question may have come before the proof of who asks.
  const asked = offered ? history.lastUser : history.userLines.findLast(isQuestion)
  if (open.length > 0 && asked !== undefined && isQuestion(asked)) return answer(script, open, asked)
  if (!offered) return { point: "talk", say: random.pick(lines.askTopic) }
  const leaving = /\b(?:thank|thanks|bye|nothing else|that's all|that is all|no)\b/i.test(history.lastUser)
  if (!leaving) return { point: "talk", say: random.pick(lines.askAgain) }
  return { point: "talk", say: `${random.pick(lines.glad)} ${random.pick(lines.more)}` }
}

const text = (value: unknown) => (typeof value === "string" ? value : "")

const isCall = (matter: Matter, call: { readonly name: string; readonly arguments: Action["arguments"] }) =>
  call.name === matter.action.name && text(call.arguments.order_id) === text(matter.action.arguments.order_id)

const isSettled = (history: AgentHistory, matter: Matter) =>
  history.calls.some((call) => call.ok && isCall(matter, call)) ||
  history.replies.some((reply) => reply.includes(matter.report) || isLeft(reply, matter))

/** Too little was said about it, and the agent has let it be. */
const isLeft = (reply: string, { subject }: Matter) =>
  lines.leave.some((line) => reply.includes(line.replace("{subject}", () => subject)))

const ABOUT: Readonly<Record<string, RegExp>> = {
  cancel_pending_order: /cancel/i,
  modify_pending_order_address: /delivery address|somewhere else|\bis sent\b|please send #|should be \d|ship/i,
  modify_pending_order_payment: /\bpay|payment|card/i,
  modify_pending_order_items: /change|swap|item/i,
  exchange_delivered_order_items: /exchange/i,
  return_delivered_order_items: /return|send(?:ing)? back/i,
  modify_user_address:
    /(?:default|profile|account)\S* (?:\S+ ){0,2}address|address (?:\S+ ){0,3}(?:profile|account)|my profile should/i
}

/** One line names the order and what is to be done with it; or the latest does, of an order named before. */
const isRequested = (history: AgentHistory, matter: Matter): boolean => {
  const order = text(matter.action.arguments.order_id).replace("#", "").toLowerCase()
  const names = (line: string) => line.toLowerCase().includes(order)
  const about = (line: string) => ABOUT[matter.action.name]?.test(line) ?? true
  const { lastUser, userLines } = history
  return userLines.some((line) => names(line) && about(line)) || (about(lastUser) && userLines.some(names))
}

const isQuestion = (line: string) => /\?|\b(?:tell me|question|wonder|know)\b/i.test(line)

const identify = ({ backstage, history, random }: Script): Move => {
  const said = history.userLines.join("\n")
  const tried = (value: string) => history.calls.some((call) => Object.values(call.arguments).includes(value))
  const email = (said.match(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g) ?? []).find((one) => !tried(one))
  if (email !== undefined) return { point: "identify", call: { name: "find_user_id_by_email", arguments: { email } } }
  // The latest first: an earlier one may be part of an address that is to be changed.
  const zip = (said.match(/\b\d{5}\b/g) ?? []).findLast((one) => !tried(one))
  const name = backstage.user?.name
  if (zip !== undefined && name !== undefined && said.toLowerCase().includes(name.last_name.toLowerCase())) {
    return { point: "identify", call: { name: "find_user_id_by_name_zip", arguments: { ...name, zip } } }
  }
  return { point: "talk", say: random.pick(history.calls.length > 0 ? lines.notFound : lines.askIdentity) }
}

/** One change, from the look-up to the write. */
const settle = (script: Script, matter: Matter): Move => {
  const { backstage, history, random } = script
  const dice = seeded(`${backstage.seed}/matter/${matter.target}/${matter.action.name}`)
  const isProduct = (action: Action) => action.name === "get_product_details"
  const first = nextOf(
    history,
    matter.reads.filter((action) => !isProduct(action))
  )
  if (first !== null) return { point: "read", matter, call: slip(script, first) }
  if (!isDetailed(history, matter)) {
    const asked = history.repliesSinceWrite.filter((reply) => matter.asks.includes(reply)).length
    if (asked < MOST_ASKED) return { point: "ask", matter, say: random.pick(matter.asks) }
    const left = random.pick(lines.leave).replace("{subject}", () => matter.subject)
    return { point: "ask", matter, say: `${left} ${random.pick(lines.more)}` }
  }
  const product = nextOf(history, matter.reads)
  if (product !== null) return { point: "read", matter, call: slip(script, product) }

  const plan = dice.boolean(0.15) ? `Before I act on ${matter.target}: check the status, then get a clear yes.` : null
  const thought = plan === null ? null : { name: "think", arguments: { thought: plan } }
  if (thought !== null && !worked(history, thought)) return { point: "read", matter, call: thought }
  const sum =
    matter.sum !== null && dice.boolean(0.5) ? { name: "calculate", arguments: { expression: matter.sum } } : null
  if (sum !== null && !worked(history, sum)) return { point: "read", matter, call: sum }

  const proposed = history.replies.some((reply) => reply.includes(matter.proposal) && asksForConsent(reply))
  if (!proposed)
    return { point: "propose", matter, say: random.pick(lines.propose).replace("{what}", () => matter.proposal) }
  if (givesConsent(history.lastUser) && history.lastReply.includes(matter.proposal)) {
    return { point: "write", matter, call: matter.action }
  }
  return { point: "propose", matter, say: random.pick(lines.repropose).replace("{what}", () => matter.proposal) }
}

/** How often the agent asks for what it needs to know before it lets a matter be. */
const MOST_ASKED = 2

/** All that the agent would otherwise have to make up was said since the last change. */
const isDetailed = (history: AgentHistory, matter: Matter): boolean => {
  const said = legible(history.userLinesSinceWrite.join(" "))
  return matter.needs.every((group) => group.some((need) => said.includes(legible(need))))
}

/** Words whose letters are sorted: two letters that changed places make no other word. */
const legible = (text: string): string =>
  text
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .map((word) => [...word].sort().join(""))
    .join(" ")

/** A look-up that goes wrong the first time in some dialogues, and is put right in the next step. */
const slip = ({ backstage, history, slips }: Script, read: Action): Action => {
  if (!slips || failed(history, read.name)) return read
  const dice = seeded(`${backstage.seed}/slip/${JSON.stringify(read.arguments)}`)
  const order = text(read.arguments.order_id)
  if (order.startsWith("#") && dice.boolean(0.1)) return { ...read, arguments: { order_id: order.slice(1) } }
  if (read.name === "get_product_details" && dice.boolean(0.05)) {
    const product = text(read.arguments.product_id)
    const seen = history.calls.map((call) => call.observation).join("\n")
    const item = new RegExp(`"item_id":\\s*"(\\d+)"[^{}]*"product_id":\\s*"${product}"`).exec(seen)?.[1]
    if (item !== undefined) return { ...read, arguments: { product_id: item } }
  }
  return read
}

const refuse = ({ backstage, history, random }: Script): Move => {
  const read = nextOf(history, backstage.reads)
  if (read !== null) return { point: "read", call: read }
  if (backstage.reads.length === 0 && !history.calls.some((call) => call.name === "get_user_details")) {
    return { point: "read", call: { name: "get_user_details", arguments: { user_id: backstage.gold.userId } } }
  }
  const order = history.calls.findLast((call) => call.name === "get_order_details" && call.ok)
  const status = /"status":\s*"([^"]+)"/.exec(order?.observation ?? "")?.[1]
  const why =
    status === undefined
      ? "our rules do not allow it"
      : `order ${text(order?.arguments.order_id)} is ${status}, and our rules do not allow it`
  const again = history.replies.some((reply) => reply.includes("do not allow it"))
  const line = random.pick(again ? lines.refuseAgain : lines.refuse).replace("{why}", () => why)
  return { point: "refuse", say: `${line} ${random.pick(lines.more)}` }
}

const handOver = ({ backstage, history, random }: Script): Move => {
  const read = nextOf(history, backstage.reads)
  if (read !== null) return { point: "read", call: read }
  if (asksForConsent(history.lastReply) && givesConsent(history.lastUser)) {
    const summary = `The customer (${backstage.gold.userId}) asks for something beyond my tools: ${backstage.deadEnd ?? ""}`
    return { point: "transfer", call: { name: "transfer_to_human_agents", arguments: { summary } } }
  }
  return { point: "transfer", say: random.pick(lines.offerTransfer) }
}

/** Reads what the question is about where that has not been done, then tells the answer. */
const answer = ({ backstage, history, random }: Script, open: ReadonlyArray<string>, asked: string): Move => {
  const { gold, questions, reads } = backstage
  const read = nextOf(history, [...reads, ...readsFor(backstage, history, asked)])
  if (read !== null) return { point: "read", call: read }
  const paired = questions.length === gold.task.outputs.length
  const best = questions
    .map((question, index) => ({
      output: gold.task.outputs[index] ?? "",
      question,
      shared: shared(question, asked)
    }))
    .filter(({ output }) => open.includes(output))
    .sort((a, b) => b.shared - a.shared)[0]
  const output = (paired ? best?.output : undefined) ?? open[0] ?? ""
  const told = paired ? [output] : open
  const say = told.map((value) => random.pick(wordings(value, asked)).replace("{value}", () => value)).join(" ")
  return { point: "answer", output, say: `${say} ${random.pick(lines.more)}` }
}

const wordings = (value: string, question: string): ReadonlyArray<string> => {
  if (/^\d+\.\d{2}$/.test(value)) return lines.money
  if (/tracking/i.test(question)) return lines.tracking
  return /^\d{1,4}$/.test(value) ? lines.count : lines.plain
}

const words = (line: string) => new Set(line.toLowerCase().match(/[\p{L}\d]{3,}/gu) ?? [])
const shared = (a: string, b: string) => {
  const known = words(b)
  return [...words(a)].filter((word) => known.has(word)).length
}

/** What an agent would look up for a question: the order it names, the product it names, the profile for a balance. */
const readsFor = (backstage: DialogueBackstage, history: AgentHistory, asked: string): ReadonlyArray<Action> => {
  const orders = (asked.match(/#?W\d{7}/g) ?? []).map((id) => `#${id.replace("#", "")}`)
  const reads: Array<Action> = orders.map((order_id) => ({ name: "get_order_details", arguments: { order_id } }))
  if (/gift card|balance/i.test(asked)) {
    reads.push({ name: "get_user_details", arguments: { user_id: backstage.gold.userId } })
  }
  if (orders.length === 0 && /available|cheapest|most expensive|variants/i.test(asked)) {
    const list: Action = { name: "list_all_product_types", arguments: {} }
    const seen = history.calls.find((call) => call.name === list.name && call.ok)?.observation ?? ""
    const product = [...seen.matchAll(/"([^"]+)":\s*"(\d+)"/g)].find(([, name]) => asked.includes(name ?? "-"))?.[2]
    reads.push(list)
    if (product !== undefined) reads.push({ name: "get_product_details", arguments: { product_id: product } })
  }
  return reads
}
