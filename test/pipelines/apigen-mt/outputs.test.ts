import { assert, describe, it } from "@effect/vitest"
import { outputHits, saysStrict, saysTolerant } from "../../../pipelines/apigen-mt/outputs.ts"
import { raw } from "../../support/dialogue-script.ts"

describe("tau-bench's output rule", () => {
  it("finds a substring whatever its case, without commas", () => {
    assert.isTrue(saysTolerant("The total is $1,234.50.", "1234.5"))
    assert.isTrue(saysTolerant("It is a TURNTABLE.", "turntable"))
    assert.isFalse(saysTolerant("The total is $1,234.", "1234.5"))
  })

  it("finds 10 within 100, which the strict rule does not", () => {
    assert.isTrue(saysTolerant("There are 100 of them.", "10"))
    assert.isFalse(saysStrict("There are 100 of them.", "10"))
  })
})

describe("the strict output rule", () => {
  const cases: ReadonlyArray<readonly [text: string, output: string, found: boolean, why: string]> = [
    ["There are 10 of them.", "10", true, "a number of its own"],
    ["You will get $43.20.", "43.20", true, "a full stop is no decimal"],
    ["You will get $43.2 back.", "43.20", true, "numbers compare as numbers"],
    ["The total is $1,234.50.", "1234.50", true, "thousands may have commas"],
    ["The total is 1234.50.", "1,234.50", true, "on either side"],
    ["It costs $143.20.", "43.20", false, "part of a number"],
    ["Your order is #W43.", "43", false, "part of an id"],
    ["It was sent on 2024-10-12.", "10", false, "part of a date"],
    ["It arrives at 10:30.", "10", false, "part of a time"],
    ["It has 10.5 inches.", "10", false, "the whole part of another number"],
    ["The zip code is 07121.", "07121", true, "a name made of digits"],
    ["The zip code is 7121.", "07121", false, "whose zeros count"],
    ["The tracking number is 884421907713.", "884421907713", true, "a long number"],
    ["It is a desk lamp.", "Desk Lamp", true, "words, whatever their case"],
    ["It is a desk  lamp.", "desk lamp", true, "and spacing"],
    ["It is a desktop lamp.", "desk", false, "whole words only"],
    ["Do you expect $43.20?", "43.20", false, "inside a question"],
    ["The refund is $43.20. Is that all right?", "43.20", true, "beside a question"],
    ["The refund is not $43.20.", "43.20", false, "denied"],
    ["It isn't going to be $43.20.", "43.20", false, "denied at a distance"],
    ["There is no fee, and the refund is $43.20.", "43.20", true, "the denial is of something else"],
    ["It is not $40.00 but $43.20.", "43.20", true, "the other half of a denial"]
  ]
  for (const [text, output, found, why] of cases) {
    it(`${found ? "finds" : "does not find"} ${output} in "${text}": ${why}`, () => {
      assert.strictEqual(saysStrict(text, output), found)
    })
  }
})

describe("outputHits", () => {
  it("looks into replies only, and tells by which rule an output was found where", () => {
    const messages = raw([
      { role: "user", content: "Is it 12.00?" },
      { role: "assistant", content: null, tool_calls: [{ id: "a", name: "get_user_details", arguments: "{}" }] },
      { role: "tool", content: "7.00 and 8.00", tool_call_id: "a", name: "get_user_details" },
      { role: "assistant", content: "Do you mean 8.00?" },
      { role: "user", content: "Yes." },
      { role: "assistant", content: "It is 8.00." }
    ])
    assert.deepStrictEqual(outputHits(messages, ["7.00", "8.00", "12.00"]), [
      { output: "7.00", found: false, message_index: null, found_strict: false, message_index_strict: null },
      { output: "8.00", found: true, message_index: 3, found_strict: true, message_index_strict: 5 },
      { output: "12.00", found: false, message_index: null, found_strict: false, message_index_strict: null }
    ])
  })
})
