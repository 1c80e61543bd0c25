import { cents } from "../money.ts"
import type { Order } from "../records.ts"
import { methodOf, orderOf, putOrder, userOf } from "../tables.ts"
import { credit } from "./cancel-pending-order.ts"
import { define, failure, orderIdParameter, text } from "./definition.ts"

export const modifyPendingOrderPayment = define(
  "write",
  "modify_pending_order_payment",
  "Pay a pending order with another method of the customer's profile; the old one gets its money back. Tell the customer what will happen and get a clear yes first.",
  {
    order_id: orderIdParameter,
    payment_method_id: text("Id of the new payment method, such as 'gift_card_4410375', from the customer's profile.")
  },
  (state, input) => {
    const order = orderOf(state, input.text("order_id"))
    if (order === undefined) return failure("order not found")
    if (order.status !== "pending") return failure("an order that is not pending cannot be changed")
    const id = input.text("payment_method_id")
    const method = methodOf(userOf(state, order.user_id), id)
    if (method === undefined) return failure("payment method not found")
    const [paid, ...more] = order.payment_history
    if (paid === undefined || more.length > 0 || paid.transaction_type !== "payment") {
      return failure("the order must have exactly one payment for its method to be changed")
    }
    if (paid.payment_method_id === id) return failure("the new payment method must differ from the current one")
    if (method.source === "gift_card" && cents(method.balance) < cents(paid.amount)) {
      return failure("the gift card's balance does not cover the order")
    }

    const changed: Order = {
      ...order,
      payment_history: [
        paid,
        { transaction_type: "payment", amount: paid.amount, payment_method_id: id },
        { transaction_type: "refund", amount: paid.amount, payment_method_id: paid.payment_method_id }
      ]
    }
    credit(state, order.user_id, id, -cents(paid.amount))
    credit(state, order.user_id, paid.payment_method_id, cents(paid.amount))
    putOrder(state, changed)
    return JSON.stringify(changed)
  }
)
