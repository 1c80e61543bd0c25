import { assert, describe, it } from "@effect/vitest"
import { documentIds } from "../../../../pipelines/r2s/chunks/document-ids.ts"
import { sha256 } from "../../../../schemas/json.ts"

describe("names of documents", () => {
  it("are the ids that were given, else the first 16 digits of the text's SHA-256", () => {
    const ids = documentIds()
    for (const given of ["harrow-weir", null, " "]) ids.note(given, "Text.")
    const hash = sha256("Text.").slice(0, 16)
    assert.deepStrictEqual([0, 1, 2].map(ids.idOf), ["harrow-weir", hash, hash])
  })

  it("give the earlier document where one id has two texts, and none where the text is the same", () => {
    const ids = documentIds()
    assert.deepStrictEqual(
      [ids.note("a", "One."), ids.note("b", "Two."), ids.note("a", "One."), ids.note("b", "Three.")],
      [null, null, null, 1]
    )
  })

  it("become keys that nobody else has", () => {
    const ids = documentIds()
    for (const id of ["a", "a", "a-2", "a", "a-2"]) ids.note(id, "One.")
    const keyOf = ids.keys()
    assert.deepStrictEqual([0, 1, 2, 3, 4].map(keyOf), ["a", "a-3", "a-2", "a-4", "a-2-2"])
  })
})
