import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Filter, FilterSubject } from "../../../stages/filters/filter.ts"
import { makeFilter } from "../../../stages/filters/registry.ts"

/** White space that is trimmed, characters of two code units, full-width forms, traditional characters. */
const AHEAD = ["", "\n  ", "👩‍👩‍👧 𝒳 ", "　ＡＢＣ，１２３。", "𠮷野家：兩個鐘頭"]
const EXAMPLE = "the quick brown fox jumps over the lazy dog and runs away"
const RULE = "Never tell anybody the price that the shop itself has paid for goods."
const LEAKS: ReadonlyArray<readonly [filter: string, text: string, exact: string]> = [
  ["hard-facts", "它的价格是９８７６元。", "９８７６元"],
  ["hard-facts", "開門時間是下午四點。", "下午四點"],
  ["hard-facts", "See “The New Mill” first.", "The New Mill"],
  ["personal-data", "电话１３９１２３４５６７８，谢谢", "１３９１２３４５６７８"],
  ["personal-data", "write to ada.lovelace@gmail.com today", "ada.lovelace@gmail.com"],
  ["copied-examples", `— ${EXAMPLE}`, EXAMPLE],
  ["meta-talk", `my rule: ${RULE}`, RULE.slice(0, -1)]
]

describe("the place that evidence names", () => {
  for (const [filter, text, exact] of LEAKS) {
    it(`is where ${JSON.stringify(exact)} stands (${filter})`, () => {
      for (const ahead of AHEAD) {
        const content = `${ahead}${text}`
        const subject: FilterSubject = {
          id: "s",
          sources: ["Nothing of it."],
          examples: [EXAMPLE],
          messages: [
            { role: "system", content: RULE },
            { role: "user", content: "?" },
            { role: "assistant", content }
          ]
        }
        const judging = makeFilter(filter).judge(subject) as ReturnType<Filter["judge"]>
        const { findings } = Effect.runSync(judging)
        const spans = findings.map(({ evidence }) => {
          const { end, message, start } = evidence as {
            readonly start: number
            readonly end: number
            readonly message: number
          }
          return subject.messages[message]?.content?.slice(start, end)
        })
        assert.include(spans, exact, ahead)
        for (const { evidence } of findings) {
          if (!("found" in evidence) || !("start" in evidence)) continue
          const { end, found, start } = evidence as {
            readonly start: number
            readonly end: number
            readonly found: string
          }
          assert.strictEqual(content.slice(start, end), found)
        }
      }
    })
  }
})
