import { assert, describe, it } from "@effect/vitest"
import { sourceFolders } from "../../../pipelines/curate/source-rows.ts"

const names = (...paths: ReadonlyArray<string>) => sourceFolders(paths).map(({ name }) => name)

describe("the names of sources in keys", () => {
  it("are those of the folders, numbered where two are called the same", () => {
    assert.deepStrictEqual(names("/a/one", "/b/one", "/a/two", "/a/one"), ["one", "one-2", "two", "one-3"])
  })

  it("differ also where a folder is called like another one with a number", () => {
    assert.deepStrictEqual(names("/a/one", "/a/one", "/a/one-2", "/b/one-2"), ["one", "one-2", "one-2-2", "one-2-3"])
    assert.deepStrictEqual(names("/a/one-2", "/a/one", "/b/one"), ["one-2", "one", "one-3"])
  })
})
