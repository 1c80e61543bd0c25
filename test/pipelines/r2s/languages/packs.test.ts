import { assert, describe, it } from "@effect/vitest"
import { PACKS, packOf, packTags } from "../../../../pipelines/r2s/languages/packs.ts"
import { LogicType } from "../../../../pipelines/r2s/turn-logic.ts"

describe("language packs", () => {
  it("are there for English and Chinese, their regions included, and for no other language", () => {
    assert.deepStrictEqual(packTags, ["en", "zh"])
    assert.deepStrictEqual(
      ["en", "en-GB", "EN", "zh-CN", "zh_Hant", "de", "zhx"].map((tag) => packOf(tag)?.tag ?? null),
      ["en", "en", "en", "zh", "zh", null, null]
    )
  })

  for (const { examples, metaTalk, nothingFound, placeholder, tag } of PACKS) {
    describe(tag, () => {
      for (const { document, rounds, title } of examples) {
        it(`"${title}" is a complete dialogue of all six types that copies its passages word for word`, () => {
          assert.sameMembers([...new Set(rounds.map(({ logic_type }) => logic_type))], [...LogicType.options])
          assert.isAtLeast(rounds.length, 8)
          assert.deepStrictEqual(
            rounds.map(({ progress }) => progress === "end"),
            rounds.map((_, index) => index === rounds.length - 1)
          )
          assert.strictEqual(rounds[0]?.progress, "start")
          for (const { found } of rounds) if (found !== null) assert.include(document, found)
          const asked = rounds.findIndex(({ logic_type }) => logic_type === "question_question")
          assert.strictEqual(rounds[asked + 1]?.logic_type, "question_answer")
        })

        it(`"${title}" breaks none of the rules that it teaches`, () => {
          for (const { a, b } of rounds) {
            assert.notMatch(a, metaTalk)
            assert.notMatch(b, metaTalk)
            assert.notMatch(a, placeholder)
            assert.notMatch(b, placeholder)
          }
          const share = rounds.filter(({ logic_type }) => logic_type === "question_answer").length / rounds.length
          assert.isAtMost(share, 0.7)
        })
      }

      it("takes no passage for nothing", () => {
        for (const { rounds } of examples) {
          for (const { found } of rounds) if (found !== null) assert.notMatch(found, nothingFound)
        }
      })
    })
  }

  it("know talk of the source from talk of the matter, in English", () => {
    const meta = [
      "as the document says",
      "According to the text, it burned.",
      "The passage mentions salmon.",
      "see the text above"
    ]
    const matter = [
      "The text on the stone is in three scripts.",
      "They sailed the Northwest Passage.",
      "He wrote an article on salmon."
    ]
    const { metaTalk } = packOf("en") as NonNullable<ReturnType<typeof packOf>>
    assert.deepStrictEqual(
      meta.map((said) => metaTalk.test(said)),
      [true, true, true, true]
    )
    assert.deepStrictEqual(
      matter.map((said) => metaTalk.test(said)),
      [false, false, false]
    )
  })

  it("know talk of the source from talk of the matter, in Chinese", () => {
    const meta = ["根据上述文档，它建于1783年。", "文中提到鲑鱼。", "这段文字没有写。", "如上所述，它烧毁了。"]
    const matter = ["这种材料很硬。", "他写过一篇文章。", "石碑上的文字有三种。"]
    const { metaTalk } = packOf("zh") as NonNullable<ReturnType<typeof packOf>>
    assert.deepStrictEqual(
      meta.map((said) => metaTalk.test(said)),
      [true, true, true, true]
    )
    assert.deepStrictEqual(
      matter.map((said) => metaTalk.test(said)),
      [false, false, false]
    )
  })

  it("know what models write for nothing, and what stands for an utterance", () => {
    const [en, zh] = ["en", "zh"].map(packOf) as [
      NonNullable<ReturnType<typeof packOf>>,
      NonNullable<ReturnType<typeof packOf>>
    ]
    for (const none of ["None", "n/a", "No direct information.", "not found", "no relevant information found"]) {
      assert.match(none, en.nothingFound)
    }
    for (const none of ["无", "没有直接信息", "未提及", "暂无相关资料。"]) assert.match(none, zh.nothingFound)
    for (const one of ["", "...", "xxx", "x.x", "[answer]", " … "]) assert.match(one, en.placeholder)
    for (const one of ["", "……", "xxx", "【回答】", "待填"]) assert.match(one, zh.placeholder)
    assert.notMatch("None of the boats came back.", en.nothingFound)
    assert.notMatch("没有人知道", zh.nothingFound)
    assert.notMatch("OK", en.placeholder)
  })

  it("read a long line in no time that grows faster than it", () => {
    for (const { metaTalk, nothingFound, placeholder } of PACKS) {
      for (const long of ["no ".repeat(50_000), ".".repeat(100_000), "[".repeat(100_000), "的".repeat(100_000)]) {
        assert.strictEqual(metaTalk.test(long), false)
        assert.strictEqual(nothingFound.test(long), long.startsWith(".") && false)
        placeholder.test(long)
      }
    }
  })
})
