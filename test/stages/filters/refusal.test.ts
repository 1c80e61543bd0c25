import { assert, describe, it } from "@effect/vitest"
import { refusal } from "../../../stages/filters/refusal.ts"
import { talk } from "../../support/filter-lab.ts"
import { codes, findings, found } from "../../support/rule-lab.ts"

const says = (line: string) => codes(refusal, talk("Please change my order.", line))

describe("refusal", () => {
  it("keeps declines with a reason or a way on, as a shop's clerk gives them", () => {
    for (const line of [
      "I'm sorry, I can't change a delivered order.",
      "I'm sorry, but that is not possible: order #W1 is delivered, and our rules do not allow it. Anything else?",
      "Unfortunately I am unable to do this: order #W2 is pending, and our rules do not allow it. Anything else?",
      "This is something I can't do from here, but a colleague can. Shall I transfer you (yes/no)?",
      "My tools do not cover that, so I am unable to do it myself. Would you like me to hand you over to a person?",
      "I'm sorry, but I can't help with that. Only the account's holder may change its address.",
      "I won't touch the items of order #W3 then, without knowing that. Can I help you with anything else?",
      "I'm sorry, that figure is still being worked out.",
      "抱歉，已发货的订单无法修改地址。",
      "很抱歉，我无法为您处理这个请求，因为订单已经签收超过三十天了。",
      "不好意思，我不能直接退款，但可以帮您转接人工客服。"
    ]) {
      assert.deepStrictEqual([line, ...says(line)], [line])
    }
  })

  it("keeps ordinary talk of models, data and feelings", () => {
    for (const line of [
      "A language model predicts the next word.",
      "As an AI researcher you may like this lamp.",
      "The training data of the old scale is lost.",
      "I have no strong feelings about the colour.",
      "人工智能正在改变零售业。"
    ]) {
      assert.deepStrictEqual([line, ...says(line)], [line])
    }
  })

  it("rejects a message that speaks as a language model, of either party", () => {
    assert.deepStrictEqual(findings(refusal, talk("Help.", "As an AI language model, I do not have an address.")), [
      {
        code: "AI_DISCLAIMER",
        reason: "Message 1 (assistant) speaks of itself as a language model.",
        evidence: { message: 1, role: "assistant", found: "as an ai language model" }
      }
    ])
    for (const line of [
      "I'm just an AI, so I can't taste coffee.",
      "I am a large language model.",
      "As of my last knowledge update, it cost $5.",
      "I don't have personal opinions on that.",
      "As an AI, I cannot have a wallet.",
      "作为一个人工智能语言模型，我无法购买商品。",
      "作为AI，我没有情感。",
      "我只是一个聊天机器人。",
      "我的训练数据截至二〇二三年。",
      "我没有个人情感。"
    ]) {
      assert.deepStrictEqual([line, ...says(line)], [line, "AI_DISCLAIMER"])
    }
    assert.deepStrictEqual(found(refusal, talk("As an AI assistant, I can help you. What do you need?", "A lamp.")), [
      "AI_DISCLAIMER: Message 0 (user) speaks of itself as a language model."
    ])
  })

  it("keeps an honest answer to somebody who asks", () => {
    assert.deepStrictEqual(
      codes(refusal, talk("Am I talking to a real person?", "I'm just an AI, but I can help you.")),
      []
    )
    assert.deepStrictEqual(codes(refusal, talk("你是真人吗？", "我只是一个聊天机器人。")), [])
  })

  it("rejects refusals in the words of model providers", () => {
    assert.deepStrictEqual(findings(refusal, talk("Help.", "I cannot fulfill this request because it is rude.")), [
      {
        code: "CANNED_REFUSAL",
        reason: "Message 1 (assistant) refuses in a model's words.",
        evidence: { message: 1, role: "assistant", found: "i cannot fulfill this" }
      }
    ])
    for (const line of [
      "That goes against my programming, and so I must stop.",
      "It would be inappropriate for me to provide such a list.",
      "I'm programmed to be harmless.",
      "这违反了我的道德准则，请换一个话题吧。"
    ]) {
      assert.deepStrictEqual([line, ...says(line)], [line, "CANNED_REFUSAL"])
    }
  })

  it("rejects a bare refusal, with nothing but courtesies round it", () => {
    assert.deepStrictEqual(
      findings(
        refusal,
        talk("Help.", "I’m sorry, but I can’t assist with that. Is there anything else I can do for you?")
      ),
      [
        {
          code: "BARE_REFUSAL",
          reason: "Message 1 (assistant) refuses without a reason.",
          evidence: { message: 1, role: "assistant", found: "i'm sorry, but i can't assist with that." }
        }
      ]
    )
    for (const line of [
      "I'm sorry, I am unable to help.",
      "Unfortunately, I cannot help you with this request.",
      "抱歉，我无法协助您的请求。",
      "对不起，我不能回答这个问题。还有什么可以帮您？"
    ]) {
      assert.deepStrictEqual([line, ...says(line)], [line, "BARE_REFUSAL"])
    }
  })
})
