import { assert, describe, it } from "@effect/vitest"
import { PACKS } from "../../../../pipelines/r2s/languages/packs.ts"
import { wordingOf } from "../../../../pipelines/r2s/simulated/wording/wordings.ts"
import { asksQuestion, claimsOf } from "../../../../stages/filters/claims.ts"
import { sizeOf } from "../../../../stages/text/words.ts"

describe("the wording of the simulated models", () => {
  for (const { metaTalk, placeholder, tag } of PACKS) {
    const wording = wordingOf(tag)
    const replies = [
      ...Object.values(wording.phrases).flatMap(({ b }) => b),
      ...wording.askOn,
      ...wording.farewells.map(([, b]) => b),
      wording.askBack[0]?.("one", "other") ?? "",
      wording.oneTopicOnly("one")
    ]

    it(`${tag}: B states nothing but the passage`, () => {
      assert.deepStrictEqual(
        replies.flatMap((reply) => claimsOf(reply).map(({ text }) => text)),
        []
      )
    })

    it(`${tag}: A asks where it is to ask`, () => {
      for (const asked of Object.values(wording.questions).flat())
        assert.isTrue(asksQuestion(asked("one")), asked("one"))
      for (const ask of wording.askOn) assert.isTrue(asksQuestion(ask), ask)
    })

    it(`${tag}: nobody speaks of a document, and nobody is too brief`, () => {
      const turns = [
        ...Object.values(wording.phrases).flatMap(({ a }) => a.map((said) => said("one"))),
        ...Object.values(wording.questions).flatMap((asked) => asked.map((said) => said("one"))),
        ...wording.farewells.flat(),
        ...wording.askOn
      ]
      for (const said of turns) {
        assert.notMatch(said, metaTalk)
        assert.notMatch(said, placeholder)
        const { characters, words } = sizeOf(said)
        assert.isAtLeast(tag === "zh" ? characters / 2 : words, tag === "zh" ? 2 : 3, said)
      }
    })

    it(`${tag}: there is a phrase for each time that a kind may come up in a dialogue`, () => {
      assert.isAtLeast(wording.questions.follow_up.length, 8)
      for (const { a } of Object.values(wording.phrases).slice(1)) assert.isAtLeast(a.length, 4)
    })
  }

  it("finds what a sentence is about, and a telling word of it, in English", () => {
    const { keysOf, kindOf, topicOf } = wordingOf("en")
    const topics = [
      "The tower clock of Vellmark was made in 1694 by the locksmith Henrik Tamm.",
      "After the great frost of 1740, the iron wheels were replaced by bronze ones.",
      "It has a single hand, because the town thought minutes a luxury.",
      "Marie Curie discovered polonium in 1898.",
      "Rowland Hill, a schoolmaster, published a pamphlet.",
      "Strangely, they seem to be colour-blind.",
      "Most of the salt comes from the sea."
    ].map((sentence) => topicOf(sentence, { title: "Title", body: "Of the iron wheels." }))
    assert.deepStrictEqual(topics, [
      "the tower clock of Vellmark",
      "the iron wheels",
      "Title",
      "Marie Curie",
      "Rowland Hill",
      "Title",
      "most of the salt"
    ])
    const body = "A locksmith. The village, a village."
    const sentence = "The clock was made in the village by the locksmith Henrik Tamm."
    assert.deepStrictEqual(keysOf(sentence, "the clock", body), ["locksmith", "village"])
    assert.deepStrictEqual(keysOf("He is 40.", "He", ""), [])
    assert.deepStrictEqual(keysOf("He joined King Oliver.", "He", ""), ["Oliver", "King"])
    assert.deepStrictEqual(
      [
        "Rain falls because clouds cool.",
        "It opened in 1905.",
        "It is called a kettle.",
        "It is taller than a house.",
        "It has 9 steps.",
        "It is red."
      ].map(kindOf),
      ["causal", "temporal", "definition", "comparison", "quantity", "factual"]
    )
  })

  it("finds what a sentence is about, and a telling word of it, in Chinese", () => {
    const { keysOf, kindOf, topicOf } = wordingOf("zh")
    const topics = [
      "最早的可靠记载见于北宋的《清异录》。",
      "1911年，堰顶被加高了四十厘米。",
      "它是青铜做的。",
      "司母戊鼎是商代的青铜器。"
    ].map((sentence) => topicOf(sentence, { title: "题目", body: "" }))
    assert.deepStrictEqual(topics, ["题目", "堰顶", "题目", "司母戊鼎"])
    assert.deepStrictEqual(keysOf("青花瓷是景德镇的名产。", "青花瓷", "青花瓷是景德镇的名产。"), ["景德镇", "名产"])
    assert.deepStrictEqual(
      ["因为下雨，所以路滑。", "它建于1905年。", "这叫做水壶。", "它比房子更高。", "鱼梯有九个台阶。", "它很红。"].map(
        kindOf
      ),
      ["causal", "temporal", "definition", "comparison", "quantity", "factual"]
    )
  })

  it("names the file to add for a language that it does not speak", () => {
    assert.throws(() => wordingOf("de"), /add pipelines\/r2s\/simulated\/wording\/de\.ts/)
  })
})
