import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { asksQuestion, claimsOf, isHedged, saysUnknown, statesFact } from "../../../stages/filters/claims.ts"

const claims = (text: string) => claimsOf(text).map((claim) => claim.text)

describe("claimsOf", () => {
  it("leaves out greetings, thanks, offers, questions and pure opinion", () => {
    assert.deepStrictEqual(
      claims(
        "Hello Anna! Thanks for asking. The weir was built by a miller. I think that is lovely. Would you like more? Let me know if you need anything else. You're welcome!"
      ),
      ["The weir was built by a miller."]
    )
    assert.deepStrictEqual(
      claims(
        "您好！这座坝是一个磨坊主建的。我觉得它很美。您还想知道什么吗？如果您还有其他问题，请随时联系我。不客气。"
      ),
      ["这座坝是一个磨坊主建的。"]
    )
  })

  it("leaves out a courtesy of several clauses, and keeps one with a fact among them", () => {
    assert.deepStrictEqual(
      claims("My pleasure, have a nice evening! Goodbye, have a good trip! 不用谢，祝您顺利，再见！"),
      []
    )
    assert.deepStrictEqual(claims("My pleasure, the weir opens at nine."), ["My pleasure, the weir opens at nine."])
  })

  it("leaves out what only says that the speaker is lost", () => {
    assert.deepStrictEqual(
      claims("Sure thing. I'm not sure that I understood. I don't know who built it. 我不太明白。"),
      []
    )
  })

  it("keeps an opinion with a number, a name or a title in it, and thanks with a fact", () => {
    assert.deepStrictEqual(claims("I believe it was built in 1783."), ["I believe it was built in 1783."])
    assert.deepStrictEqual(claims("I think the miller was Ada Brandt."), ["I think the miller was Ada Brandt."])
    assert.deepStrictEqual(claims("我觉得是1783年建的。"), ["我觉得是1783年建的。"])
    assert.deepStrictEqual(claims("我认为出自《河志》。"), ["我认为出自《河志》。"])
    assert.deepStrictEqual(claims("Thanks, it was 1783."), ["Thanks, it was 1783."])
    assert.deepStrictEqual(claims("Hello, the weir was built by a rich miller."), [
      "Hello, the weir was built by a rich miller."
    ])
  })

  it("leaves out intents and requests, whatever they name, but keeps what is only announced", () => {
    for (const text of [
      "I will cancel order #W7318102 with the refund going to your card.",
      "To be sure that I have it right, I will cancel order 7.",
      "Also, I'd like to cancel order #W1941397, I don't need it any more.",
      "One more thing: I'd like to cancel order #W1941397.",
      "Please send me all 3 numbers.",
      "If you agree, I can change the address to 12 Mill Lane.",
      "我会取消订单7。",
      "好的，我想取消订单7。",
      "请告诉我3个号码。"
    ]) {
      assert.deepStrictEqual(claims(text), [], text)
    }
    for (const text of [
      "I can confirm that order 7 was cancelled.",
      "I can see that it was delivered on Monday.",
      "You can return it within 30 days.",
      "We will refund it within 7 days.",
      "Order 7 has been cancelled.",
      "订单7已取消。"
    ]) {
      assert.deepStrictEqual(claims(text), [text], text)
    }
  })

  it("gives places in the text", () => {
    const text = "Yes. The weir stands.  It holds!"
    for (const claim of claimsOf(text)) assert.strictEqual(text.slice(claim.start, claim.end), claim.text)
    assert.strictEqual(claimsOf(text).length, 2)
    assert.deepStrictEqual(claimsOf("..."), [])
  })

  it("only ever leaves sentences out, and takes no more than a moment for it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
        for (const claim of claimsOf(text)) assert.strictEqual(text.slice(claim.start, claim.end), claim.text)
      })
    )
    const started = performance.now()
    claimsOf("I do not have any ".repeat(4_000))
    saysUnknown("does not have any ".repeat(4_000))
    isHedged("in general as far as ".repeat(4_000))
    assert.isBelow(performance.now() - started, 2_000)
  })
})

describe("what sentences say of themselves", () => {
  it("hedged", () => {
    for (const text of ["Weirs usually last long.", "It might be old.", "坝一般很耐用。", "它可能很老。"]) {
      assert.isTrue(isHedged(text), text)
    }
    for (const text of ["The weir is old.", "这座坝很老。"]) assert.isFalse(isHedged(text), text)
  })

  it("not known", () => {
    for (const text of [
      "I don't know who built it.",
      "The builder is not mentioned here.",
      "I'm not sure about that.",
      "There is no information on that.",
      "我不知道是谁建的。",
      "资料里没有提到建造者。",
      "无法确定是谁建的。"
    ]) {
      assert.isTrue(saysUnknown(text), text)
    }
    for (const text of ["Ada Brandt built it.", "It does not flood.", "艾达建的。", "它没有被淹过。"]) {
      assert.isFalse(saysUnknown(text), text)
    }
  })

  it("a question, and a fact", () => {
    assert.deepStrictEqual(["Who?", "是谁？", "是你吗。", "He asked who."].map(asksQuestion), [true, true, true, false])
    assert.deepStrictEqual(
      ["in 1783", "by Ada Brandt", "I think I may", "读过《河志》", "The weir is old"].map(statesFact),
      [true, true, false, true, false]
    )
  })
})
