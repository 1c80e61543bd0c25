import type { GraphNode, WriteEdge } from "../domain.ts"

const read = (tool: string, consumes: ReadonlyArray<string>, produces: ReadonlyArray<string>): GraphNode => ({
  tool,
  kind: "read",
  consumes,
  produces
})

const write = (tool: string, consumes: ReadonlyArray<string>, produces: ReadonlyArray<string>): GraphNode => ({
  tool,
  kind: "write",
  consumes,
  produces
})

/** What each tool takes and gives, by entity type (spec section 2.2). The generic tools take part in no path. */
export const retailGraph: ReadonlyArray<GraphNode> = [
  read("find_user_id_by_email", ["email"], ["user_id"]),
  read("find_user_id_by_name_zip", ["name", "zip"], ["user_id"]),
  read("get_user_details", ["user_id"], ["order_id", "payment_method_id", "address"]),
  read("get_order_details", ["order_id"], ["item_id", "product_id", "payment_method_id", "order_status", "address"]),
  read("list_all_product_types", [], ["product_id"]),
  read("get_product_details", ["product_id"], ["variant_item_id", "price", "availability"]),
  write("cancel_pending_order", ["order_id"], ["order_status", "gift_balance"]),
  write("modify_pending_order_address", ["order_id", "address"], ["order.address"]),
  write("modify_pending_order_payment", ["order_id", "payment_method_id"], ["payment_history", "gift_balance"]),
  write(
    "modify_pending_order_items",
    ["order_id", "item_id", "variant_item_id", "payment_method_id"],
    ["order_status", "gift_balance"]
  ),
  write("return_delivered_order_items", ["order_id", "item_id", "payment_method_id"], ["order_status"]),
  write(
    "exchange_delivered_order_items",
    ["order_id", "item_id", "variant_item_id", "payment_method_id"],
    ["order_status"]
  ),
  write("modify_user_address", ["user_id", "address"], ["address"])
]

export const retailWrites: ReadonlyArray<string> = retailGraph
  .filter((node) => node.kind === "write")
  .map((node) => node.tool)

const profileWrite = "modify_user_address"

/** What may follow on the same order. Item modification ends an order's changes, so it comes last. */
const onSameOrder: Readonly<Record<string, ReadonlyArray<string>>> = {
  modify_pending_order_address: ["modify_pending_order_payment", "modify_pending_order_items"],
  modify_pending_order_payment: ["modify_pending_order_address", "modify_pending_order_items"]
}

/** May both be done to one order, in this sequence? */
export const allowedOnSameOrder = (from: string, to: string): boolean => onSameOrder[from]?.includes(to) === true

/**
 * Every pair of writes but the default address with itself, whose second change would undo the first. Two writes on
 * orders may always concern two orders; the default address is a target apart from all orders.
 */
export const retailWriteEdges: ReadonlyArray<WriteEdge> = retailWrites.flatMap((from) =>
  retailWrites
    .filter((to) => from !== profileWrite || to !== profileWrite)
    .map((to): WriteEdge => ({ from, to, scope: allowedOnSameOrder(from, to) ? "any" : "other_target" }))
)
