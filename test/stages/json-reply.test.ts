import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { z } from "zod"
import { findJson, jsonPointer, readReply } from "../../stages/json-reply.ts"
import { splitReasoning } from "../../stages/reasoning.ts"

const found = (text: string, block?: string) => {
  const read = findJson(text, block)
  return read.ok ? read.value : read.issues.map(({ message, pointer }) => `${pointer}|${message}`)
}

describe("findJson", () => {
  it("takes JSON alone, in a fence, and amid prose", () => {
    const value = { a: [1, "}"], b: { c: '"{' } }
    const json = JSON.stringify(value, null, 2)
    for (const text of [
      json,
      `\n\n${json}\n`,
      `\`\`\`json\n${json}\n\`\`\``,
      `Here you are:\n\`\`\`\n${json}\n\`\`\`\nAnything else?`,
      `As said in [1], the answer is ${json}. I hope {this} helps.`,
      `<think>maybe {"a":0}?</think>${json}`,
      `it could be {"a":0}</think>\n${json}`
    ]) {
      assert.deepStrictEqual(found(text), value, text)
    }
  })

  it("takes the last answer block where one is asked for, and nothing beside it", () => {
    assert.deepStrictEqual(found('{"a":0}<answer>{"a":1}</answer>', "answer"), { a: 1 })
    assert.deepStrictEqual(found('In <answer> I put <answer>{"a":1}</answer> ok', "answer"), { a: 1 })
    assert.deepStrictEqual(found('<answer>{"a":1}</answer> no, <answer>```json\n{"a":2}\n```</answer>', "answer"), {
      a: 2
    })
    assert.deepStrictEqual(found('{"a":0}', "answer"), ["|the reply has no <answer>...</answer> block"])
    assert.deepStrictEqual(found('<answer>{"a":0}', "answer"), ["|the reply has no <answer>...</answer> block"])
  })

  it("says what is wrong where there is none", () => {
    assert.deepStrictEqual(found("  "), ["|the reply is empty"])
    assert.deepStrictEqual(found("<think>{}</think>"), ["|the reply is empty"])
    assert.deepStrictEqual(found("I would rather not."), ["|the reply holds no JSON"])
    assert.deepStrictEqual(found('Sure: {"a": [1, 2'), ["|the JSON is not closed: a bracket or a quote is missing"])
    assert.match(String(found("{'a': 1}")), /^\|not valid JSON: /)
  })

  it("does not take the text of a number or a word for the value, unless it is all there is", () => {
    assert.deepStrictEqual(found("42"), 42)
    assert.deepStrictEqual(found("It is 42."), ["|the reply holds no JSON"])
  })

  it("gives back whatever JSON is put amid prose without brackets", () =>
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.stringMatching(/^[a-z .,]*$/), (object, prose) => {
        // Through JSON once, since -0 has no text of its own.
        const value: unknown = JSON.parse(JSON.stringify(object))
        assert.deepStrictEqual(found(`${prose}\n${JSON.stringify(value)}\n${prose}`), value)
      })
    ))

  it("never throws and stays quick on hostile text", () => {
    const started = performance.now()
    for (const text of [
      "[".repeat(200_000),
      '{"'.repeat(100_000),
      "<think>".repeat(50_000),
      "<think>a</think>b".repeat(50_000),
      "```\n".repeat(50_000)
    ]) {
      assert.isFalse(findJson(text).ok)
    }
    assert.isBelow(performance.now() - started, 10_000)
    fc.assert(fc.property(fc.string(), (text) => typeof findJson(text, "answer").ok === "boolean"))
  })
})

describe("readReply", () => {
  const schema = z.strictObject({
    intent: z.string(),
    actions: z.array(
      z.strictObject({ name: z.enum(["find", "cancel"]), arguments: z.record(z.string(), z.unknown()) })
    ),
    "a/b~c": z.int().optional()
  })
  const issues = (value: unknown) => {
    const read = readReply(JSON.stringify(value), schema)
    return read.ok ? [] : read.issues
  }

  it("gives the value, typed", () => {
    const read = readReply('{"intent":"x","actions":[]}', schema)
    assert.deepStrictEqual(read, { ok: true, value: { intent: "x", actions: [] } })
  })

  it("points at each issue", () => {
    assert.deepStrictEqual(
      issues({
        actions: [
          { name: "find", arguments: {} },
          { name: "steal", arguments: [], extra: 1 }
        ],
        "a/b~c": 0.5
      }).map(({ pointer }) => pointer),
      ["/intent", "/actions/1/name", "/actions/1/arguments", "/actions/1/extra", "/a~1b~0c"]
    )
    assert.deepStrictEqual(issues({ intent: "x", actions: [], more: true }), [
      { pointer: "/more", message: "unknown key" }
    ])
  })

  it("shows of a union the alternative that came closest", () => {
    const read = readReply(
      '{"shape":{"side":"2"}}',
      z.object({
        shape: z.union([z.object({ radius: z.number(), centre: z.number() }), z.object({ side: z.number() })])
      })
    )
    assert.deepStrictEqual(read.ok ? [] : read.issues.map(({ pointer }) => pointer), ["/shape/side"])
  })

  it("stops at twenty issues", () => {
    const read = readReply(JSON.stringify(Array(100).fill("x")), z.array(z.number()))
    assert.lengthOf(read.ok ? [] : read.issues, 20)
  })

  it("writes pointers by RFC 6901", () => {
    assert.strictEqual(jsonPointer(["a/b", 0, "~"]), "/a~1b/0/~0")
    assert.strictEqual(jsonPointer([]), "")
  })
})

describe("splitReasoning", () => {
  it("takes reasoning out of a text, wherever it stands", () => {
    for (const [content, text, reasoning] of [
      ["hello", "hello", null],
      ["<think>a</think>\n\nhello", "hello", "a"],
      ["a</think>hello", "hello", "a"],
      ["one <think>a</think>two<think>b</think>", "one two", "a\nb"],
      ["hello <think>never closed", "hello", "never closed"],
      ["<think></think>hello", "hello", null],
      ["a</think>b<think>c</think>d</think>e", "b d e", "a\nc"],
      ["<<think>a</think>think>b", "< think>b", "a"]
    ] as const) {
      assert.deepStrictEqual(splitReasoning(content), { text, reasoning }, content)
    }
  })

  it("takes a text of nothing but tags", () => {
    assert.deepStrictEqual(splitReasoning("</think>".repeat(200_000)), { text: "", reasoning: null })
    assert.deepStrictEqual(splitReasoning(`x${"</think>".repeat(200_000)}<think>y`), { text: "", reasoning: "x\ny" })
  })

  it("leaves no tag in the text", () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom("<think>", "</think>", "x", "<", "think>")), (parts) => {
        const { text } = splitReasoning(parts.join(""))
        assert.isFalse(text.includes("<think>") || text.includes("</think>"))
      })
    ))
})
