import type { PolicyTest } from "../../domain.ts"
import { cents, money } from "../money.ts"
import { linesFor, methodOf, userOf, variantOf } from "../tables.ts"
import { list, policyTest, targetOf, text, type Write, writesOf, writeTest } from "./trace.ts"

const swaps = ["modify_pending_order_items", "exchange_delivered_order_items"]

/** Cents that a swap costs (below 0: gives back), by the catalogue at call time. */
const differenceOf = (write: Write): number => {
  const order = targetOf(write)
  const lines = order === undefined ? null : linesFor(order, list(write, "item_ids"))
  const wanted = list(write, "new_item_ids")
  return (lines ?? []).reduce((sum, line, index) => {
    const variant = variantOf(write.before, line.product_id, wanted[index] ?? "")
    return variant === undefined ? sum : sum + cents(variant.price) - cents(line.price)
  }, 0)
}

const pairProblems = (write: Write): ReadonlyArray<string> => {
  const order = targetOf(write)
  const lines = order === undefined ? null : linesFor(order, list(write, "item_ids"))
  if (order === undefined || lines === null) return ["the order does not hold the items to replace"]
  const wanted = list(write, "new_item_ids")
  if (wanted.length !== lines.length) return ["the lists of old and new items differ in length"]
  return lines.flatMap((line, index) => {
    const id = wanted[index] as string
    if (id === line.item_id) return [`item ${id} would replace itself`]
    const variant = variantOf(write.before, line.product_id, id)
    if (variant === undefined) return [`item ${id} is no variant of ${line.name} (product ${line.product_id})`]
    if (!variant.available) return [`item ${id} is not available`]
    const names = new Set([...Object.keys(line.options), ...Object.keys(variant.options)])
    const differs = [...names].some((name) => line.options[name] !== variant.options[name])
    return differs ? [] : [`item ${id} has the same options as item ${line.item_id}`]
  })
}

export const orderTests: ReadonlyArray<PolicyTest> = [
  writeTest(
    "PT-R5",
    ["R13", "R15"],
    "Each item is replaced by another, available variant of the same product whose options differ.",
    swaps,
    pairProblems
  ),
  writeTest(
    "PT-R6",
    ["R14"],
    "A return is refunded to the order's original payment method or to a gift card of the profile.",
    ["return_delivered_order_items"],
    (write) => {
      const order = targetOf(write)
      const id = text(write, "payment_method_id")
      const method = methodOf(userOf(write.before, order?.user_id ?? ""), id)
      const original = order?.payment_history[0]?.payment_method_id
      if (method === undefined) return [`the profile has no payment method ${id}`]
      return method.source === "gift_card" || id === original
        ? []
        : [`the refund goes to ${id}: only the original method ${original} or a gift card may get it`]
    }
  ),
  policyTest(
    "PT-R7",
    ["R12", "R13", "R15"],
    "A gift card covers what it is charged when it is charged, promised exchanges of earlier steps included.",
    (trace) => {
      // An exchange moves no money yet, so two of them could promise the same balance.
      const promised = new Map<string, number>()
      const problems: Array<{ step: number; message: string }> = []
      for (const write of writesOf(trace)) {
        const id = text(write, "payment_method_id")
        const order = targetOf(write)
        const method = methodOf(userOf(write.before, order?.user_id ?? ""), id)
        if (method?.source !== "gift_card" || order === undefined) continue
        const isPayment = write.tool === "modify_pending_order_payment"
        if (!isPayment && !swaps.includes(write.tool)) continue
        const charge = isPayment ? cents(order.payment_history[0]?.amount ?? 0) : differenceOf(write)
        const free = cents(method.balance) - (promised.get(id) ?? 0)
        if (charge > Math.max(free, 0)) {
          problems.push({
            step: write.step,
            message: `gift card ${id} has $${money(Math.max(free, 0))} left, $${money(charge)} are needed`
          })
        }
        if (write.tool === "exchange_delivered_order_items" && charge > 0) {
          promised.set(id, (promised.get(id) ?? 0) + charge)
        }
      }
      return problems
    }
  ),
  writeTest(
    "PT-R8",
    ["R12"],
    "The new payment method of an order differs from the one that has paid it.",
    ["modify_pending_order_payment"],
    (write) => {
      const payments = targetOf(write)?.payment_history.filter((entry) => entry.transaction_type === "payment") ?? []
      const current = payments[payments.length - 1]?.payment_method_id
      return current === text(write, "payment_method_id") ? [`the order is already paid by ${current}`] : []
    }
  )
]
