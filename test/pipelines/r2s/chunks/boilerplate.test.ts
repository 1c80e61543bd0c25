import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { z } from "zod"
import { boilerplateLines } from "../../../../pipelines/r2s/chunks/boilerplate.ts"
import { table } from "../../../../schemas/table.ts"
import { reportReader } from "../../../support/report-lab.ts"

const Extracted = table("extracted", "Texts.", z.strictObject({ text: z.string() }))

const linesOf = (
  texts: ReadonlyArray<string>,
  options: { readonly share?: number; readonly documents?: number } = {}
) =>
  boilerplateLines({ share: options.share ?? 0.2, documents: options.documents ?? 20 }).pipe(
    Effect.map((lines) => [...lines]),
    Effect.provide(reportReader([{ table: Extracted, rows: texts.map((text) => ({ text })) }], []))
  )

/** `count` different texts, of which the first `having` have the line. */
const texts = (count: number, having: number, line = "Home | About | 联系我们") =>
  Array.from({ length: count }, (_, index) =>
    index < having ? `${line}\n\nText ${index} is here.` : `Text ${index} is here.\nAnd more.`
  )

describe("boilerplate lines", () => {
  it.effect("are in more than a fifth of the documents and in at least twenty", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* linesOf(texts(100, 21), {}), ["And more.", "Home | About | 联系我们"])
      assert.deepStrictEqual(yield* linesOf(texts(100, 20)), ["And more."])
      assert.deepStrictEqual(yield* linesOf(texts(30, 19)), [])
      assert.deepStrictEqual(yield* linesOf(texts(30, 20)), ["Home | About | 联系我们"])
      assert.deepStrictEqual(yield* linesOf(texts(19, 19)), [])
    })
  )

  it.effect("are counted once a document, however often and with whatever spaces they stand in it", () =>
    Effect.gen(function* () {
      const often = ["Menu\nMenu\nMenu\n\nOne.", "\u3000Menu\u00a0\n\nTwo.", "The Menu\n\nThree.", "Four."]
      assert.deepStrictEqual(yield* linesOf(often, { documents: 2 }), ["Menu"])
      assert.deepStrictEqual(yield* linesOf(often, { documents: 3 }), [])
    })
  )

  it.effect("are not the lines of one document that is there twenty times", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* linesOf(Array.from({ length: 30 }, () => "One.\n\nTwo.")), [])
    })
  )

  it.effect("have a letter: rules and numbers stay", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* linesOf(texts(30, 30, "---\n1783\n***\n'; DROP TABLE extracted; --")), [
        "'; DROP TABLE extracted; --"
      ])
    })
  )

  it.effect("are exactly above the share, whatever doubles make of it", () =>
    Effect.gen(function* () {
      // 0.29 * 100 is 28.999999999999996.
      assert.deepStrictEqual(yield* linesOf(texts(100, 29), { share: 0.29, documents: 2 }), ["And more."])
      assert.deepStrictEqual(yield* linesOf(texts(100, 30), { share: 0.29, documents: 2 }), [
        "And more.",
        "Home | About | 联系我们"
      ])
    })
  )

  it.effect("of no documents are none", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* linesOf([]), [])
    })
  )
})
