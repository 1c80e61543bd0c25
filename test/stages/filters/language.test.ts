import { assert, describe, it } from "@effect/vitest"
import { language } from "../../../stages/filters/language.ts"
import { talk } from "../../support/filter-lab.ts"
import { codes, findings, found } from "../../support/rule-lab.ts"

const ENGLISH = "The parcel arrives at your door on Monday morning."
const CHINESE = "您的包裹会在星期一早上送到家门口。"

describe("language", () => {
  it("keeps what is written in the language's script, and looks at nothing without a language", () => {
    assert.deepStrictEqual(found(language, talk(ENGLISH, ENGLISH), {}, { language: "en-GB" }), [])
    assert.deepStrictEqual(found(language, talk(CHINESE, CHINESE), {}, { language: "zh" }), [])
    assert.deepStrictEqual(
      found(language, talk("Привет, как дела сегодня?", "Всё хорошо, спасибо."), {}, { language: "ru" }),
      []
    )
    assert.deepStrictEqual(
      found(language, talk("こんにちは、お元気ですか。", "はい、元気です。"), {}, { language: "ja" }),
      []
    )
    assert.deepStrictEqual(found(language, talk(ENGLISH, CHINESE)), [])
  })

  it("rejects a message in another script, with the share and the limit", () => {
    const [finding] = findings(language, talk(ENGLISH, CHINESE, ENGLISH, ENGLISH.repeat(20)), {}, { language: "en" })
    assert.deepStrictEqual(finding, {
      code: "WRONG_SCRIPT_IN_MESSAGE",
      reason: "0 % of the letters in message 1 (assistant) are in the script of en; at least 90 %.",
      evidence: { message: 1, role: "assistant", language: "en", script: "Latn", share: 0, least: 0.9, text: CHINESE }
    })
    assert.deepStrictEqual(codes(language, talk(CHINESE, ENGLISH), {}, { language: "zh" }), [
      "WRONG_SCRIPT",
      "WRONG_SCRIPT_IN_MESSAGE"
    ])
  })

  it("rejects a party whose short messages together are in another script", () =>
    assert.deepStrictEqual(
      found(language, talk("好的", "Fine.", "可以", "Good.", "谢谢你", "Bye."), {}, { language: "en" }),
      ["WRONG_SCRIPT: 0 % of all letters of the user are in the script of en; at least 90 %."]
    ))

  it("lets Chinese have three foreign letters in ten, and English one in ten", () => {
    const mixed = (latin: number, letter: string) => "中".repeat(100 - latin) + letter.repeat(latin)
    assert.deepStrictEqual(codes(language, talk(mixed(30, "я"), mixed(30, "я")), {}, { language: "zh" }), [])
    assert.include(codes(language, talk(mixed(31, "я"), mixed(30, "я")), {}, { language: "zh" }), "WRONG_SCRIPT")
    assert.deepStrictEqual(codes(language, talk(mixed(90, "a"), mixed(90, "a")), {}, { language: "en" }), [])
    assert.include(codes(language, talk(mixed(89, "a"), mixed(90, "a")), {}, { language: "en" }), "WRONG_SCRIPT")
  })

  it("does not count addresses, identifiers and code", () => {
    const line =
      "请看 https://shop.example/a/very/long/path 或写信给 somebody@example.com，订单 gift_card_4989558，`npm install everything`。"
    assert.deepStrictEqual(codes(language, talk(line, line), {}, { language: "zh" }), [])
  })

  it("does not count blocks of code, and in Chinese no names in Latin letters, but every English sentence", () => {
    const block =
      "可以这样写：\n```python\nfrom collections import defaultdict\ngroups = defaultdict(list)\n```\n分组就完成了。"
    const names = "OK，那 Wi-Fi 呢，eSIM 还是租 pocket WiFi？ Suica 和 PASMO 选哪个？"
    assert.deepStrictEqual(codes(language, talk(block, names), {}, { language: "zh" }), [])
    assert.include(
      codes(language, talk(block, "Sure, I can help with that."), {}, { language: "zh" }),
      "WRONG_SCRIPT_IN_MESSAGE"
    )
  })

  it("rejects a language that it does not know instead of keeping it unlooked at", () => {
    assert.deepStrictEqual(findings(language, talk(ENGLISH, ENGLISH), {}, { language: "not a tag" }), [
      {
        code: "UNKNOWN_LANGUAGE",
        reason: 'The script of the language "not a tag" is not known.',
        evidence: { language: "not a tag" }
      }
    ])
    assert.deepStrictEqual(codes(language, talk(ENGLISH, ENGLISH), { language: "zh" }), [
      "WRONG_SCRIPT",
      "WRONG_SCRIPT_IN_MESSAGE",
      "WRONG_SCRIPT",
      "WRONG_SCRIPT_IN_MESSAGE"
    ])
  })
})
