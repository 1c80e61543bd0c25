import type { Action } from "../../../stages/environment.ts"
import type { SimulatedReply } from "../../pipeline.ts"
import { orderOf, productOf } from "../domains/retail/tables.ts"
import { STOP } from "../prompts/human.ts"
import { worked } from "./agent-history.ts"
import { lines } from "./agent-lines.ts"
import type { Move, Script } from "./agent-script.ts"

export const callReply = (call: Action, script: Script, id?: string): SimulatedReply => ({
  content: null,
  toolCalls: [
    { id: id ?? `call_${script.history.calls.length + 1}`, name: call.name, arguments: JSON.stringify(call.arguments) }
  ],
  finishReason: "tool_calls"
})

const text = (value: unknown) => (typeof value === "string" ? value : "")
const isOrderRead = (move: Move): move is Move & { readonly call: Action } =>
  "call" in move && move.call.name === "get_order_details"

/**
 * The planned mistake of this attempt, where this step gives occasion to it; null otherwise. Each has one place in a dialogue
 * and recognises from the history that it has been made, so none is made twice.
 */
export const misstep = (move: Move, script: Script): SimulatedReply | null => {
  const { backstage, history, random } = script
  const code = backstage.agentMistake
  const called = (name: string) => history.calls.some((call) => call.name === name)
  const orderReads = history.calls.filter((call) => call.name === "get_order_details").length
  switch (code) {
    case null:
      return null
    case "skip_confirmation":
      return move.point === "propose" && move.matter !== undefined ? callReply(move.matter.action, script) : null
    case "wrong_argument": {
      if (move.point !== "write" || move.matter === undefined || called(move.matter.action.name)) return null
      const wrong = spoilt(move.matter.action, script)
      return wrong === null ? null : callReply(wrong, script)
    }
    case "forget_write":
      return move.point === "write" && move.matter !== undefined
        ? { content: `${move.matter.report} ${random.pick(lines.more)}` }
        : null
    case "extra_write": {
      const done = backstage.matters.every((matter) => called(matter.action.name))
      const extra = move.point === "report" && done ? unasked(script) : null
      return extra === null || worked(history, extra) ? null : callReply(extra, script)
    }
    case "forget_output":
      return move.point === "answer" && "say" in move
        ? { content: `${random.pick(lines.vague)} ${random.pick(lines.more)}` }
        : null
    case "unclear_output":
      return move.point === "answer" && move.output !== undefined
        ? {
            content: `${random.pick(lines.unclear).replace("{value}", () => move.output ?? "")} ${random.pick(lines.more)}`
          }
        : null
    case "unknown_tool":
      return isOrderRead(move) && !called("lookup_order_history")
        ? callReply(
            { name: "lookup_order_history", arguments: { order_id: text(move.call.arguments.order_id) } },
            script
          )
        : null
    case "parallel_calls": {
      if (!isOrderRead(move) || orderReads > 0) return null
      const second = callReply(
        { name: "list_all_product_types", arguments: {} },
        script,
        `call_${history.calls.length + 2}`
      )
      const first = callReply(move.call, script)
      return { ...first, toolCalls: [...(first.toolCalls ?? []), ...(second.toolCalls ?? [])] }
    }
    case "text_with_call":
      return isOrderRead(move) && orderReads === 0
        ? { ...callReply(move.call, script), content: "One moment, let me look that up." }
        : null
    case "duplicate_call_id":
      return "call" in move && history.calls.length === 1 ? callReply(move.call, script, history.calls[0]?.id) : null
    case "bad_arguments": {
      if (!isOrderRead(move) || orderReads > 0) return null
      const id = `call_${history.calls.length + 1}`
      const written = JSON.stringify(text(move.call.arguments.order_id))
      return {
        content: null,
        toolCalls: [{ id, name: move.call.name, arguments: written }],
        finishReason: "tool_calls"
      }
    }
    case "stop_marker":
      return move.point === "report" && "say" in move && !history.replies.some((reply) => reply === move.say)
        ? { content: `${move.say} ${STOP}` }
        : null
    case "early_transfer":
      return isOrderRead(move) && orderReads === 0 && !backstage.gold.transfers
        ? callReply(
            { name: "transfer_to_human_agents", arguments: { summary: "The customer has a request about an order." } },
            script
          )
        : null
    case "data_before_identity": {
      const order = /#?W\d{7}/.exec(history.lastUser)?.[0]
      if (move.point !== "identify" && move.point !== "talk") return null
      if (order === undefined || history.calls.length > 0) return null
      return callReply({ name: "get_order_details", arguments: { order_id: `#${order.replace("#", "")}` } }, script)
    }
    case "invented_id": {
      if (!isOrderRead(move) || orderReads > 0) return null
      return callReply(
        { name: "get_order_details", arguments: { order_id: `#W${random.integer(1_000_000, 9_999_999)}` } },
        script
      )
    }
  }
}

/** The same write with one argument that was not agreed; null where there is nothing to get wrong. */
const spoilt = ({ arguments: given, name }: Action, { backstage }: Script): Action | null => {
  const other = (changed: Action["arguments"]): Action => ({ name, arguments: { ...given, ...changed } })
  const items = Array.isArray(given.item_ids) ? given.item_ids : []
  const wanted = Array.isArray(given.new_item_ids) ? given.new_item_ids : []
  const { initial } = backstage.domain.environment
  if (typeof given.reason === "string") {
    return other({ reason: given.reason === "no longer needed" ? "ordered by mistake" : "no longer needed" })
  }
  if (typeof given.address1 === "string")
    return other({ address1: given.address1.replace(/^\d+/, (number) => `${Number(number) + 1}`) })
  if (items.length > 1) {
    return other({ item_ids: items.slice(1), ...(wanted.length > 0 ? { new_item_ids: wanted.slice(1) } : {}) })
  }
  const item = orderOf(initial, text(given.order_id))?.items.find((one) => one.item_id === items[0])
  if (wanted.length === 1 && item !== undefined) {
    const variants = Object.values(productOf(initial, item.product_id)?.variants ?? {})
    const variant = variants.find((one) => one.available && one.item_id !== wanted[0] && one.item_id !== item.item_id)
    return variant === undefined ? null : other({ new_item_ids: [variant.item_id] })
  }
  const method = Object.keys(backstage.user?.payment_methods ?? {}).find((id) => id !== given.payment_method_id)
  return method === undefined ? null : other({ payment_method_id: method })
}

/** A write that nobody asked for: another pending order cancelled, or a house number changed. */
const unasked = ({ backstage }: Script): Action | null => {
  const { domain, matters, user } = backstage
  const touched = new Set(matters.map((matter) => matter.target))
  const order = (user?.orders ?? []).find(
    (id) => !touched.has(id) && orderOf(domain.environment.initial, id)?.status === "pending"
  )
  if (order !== undefined) {
    return { name: "cancel_pending_order", arguments: { order_id: order, reason: "no longer needed" } }
  }
  if (user === undefined || matters.some((matter) => matter.action.name === "modify_user_address")) return null
  const address1 = user.address.address1.replace(/^\d+/, (number) => `${Number(number) + 1}`)
  return { name: "modify_user_address", arguments: { user_id: backstage.gold.userId, ...user.address, address1 } }
}
