import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Layer, Stream } from "effect"
import type { EmbeddingModel } from "effect/ai"
import { TableReader } from "../../../datasets/table-reader.ts"
import type { ModelCards } from "../../../models/capabilities/model-cards.ts"
import { duplicated } from "../../../pipelines/curate/steps/duplicated.ts"
import { semanticallyDuplicated, vectorsOf } from "../../../pipelines/curate/steps/semantically-duplicated.ts"
import { similarToReferences } from "../../../pipelines/curate/steps/similar-to-references.ts"
import { splitRows } from "../../../pipelines/curate/steps/split-rows.ts"
import { tooAlike } from "../../../pipelines/curate/steps/too-many.ts"
import { embeddingLab } from "../../support/capability-lab.ts"
import { lexicalHouse } from "../../support/lexical-house.ts"
import { duckLayer, scratch } from "../../support/sample-dataset.ts"
import { selectionOf } from "../../support/selection-lab.ts"
import { sentence } from "../../support/texts.ts"

/** A text with some of its last words changed. */
const changed = (text: string, words: number) =>
  text
    .split(" ")
    .map((word, at, all) => (at >= all.length - words ? `x${at}` : word))
    .join(" ")

describe("near duplicates", () => {
  it.effect("are alike by way of others, and the row that joins them to their partner is named", () =>
    Effect.gen(function* () {
      const first = sentence(1, 100)
      const second = changed(first, 6)
      const words = second.split(" ")
      const third = [...Array.from({ length: 6 }, (_, at) => `y${at}`), ...words.slice(6)].join(" ")
      const { removals, selection } = selectionOf([first, second, third], {
        near: { threshold: 0.85 },
        exact: false
      })
      yield* duplicated(selection)
      const [direct, indirect] = [removals.get(1), removals.get(2)]
      assert.deepStrictEqual([direct?.partner, direct?.evidence], [0, { cluster: 3 }])
      assert.deepStrictEqual([indirect?.partner, indirect?.evidence], [0, { cluster: 3, to: "a/1" }])
      assert.isAtLeast(indirect?.similarity ?? 0, 0.85)
    }).pipe(Effect.scoped, Effect.provide(duckLayer))
  )
})

describe("vectors of rows", () => {
  // A text without any known word has no direction.
  const vectors = { ids: [0, 1, 2, 3], dimensions: 2, values: Float32Array.of(1, 0, 0, 0, 0, 0, 1, 0) }

  it.effect("that have no direction are like nothing, and stay", () =>
    Effect.gen(function* () {
      const { removals, selection } = selectionOf(["a", "?", "!", "a"], { semantic: {} })
      yield* semanticallyDuplicated(selection, vectors)
      assert.deepStrictEqual([...removals.keys()], [3])
      assert.strictEqual(removals.get(3)?.partner, 0)
    }).pipe(Effect.scoped)
  )

  it.effect("count among the most different ones all the same", () =>
    Effect.gen(function* () {
      const { removals, selection } = selectionOf(["a", "?", "!", "a"], { diversity: { rows: 2 } })
      yield* tooAlike(selection, vectors)
      assert.strictEqual(removals.size, 2)
    })
  )

  it.effect("of no row are a defect, and not searched for without end", () =>
    Effect.gen(function* () {
      const { selection } = selectionOf(["a"], { semantic: {} })
      const reader = Layer.succeed(
        TableReader,
        TableReader.of({
          query: () => Effect.succeed([{ dimensions: 1, rows: 1 }]),
          rows: () => Stream.make({ key: "b/0", vector: [1], model: null }) as never
        })
      )
      const one = { ...selection, keyOf: (index: number) => ["a/0"][index] as string }
      const exit = yield* vectorsOf(one).pipe(Effect.provide(reader), Effect.exit)
      if (Exit.isSuccess(exit)) return assert.fail("found")
      assert.match(String(Cause.squash(exit.cause)), /has the key b\/0/)
    })
  )
})

describe("paraphrases of references", () => {
  /** As models with a fixed vocabulary do, it gives a text without a known word no direction. */
  const onlyWords = embeddingLab(["where", "who"])

  const removed = (
    says: ReadonlyArray<string>,
    reference: string,
    models: Layer.Layer<EmbeddingModel.EmbeddingModel | ModelCards> = lexicalHouse
  ) =>
    Effect.gen(function* () {
      const file = join(yield* scratch, "asked.jsonl")
      writeFileSync(file, `${JSON.stringify({ q: reference })}\n`)
      const { removals, selection } = selectionOf(says, { contamination: { references: [file], similarity: 0.7 } })
      yield* similarToReferences(selection).pipe(Effect.provide(models))
      return [...removals.keys()]
    }).pipe(Effect.scoped, Effect.provide(lexicalHouse))

  it.effect("are found in a file that is given by itself", () =>
    Effect.gen(function* () {
      const asked = "Where is the parcel that I ordered in the shop last week?"
      assert.deepStrictEqual(yield* removed(["Good morning", asked.replace("last", "this")], asked), [1])
    })
  )

  it.effect("are none where nobody says a word, or no reference has one", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* removed(["?", "!"], "Where is my parcel?", onlyWords), [])
      assert.deepStrictEqual(yield* removed(["Where is my parcel?"], "?", onlyWords), [])
      assert.deepStrictEqual(yield* removed(["?", "Where?"], "Where is my parcel?", onlyWords), [1])
    })
  )
})

describe("splits", () => {
  const texts = Array.from({ length: 40 }, (_, at) => sentence(at, 100)).flatMap((text) => [text, changed(text, 6)])

  for (const [how, near] of [
    ["none are looked for", false],
    ["only closer ones are removed", { threshold: 0.99 }],
    ["only what people say is compared", { over: "user", threshold: 0.95 }]
  ] as const) {
    it.effect(`hold near duplicates together where ${how}`, () =>
      Effect.gen(function* () {
        const { removals, selection } = selectionOf(texts, {
          near,
          exact: false,
          splits: { shares: { train: 0.5, test: 0.5 } }
        })
        yield* duplicated(selection)
        assert.strictEqual(removals.size, 0)
        const splits = yield* splitRows(selection)
        for (let at = 0; at < texts.length; at += 2) assert.strictEqual(splits?.get(at), splits?.get(at + 1))
        assert.strictEqual(new Set(splits?.values()).size, 2)
      }).pipe(Effect.scoped, Effect.provide(duckLayer))
    )
  }
})
