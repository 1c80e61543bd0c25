import { tmpdir } from "node:os"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { type ComparedDialogue, duplicateDialogues } from "../../../../pipelines/r2s/select/duplicate-dialogues.ts"

const WORDS = Array.from({ length: 60 }, (_, index) => `word${index}`)
/** Of 56 shingles of five words each changed word in the middle takes five away and adds five. */
const changed = (places: ReadonlyArray<number>): string =>
  WORDS.map((word, index) => (places.includes(index) ? `other${index}` : word)).join(" ")

const find = (dialogues: ReadonlyArray<ComparedDialogue>) =>
  duplicateDialogues(Stream.fromIterable(dialogues), { across: 0.8, withinDocument: 0.7 }, tmpdir()).pipe(Effect.scoped)

describe("duplicates among dialogues", () => {
  it.effect("leave the one with the higher support (R2S 7.10)", () =>
    Effect.gen(function* () {
      const removed = yield* find([
        { id: "a", doc_id: "d1", text: changed([]), support: 0.8 },
        { id: "b", doc_id: "d2", text: changed([]), support: 0.9 },
        { id: "c", doc_id: "d3", text: "something quite different is said here by somebody else", support: 0.1 }
      ])
      assert.deepStrictEqual([...removed], [[0, { survivor: "b", similarity: 1 }]])
    })
  )

  it.effect("of equal support leave the lower id, whatever their order (R2S 7.10)", () =>
    Effect.gen(function* () {
      const one = { id: "a", doc_id: "d1", text: changed([]), support: 0.9 }
      const two = { id: "b", doc_id: "d2", text: changed([]), support: 0.9 }
      assert.deepStrictEqual([...(yield* find([one, two]))], [[1, { survivor: "a", similarity: 1 }]])
      assert.deepStrictEqual([...(yield* find([two, one]))], [[0, { survivor: "a", similarity: 1 }]])
    })
  )

  it.effect("are looked for more strictly within a document than across two", () =>
    Effect.gen(function* () {
      // 51 of 61 shingles are shared with one change: 0.836; with two, 46 of 66: 0.697; at the end one change costs one shingle.
      const text = changed([30, 59])
      const within = yield* find([
        { id: "a", doc_id: "d1", text: changed([]), support: 1 },
        { id: "b", doc_id: "d1", text, support: 1 }
      ])
      assert.deepStrictEqual([...within.keys()], [1])
      assert.closeTo(within.get(1)?.similarity ?? 0, 50 / 62, 0.001)
      const loose = changed([30, 58])
      const same = yield* find([
        { id: "a", doc_id: "d1", text: changed([]), support: 1 },
        { id: "b", doc_id: "d1", text: loose, support: 1 }
      ])
      assert.closeTo(same.get(1)?.similarity ?? 0, 49 / 63, 0.001)
      const across = yield* find([
        { id: "a", doc_id: "d1", text: changed([]), support: 1 },
        { id: "b", doc_id: "d2", text: loose, support: 1 }
      ])
      assert.deepStrictEqual([...across], [])
    })
  )

  it.effect("in Chinese are found by shingles of characters (R2S 7.10)", () =>
    Effect.gen(function* () {
      const text = "哈罗堰由磨坊主艾达在一七八三年建成，坝顶加高之后下城只淹过一次。"
      const removed = yield* find([
        { id: "a", doc_id: "d1", text, support: 0.5 },
        { id: "b", doc_id: "d2", text: text.replace("只淹过一次", "只淹过一回"), support: 0.6 }
      ])
      assert.deepStrictEqual([...removed.keys()], [0])
    })
  )
})
