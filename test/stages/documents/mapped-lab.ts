import { assert } from "@effect/vitest"
import { type MappedText, originalAt } from "../../../stages/documents/mapped-text.ts"

/** What every map promises: entries ascend, no two could be one, positions never decrease and stay within the original. */
export const assertMap = ({ map, text }: MappedText, original: string) => {
  assert.strictEqual(map.length === 0, text === "")
  for (const [index, { at, from }] of map.entries()) {
    const before = map[index - 1]
    if (before === undefined) assert.strictEqual(at, 0)
    else {
      assert.isAbove(at, before.at)
      assert.notStrictEqual(from, before.from + at - before.at, `entry ${index} could be left out`)
    }
  }
  let last = 0
  for (let position = 0; position < text.length; position++) {
    const from = originalAt(map, position)
    assert.isAtLeast(from, last)
    assert.isBelow(from, original.length)
    last = from
  }
}

/** Every character that shows is where the map says, but those that stand for others. */
export const assertCopied = (mapped: MappedText, original: string, standIns = /[\s|]/) => {
  assertMap(mapped, original)
  for (const [position, character] of mapped.text.split("").entries()) {
    if (standIns.test(character)) continue
    assert.strictEqual(original.charAt(originalAt(mapped.map, position)), character, `at ${position} of ${mapped.text}`)
  }
}
