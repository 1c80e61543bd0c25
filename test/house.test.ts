import { readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { assert, describe, it } from "@effect/vitest"

const ROOT = join(import.meta.dirname, "..")
/** What each room may import from, besides itself: docs of the house say that arrows point one way. */
const ROOMS: Readonly<Record<string, ReadonlyArray<string>>> = {
  schemas: [],
  models: ["schemas"],
  datasets: ["schemas", "models"],
  stages: ["schemas", "models", "datasets"],
  pipelines: ["schemas", "models", "datasets", "stages"],
  engine: ["schemas", "models", "datasets", "stages", "pipelines"],
  scripts: ["schemas", "models", "datasets", "stages", "pipelines", "engine"]
}

const files = (room: string): ReadonlyArray<string> =>
  readdirSync(join(ROOT, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name))

const importsOf = (file: string): ReadonlyArray<string> =>
  [...readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map((match) =>
    relative(ROOT, join(file, "..", match[1] as string))
  )

describe("the house", () => {
  for (const [room, allowed] of Object.entries(ROOMS)) {
    it(`${room} imports from ${[room, ...allowed].join(", ")} only`, () => {
      const strangers = files(room).flatMap((file) =>
        importsOf(file)
          .filter((target) => ![room, ...allowed].includes(target.split("/")[0] as string))
          .map((target) => `${relative(ROOT, file)} -> ${target}`)
      )
      assert.deepStrictEqual(strangers, [])
    })
  }

  it("reads the environment in scripts only, so that no secret takes another way", () => {
    const readers = Object.keys(ROOMS)
      .filter((room) => room !== "scripts")
      .flatMap(files)
      .filter((file) => readFileSync(file, "utf8").includes("process.env"))
    assert.deepStrictEqual(
      readers.map((file) => relative(ROOT, file)),
      []
    )
  })

  it("evaluates no text as code", () => {
    const evaluating = Object.keys(ROOMS)
      .flatMap(files)
      .filter((file) => /\beval\(|new Function\(|from "node:vm"/.test(readFileSync(file, "utf8")))
    assert.deepStrictEqual(
      evaluating.map((file) => relative(ROOT, file)),
      []
    )
  })
})
