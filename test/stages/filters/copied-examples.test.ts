import { assert, describe, it } from "@effect/vitest"
import { copiedExamples } from "../../../stages/filters/copied-examples.ts"
import { talk } from "../../support/filter-lab.ts"
import { codes, findings, found } from "../../support/rule-lab.ts"

const examples = [
  "A: I walked past Harrow Weir this morning. Who built it?",
  "甲：昨天我在博物馆看到一只青花瓷瓶，它是哪个朝代的？"
]

describe("copied-examples", () => {
  it("keeps everything where there are no examples, and seven words in a row", () => {
    assert.deepStrictEqual(
      found(copiedExamples, talk("I walked past Harrow Weir this morning. Who built it?", "Ada Brandt.")),
      []
    )
    assert.deepStrictEqual(
      found(copiedExamples, talk("I walked past Harrow Weir this morning", "Nice."), {}, { examples }),
      []
    )
  })

  it("rejects eight words in a row, whatever stands between them, and says where", () => {
    const copied = "I walked past harrow weir — this morning… WHO built"
    assert.deepStrictEqual(findings(copiedExamples, talk(`So ${copied} the weir?`, "Ada."), {}, { examples }), [
      {
        code: "COPIED_EXAMPLE",
        reason: `Message 0 (user) shares 9 tokens with an example: ${JSON.stringify(copied)}.`,
        evidence: { message: 0, role: "user", start: 3, end: 3 + copied.length, tokens: 9, found: copied }
      }
    ])
  })

  it("takes Chinese by characters: twelve in a row, not eleven", () => {
    assert.deepStrictEqual(codes(copiedExamples, talk("昨天我在博物馆看到一只瓶", "好"), {}, { examples }), [])
    assert.deepStrictEqual(codes(copiedExamples, talk("昨天我在博物馆看到一只青色的", "好"), {}, { examples }), [
      "COPIED_EXAMPLE"
    ])
    assert.deepStrictEqual(codes(copiedExamples, talk("昨天我在博物馆看到", "好"), { characters: 9 }, { examples }), [
      "COPIED_EXAMPLE"
    ])
  })
})
