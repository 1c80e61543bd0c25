import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import fc from "fast-check"
import { Role } from "../../../schemas/message.ts"
import { copiedExamples } from "../../../stages/filters/copied-examples.ts"
import type { FilterSubject } from "../../../stages/filters/filter.ts"
import { hardFacts } from "../../../stages/filters/hard-facts.ts"
import { language } from "../../../stages/filters/language.ts"
import { length } from "../../../stages/filters/length.ts"
import { metaTalk } from "../../../stages/filters/meta-talk.ts"
import { personalData } from "../../../stages/filters/personal-data.ts"
import { refusal } from "../../../stages/filters/refusal.ts"
import { repetition } from "../../../stages/filters/repetition.ts"
import { structure } from "../../../stages/filters/structure.ts"
import { toolHygiene } from "../../../stages/filters/tool-hygiene.ts"

const kinds = [
  copiedExamples,
  hardFacts,
  language,
  length,
  metaTalk,
  personalData,
  refusal,
  repetition,
  structure,
  toolHygiene
]

const judge = (subject: FilterSubject) =>
  kinds.map((kind) => ({ kind, judged: Effect.runSync(kind.make(kind.options.parse({}) as never).judge(subject)) }))

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.stringMatching(/^[\x20-\x7e\n]{0,80}$/),
  fc
    .array(
      fc.constantFrom(
        "$12.50",
        "#W1234567",
        "Ada",
        "I can't help with that.",
        "好的",
        "三天",
        "a@b.org",
        "2024-05-06",
        ".",
        "\n",
        "no",
        " "
      ),
      { maxLength: 30 }
    )
    .map((parts) => parts.join(" "))
)
const message = fc.record(
  {
    role: fc.constantFrom(...Role.options),
    content: fc.option(text),
    reasoning: text,
    tool_calls: fc.array(
      fc.record({
        id: fc.constantFrom("a", "b"),
        name: fc.constantFrom("t", "u"),
        arguments: fc.oneof(text, fc.json())
      }),
      { maxLength: 2 }
    ),
    tool_call_id: fc.constantFrom("a", "b")
  },
  { requiredKeys: ["role", "content"] }
)

describe("rule filters", () => {
  it("judge any dialogue: a reject has findings with known codes, a sentence and evidence that is JSON, a pass has none", () =>
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), (messages) => {
        const tools = [
          {
            name: "t",
            description: "Takes 5 days.",
            parameters: { type: "object", properties: { id: { type: "string" } } }
          }
        ]
        for (const { judged, kind } of judge({
          id: "x",
          messages,
          tools,
          language: "en",
          examples: ["one two three"],
          instructions: ["do it"]
        })) {
          assert.strictEqual(judged.filter, kind.name)
          assert.strictEqual(judged.verdict, judged.findings.length > 0 ? "reject" : "pass")
          assert.isNull(judged.score)
          assert.isNull(judged.model)
          for (const { code, evidence, reason } of judged.findings) {
            assert.property(kind.codes, code)
            assert.match(reason, /\.$/)
            assert.deepStrictEqual(JSON.parse(JSON.stringify(evidence)), evidence)
          }
        }
      }),
      { numRuns: 150 }
    ))

  it("give no text a way to keep them busy for ever", () => {
    const seeds = [
      "a",
      "A ",
      "1 ",
      "0 - ",
      "+1",
      "1:1",
      "(",
      "-",
      "@",
      "a@",
      "1,",
      "one hundred and ",
      "一年",
      "中市",
      "{{",
      "<",
      "::",
      "#",
      "_",
      '"',
      "《",
      "may ",
      "password: ",
      "eyJa.",
      "user\n",
      "12 Oak ",
      "such as ",
      "the text ",
      "i can't "
    ]
    for (const seed of seeds) {
      const content = `${seed.repeat(Math.ceil(8_000 / seed.length))}!`
      const started = performance.now()
      judge({
        id: "x",
        language: "en",
        instructions: ["do something else"],
        examples: [content],
        messages: [
          { role: "user", content },
          {
            role: "assistant",
            content,
            tool_calls: [{ id: "a", name: "t", arguments: JSON.stringify({ id: content }) }]
          },
          { role: "tool", content, tool_call_id: "a" },
          { role: "assistant", content }
        ]
      })
      // Linear work takes a tenth of a second here; a quadratic slip took forty.
      assert.isBelow(performance.now() - started, 15_000, seed)
    }
  }, 120_000)
})
