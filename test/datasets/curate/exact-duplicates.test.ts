import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { exactDuplicates } from "../../../datasets/curate/exact-duplicates.ts"
import { dialogueParts, dialogueText, userParts } from "../../../datasets/curate/texts.ts"
import { assistant, type Message, system, user } from "../../../schemas/message.ts"

const clusters = (rows: ReadonlyArray<ReadonlyArray<string>>, ranks: ReadonlyArray<number> = []) =>
  exactDuplicates(
    Stream.fromIterable(
      rows.map((parts, id) => {
        const rank = ranks[id]
        return rank === undefined ? { id, parts } : { id, parts, rank }
      })
    )
  ).pipe(Effect.flatMap((found) => Stream.runCollect(found.clusters)))

describe("exact duplicates", () => {
  it.effect("agree but for compatibility forms, case, white space and punctuation", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        yield* clusters([["Hello, World!"], ["other"], ["ｈｅｌｌｏ\n world"], ["hello worlds"], ["HELLO — WORLD…"]]),
        [{ survivor: 0, members: [0, 2, 4] }]
      )
      assert.deepStrictEqual(yield* clusters([["您好，我想退货！"], ["您好 我想退货"], ["您好我想退货"]]), [
        { survivor: 0, members: [0, 1] }
      ])
    })
  )

  it.effect("agree part by part: where one ends counts", () =>
    Effect.map(clusters([["a b", "c"], ["a", "b c"], ["a b c"], ["a  B", "C."]]), (found) =>
      assert.deepStrictEqual(found, [{ survivor: 0, members: [0, 3] }])
    )
  )

  it.effect("without words are told apart by their signs, and empty ones are equal", () =>
    Effect.map(clusters([["👍"], ["👎"], ["👍 "], ["?"], [""], [" "]]), (found) =>
      assert.deepStrictEqual(found, [
        { survivor: 0, members: [0, 2] },
        { survivor: 4, members: [4, 5] }
      ])
    )
  )

  it.effect("survive by rank, then by the lowest id", () =>
    Effect.map(clusters([["a"], ["a"], ["a"], ["b"], ["b"]], [1, 3, 3, 0, 0]), (found) =>
      assert.deepStrictEqual(found, [
        { survivor: 1, members: [0, 1, 2] },
        { survivor: 3, members: [3, 4] }
      ])
    )
  )

  it.effect("of 100,000 equal rows are one cluster", () =>
    Effect.map(clusters(Array.from({ length: 100_000 }, () => ["same"])), (found) => {
      assert.strictEqual(found.length, 1)
      assert.strictEqual(found[0]?.members.length, 100_000)
    })
  )
})

describe("texts of a dialogue", () => {
  const messages: ReadonlyArray<Message> = [
    system("Be brief."),
    user("Where is my order?"),
    { role: "assistant", content: null, tool_calls: [{ id: "c1", name: "get_order", arguments: '{"id":7}' }] },
    { role: "tool", content: '{"status":"sent"}', tool_call_id: "c1" },
    assistant("It was sent.")
  ]

  it("leave out system messages, which all dialogues may share, and hold tool calls", () => {
    assert.strictEqual(
      dialogueText(messages),
      'Where is my order?\nget_order {"id":7}\n{"status":"sent"}\nIt was sent.'
    )
    assert.deepStrictEqual(dialogueParts(messages), [
      "user Where is my order?",
      'assistant get_order {"id":7}',
      'tool {"status":"sent"}',
      "assistant It was sent."
    ])
    assert.deepStrictEqual(userParts(messages), ["Where is my order?"])
  })
})
