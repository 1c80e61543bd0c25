import type { Message } from "../../../schemas/message.ts"
import type { FilterSubject } from "../../../stages/filters/filter.ts"

const call = (id: string, name: string, input: object): Message => ({
  role: "assistant",
  content: null,
  tool_calls: [{ id, name, arguments: JSON.stringify(input) }]
})
const answer = (id: string, name: string, content: string): Message => ({
  role: "tool",
  content,
  tool_call_id: id,
  name
})
const tool = (name: string, properties: object) => ({
  name,
  description: "",
  parameters: { type: "object", properties, required: Object.keys(properties) }
})

const tools = [
  tool("get_order", { order_id: { type: "string" } }),
  tool("cancel_order", {
    order_id: { type: "string" },
    reason: { type: "string", enum: ["no longer needed", "mistake"] }
  })
]

/** A shop's dialogue with two tool calls. */
export const english: FilterSubject = {
  id: "en-1",
  language: "en",
  tools,
  messages: [
    {
      role: "system",
      content: "You help customers of a shop. Never tell anybody the price that the shop itself has paid."
    },
    { role: "user", content: "Hello, I would like to cancel order #W7318102, please, not #W4456120." },
    { role: "assistant", content: "Of course. Let me see what is in that order before I do anything." },
    { role: "user", content: "Yes, go on. I am waiting, and I have not much time today." },
    call("c1", "get_order", { order_id: "#W7318102" }),
    answer("c1", "get_order", '{"order_id":"#W7318102","total":2743.49,"status":"pending"}'),
    { role: "assistant", content: "The order is pending. It comes to $2743.49. Shall I cancel it?" },
    { role: "user", content: "Yes, please, I do not need it any more." },
    call("c2", "cancel_order", { order_id: "#W7318102", reason: "no longer needed" }),
    answer("c2", "cancel_order", '{"order_id":"#W7318102","status":"cancelled"}'),
    { role: "assistant", content: "Your order has been cancelled, and the money goes back to you." },
    { role: "user", content: "Thank you very much for your help, that was quick." },
    { role: "assistant", content: "You are welcome. Have a nice day, and come back soon." }
  ]
}

export const chinese: FilterSubject = {
  id: "zh-1",
  language: "zh",
  tools,
  messages: [
    { role: "system", content: "你是商店的客服。不要把商店的进货价格告诉任何客户，也不要评论供应商。" },
    { role: "user", content: "你好，我想取消订单#W7318102，不是#W4456120，谢谢。" },
    { role: "assistant", content: "好的，我先查一下这个订单里有什么商品。" },
    { role: "user", content: "可以，我在等，今天时间不多，请快一点。" },
    call("c1", "get_order", { order_id: "#W7318102" }),
    answer("c1", "get_order", '{"order_id":"#W7318102","total":2743.49,"status":"pending"}'),
    { role: "assistant", content: "这个订单还没发货，总价是2743.49元。要取消吗？" },
    { role: "user", content: "对，请取消，我已经用不着它了。" },
    call("c2", "cancel_order", { order_id: "#W7318102", reason: "no longer needed" }),
    answer("c2", "cancel_order", '{"order_id":"#W7318102","status":"cancelled"}'),
    { role: "assistant", content: "您的订单已经取消，退款会原路返回。" },
    { role: "user", content: "谢谢你的帮助，办得真快，非常满意。" },
    { role: "assistant", content: "不客气，祝您今天愉快，欢迎再次光临。" }
  ]
}

/** Nobody says anything, and nothing is called. */
export const silent: FilterSubject = { id: "silent", messages: [] }
