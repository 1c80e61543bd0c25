import type { PolicyTest } from "../../domain.ts"
import { allowedOnSameOrder, retailWrites } from "../graph.ts"
import { policyTest, type Trace, targetOf, text, type Write, writesOf, writeTest } from "./trace.ts"

const itemWrites = ["modify_pending_order_items", "return_delivered_order_items", "exchange_delivered_order_items"]
const deliveredWrites = ["return_delivered_order_items", "exchange_delivered_order_items"]
const preparations = ["modify_pending_order_address", "modify_pending_order_payment"]

/** Pairs of writes on one order, the earlier first. */
const pairsOnOneOrder = (trace: Trace): ReadonlyArray<readonly [earlier: Write, later: Write]> => {
  const writes = writesOf(trace).filter((write) => text(write, "order_id") !== "")
  return writes.flatMap((later, index) =>
    writes
      .slice(0, index)
      .filter((earlier) => text(earlier, "order_id") === text(later, "order_id"))
      .map((earlier) => [earlier, later] as const)
  )
}

/** Changing an address or a method again is a change of mind, and no pair of different writes that exclude each other. */
const excluded = (earlier: string, later: string): boolean =>
  !allowedOnSameOrder(earlier, later) && !(earlier === later && preparations.includes(later))

export const sequenceTests: ReadonlyArray<PolicyTest> = [
  policyTest(
    "PT-R2",
    ["R9", "R10", "R11", "R13", "R14", "R15"],
    "No two writes on one order that exclude each other, such as a change and a cancellation, or a return and an exchange.",
    (trace) =>
      pairsOnOneOrder(trace)
        .filter(([earlier, later]) => excluded(earlier.tool, later.tool))
        .map(([earlier, later]) => ({
          step: later.step,
          message: `${later.tool} may not follow ${earlier.tool} (step ${earlier.step}) on order ${text(later, "order_id")}`
        }))
  ),
  policyTest("PT-R3", ["R9"], "At most one change, return or exchange of items per order.", (trace) =>
    pairsOnOneOrder(trace)
      .filter(([earlier, later]) => itemWrites.includes(earlier.tool) && itemWrites.includes(later.tool))
      .map(([earlier, later]) => ({
        step: later.step,
        message: `the items of order ${text(later, "order_id")} were already dealt with by step ${earlier.step}: collect all items into one call`
      }))
  ),
  policyTest(
    "PT-R4",
    ["R13"],
    "Changes of an order's address and payment method come before the change of its items.",
    (trace) =>
      pairsOnOneOrder(trace)
        .filter(
          ([earlier, later]) => earlier.tool === "modify_pending_order_items" && preparations.includes(later.tool)
        )
        .map(([earlier, later]) => ({
          step: later.step,
          message: `${later.tool} on order ${text(later, "order_id")} must come before its items are changed (step ${earlier.step})`
        }))
  ),
  writeTest(
    "PT-R11",
    ["R8", "R10", "R11", "R14", "R15"],
    "When a write is called, its order has the status that the write is for.",
    retailWrites.filter((tool) => tool !== "modify_user_address"),
    (write) => {
      const needed = deliveredWrites.includes(write.tool) ? "delivered" : "pending"
      const order = targetOf(write)
      if (order === undefined) return [`there is no order ${text(write, "order_id")}`]
      return order.status === needed
        ? []
        : [`${write.tool} needs order ${order.order_id} to be ${needed}, but it is ${order.status}`]
    }
  )
]
