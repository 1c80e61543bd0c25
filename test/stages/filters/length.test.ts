import { assert, describe, it } from "@effect/vitest"
import { LENGTH_PRESETS, length } from "../../../stages/filters/length.ts"
import { talk } from "../../support/filter-lab.ts"
import { findings, found } from "../../support/rule-lab.ts"

const words = (count: number) => Array(count).fill("word").join(" ")

describe("length", () => {
  it("keeps a plain yes, and the longest of R2S in both measures", () => {
    assert.deepStrictEqual(found(length, talk("Yes.", words(250), words(120), "好")), [])
    assert.deepStrictEqual(found(length, talk("好".repeat(200), "好".repeat(400))), [])
  })

  it("keeps a thumb up, and rejects a lone question mark", () =>
    assert.deepStrictEqual(found(length, talk("👍👍", "?")), [
      "TOO_SHORT: Message 1 (assistant) has 0 words; at least 1."
    ]))

  it("rejects one word and one character more, by the party's own limit", () => {
    const text = `${words(20).slice(0, 60)}…`
    assert.deepStrictEqual(findings(length, talk(words(121), words(251))), [
      {
        code: "TOO_LONG",
        reason: "Message 0 (user) has 121 words; at most 120.",
        evidence: { message: 0, role: "user", found: 121, unit: "words", least: 1, most: 120, text }
      },
      {
        code: "TOO_LONG",
        reason: "Message 1 (assistant) has 251 words; at most 250.",
        evidence: { message: 1, role: "assistant", found: 251, unit: "words", least: 1, most: 250, text }
      }
    ])
    assert.deepStrictEqual(found(length, talk("好".repeat(201), "好".repeat(401))), [
      "TOO_LONG: Message 0 (user) has 201 characters; at most 200.",
      "TOO_LONG: Message 1 (assistant) has 401 characters; at most 400."
    ])
  })

  it("rejects what R2S calls too short when its preset is asked for", () =>
    assert.deepStrictEqual(found(length, talk("Yes.", "It is.", "好的", "好的好的"), LENGTH_PRESETS.r2s), [
      "TOO_SHORT: Message 0 (user) has 1 words; at least 2.",
      "TOO_SHORT: Message 1 (assistant) has 2 words; at least 3.",
      "TOO_SHORT: Message 2 (user) has 2 characters; at least 4.",
      "TOO_SHORT: Message 3 (assistant) has 4 characters; at least 6."
    ]))

  it("measures mixed text by what there is more of: a word is two characters", () => {
    const tight = { user: { minWords: 0, maxWords: 3, minCharacters: 0, maxCharacters: 8 } }
    assert.deepStrictEqual(found(length, talk("我想买这个 iPhone", "OK"), tight), [])
    assert.deepStrictEqual(found(length, talk("我想买这个新的 iPhone", "OK"), tight), [
      "TOO_LONG: Message 0 (user) has 9 characters; at most 8."
    ])
    assert.deepStrictEqual(found(length, talk("buy me two 书", "OK"), tight), [
      "TOO_LONG: Message 0 (user) has 4 words; at most 3."
    ])
  })

  it("holds each party to the numbers of its method's preset", () => {
    assert.deepStrictEqual(found(length, talk("I feel low these days.", words(151)), LENGTH_PRESETS.psyllm), [
      "TOO_LONG: Message 1 (assistant) has 151 words; at most 150."
    ])
    assert.deepStrictEqual(found(length, talk("How many bars?", words(4)), LENGTH_PRESETS.mmat), [
      "TOO_SHORT: Message 1 (assistant) has 4 words; at least 5."
    ])
  })
})
