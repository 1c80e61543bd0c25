import { assert, describe, it } from "@effect/vitest"
import { perplexity } from "../../../models/capabilities/sequence-scorer.ts"
import { decide } from "../../../models/lexical/decision.ts"
import { embed } from "../../../models/lexical/embedding.ts"
import { entailment } from "../../../models/lexical/entailment.ts"
import { scoreSequence } from "../../../models/lexical/perplexity.ts"
import { personalData } from "../../../models/lexical/personal-data.ts"
import { relevance } from "../../../models/lexical/relevance.ts"
import { stem, terms } from "../../../models/lexical/words.ts"

describe("embedding", () => {
  const cosine = (left: string, right: string) => {
    const other = embed(right)
    return embed(left).reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0)
  }

  it("puts texts that share words nearer than those that do not", () => {
    const near = cosine("I want to return my order", "I would like to return an order that I placed")
    const far = cosine("I want to return my order", "What is the weather in Oslo today?")
    assert.isAbove(near, 0.4)
    assert.isBelow(Math.abs(far), 0.15)
  })

  it("does so in Chinese, where there are no spaces", () => {
    const near = cosine("我想取消我的订单", "请帮我取消订单，谢谢")
    const far = cosine("我想取消我的订单", "今天天气怎么样")
    assert.isAbove(near, 0.25)
    assert.isBelow(Math.abs(far), 0.15)
  })

  it("forgives inflection, case, width and a mistyped letter", () => {
    assert.approximately(cosine("Refunds", "ｒｅｆｕｎｄ"), 1, 1e-9)
    assert.isAbove(cosine("cancel my subscription", "cancel my subscripton"), 0.6)
  })

  it("knows texts without words by their characters", () => {
    assert.approximately(cosine("!!!", "!!!"), 1, 1e-9)
    assert.isBelow(Math.abs(cosine("!!!", "???")), 0.5)
  })

  it("never changes, since vectors are kept: raise LEXICAL_REVISION with this", () => {
    const vector = embed("The refund takes five days. 退款需要五天。")
    const largest = vector
      .map((value, index) => [index, value] as const)
      .sort((one, other) => Math.abs(other[1]) - Math.abs(one[1]))
    assert.deepStrictEqual(
      largest.slice(0, 3).map(([index, value]) => `${index} ${value.toFixed(4)}`),
      ["192 -0.3499", "24 -0.2692", "128 -0.2692"]
    )
  })
})

describe("terms", () => {
  it("are words without inflection, and pairs of characters, without those that say little", () => {
    assert.deepStrictEqual(terms("The parties shipped boxes to us, stopped waiting"), [
      "party",
      "ship",
      "box",
      "stop",
      "wait"
    ])
    assert.deepStrictEqual(terms("退款的流程"), ["退款", "流程"])
    assert.deepStrictEqual(terms("the of"), ["the", "of"])
  })

  it("keep short words and those that only look inflected", () => {
    assert.deepStrictEqual(["bus", "status", "glass", "bring", "need", "ring"].map(stem), [
      "bus",
      "status",
      "glass",
      "bring",
      "need",
      "ring"
    ])
  })
})

describe("entailment", () => {
  const first = (premise: string, hypothesis: string) => entailment({ first: premise, second: hypothesis })[0]?.label

  it("follows where the words are all there", () => {
    assert.strictEqual(first("The order was shipped on Monday by mail.", "The order was shipped."), "entailment")
    assert.strictEqual(first("Refunds take five days.", "Refunds take 5 days."), "entailment")
    assert.strictEqual(first("It costs 1,200.50 EUR.", "It costs 1200.5 EUR"), "entailment")
    assert.strictEqual(first("您的订单已经在星期一发货。", "订单已经发货"), "entailment")
  })

  it("contradicts where a negation or a number differs", () => {
    assert.strictEqual(first("The order was not shipped.", "The order was shipped."), "contradiction")
    assert.strictEqual(first("You can't return shoes.", "You can return shoes"), "contradiction")
    assert.strictEqual(first("Refunds take 5 days.", "Refunds take 10 days."), "contradiction")
    assert.strictEqual(first("订单没有发货。", "订单已经发货"), "contradiction")
    assert.strictEqual(first("退款需要5天。", "退款需要10天"), "contradiction")
  })

  it("looks at the nearest sentence of a long premise", () => {
    const premise = "We do not sell tickets. The order was shipped on Monday. Nobody called in 3 days."
    assert.strictEqual(first(premise, "The order was shipped on Monday"), "entailment")
  })

  it("is neutral where there is nothing in common", () => {
    assert.strictEqual(first("The sky is blue.", "Cats like fish."), "neutral")
    assert.strictEqual(first("The sky is not blue.", "Cats like 3 fish."), "neutral")
    assert.strictEqual(first("退款需要五天。", "今天天气很好"), "neutral")
  })
})

describe("relevance", () => {
  const score = (first: string, second: string) => relevance({ first, second })[0]?.score ?? Number.NaN

  it("is the share of the query's words that the document has", () => {
    assert.strictEqual(score("refund policy", "Our policy for refunds is simple."), 1)
    assert.strictEqual(score("refund policy", "The weather is fine."), 0)
    assert.strictEqual(score("退款政策", "我们的退款政策很简单"), 1)
    assert.strictEqual(score("退款政策", "今天天气很好"), 0)
    assert.isAbove(score("refund policy for shoes", "shoes and their policy"), 0.5)
    assert.strictEqual(score("", "anything"), 0)
  })
})

describe("personal data", () => {
  const found = (text: string) =>
    personalData(text).map(({ end, label, start }) => `${label}: ${text.slice(start, end)}`)

  it("finds addresses and numbers, also where Chinese is written up to them", () => {
    assert.deepStrictEqual(found("Mail anna.b@example.co.uk. Or call +44 20 7946 0958!"), [
      "email: anna.b@example.co.uk",
      "phone: +44 20 7946 0958"
    ])
    assert.deepStrictEqual(found("手机13812345678，邮箱是zhang@example.com谢谢"), [
      "phone: 13812345678",
      "email: zhang@example.com"
    ])
    assert.deepStrictEqual(found("(030) 1234567 or 555-123-4567"), ["phone: (030) 1234567", "phone: 555-123-4567"])
  })

  it("takes IBANs and cards by their check digits", () => {
    assert.deepStrictEqual(found("IBAN DE89 3704 0044 0532 0130 00 IS MINE, card 4111-1111-1111-1111."), [
      "iban: DE89 3704 0044 0532 0130 00",
      "card: 4111-1111-1111-1111"
    ])
    assert.deepStrictEqual(found("GB82WEST12345698765432"), ["iban: GB82WEST12345698765432"])
    assert.deepStrictEqual(found("DE88370400440532013000, 4111111111111112, 0000000000000000"), [])
  })

  it("leaves dates, prices, orders and versions alone", () => {
    assert.deepStrictEqual(found("On 2024-05-12 10:30 order 12345678 cost 1,200.50; version 10.20.30, #W2378156"), [])
    assert.deepStrictEqual(found("订单号12345678，2024年5月12日"), [])
  })
})

describe("perplexity", () => {
  const of = (text: string) => perplexity(scoreSequence(text))

  it("is low for ordinary text and high for garbled text", () => {
    const ordinary = of("Our warranty covers mistakes in the material for two years.")
    const garbled = of("xq zvk jrrp wqx pllt kdfj")
    assert.isBelow(ordinary, 30)
    assert.isAbove(garbled, 100)
  })

  it("tells common Chinese from rare characters", () => {
    const ordinary = of("我想知道我的订单在哪里。")
    const rare = of("龘靐齉爩鱻麤龗灪")
    assert.isBelow(ordinary, 200)
    assert.isAbove(rare, 100_000)
  })

  it("is very low for repetition", () => {
    assert.isBelow(of("the the the the the the the the"), 4)
  })

  it("counts characters but the first, white space as one", () => {
    assert.deepStrictEqual(
      ["", "a", "a  \n b", "中文"].map((text) => scoreSequence(text).tokens),
      [0, 0, 2, 1]
    )
  })
})

describe("decision", () => {
  it("leans to the criterion that shares words with the state, and is never sure", () => {
    const { answers } = decide({
      state: { dialogue: [{ role: "user", text: "My card was charged twice for one payment." }] },
      decisions: {
        team: {
          _tag: "Classify",
          instructions: "Which team?",
          criteria: { technical: "bugs and crashes", billing: "a payment or a charged card" }
        },
        anger: {
          _tag: "Rate",
          instructions: "How angry?",
          criteria: [
            { label: "calm", description: "calm" },
            { label: "angry", description: "charged twice" }
          ]
        },
        charged: { _tag: "Probability", instructions: "the card was charged" },
        weather: { _tag: "Probability", instructions: "天气很好" }
      }
    })
    const { anger, charged, team, weather } = answers
    assert.deepInclude(team, { _tag: "Classify", label: "billing", confidence: 0.2 })
    assert.isTrue(anger?._tag === "Rate" && anger.rating > 0.5 && anger.rating < 0.75)
    assert.deepStrictEqual(charged, { _tag: "Probability", probability: 0.65 })
    assert.deepStrictEqual(weather, { _tag: "Probability", probability: 0.35 })
  })
})
