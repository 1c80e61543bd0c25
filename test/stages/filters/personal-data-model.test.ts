import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Span } from "../../../models/capabilities/backend.ts"
import { personalDataModel } from "../../../stages/filters/personal-data-model.ts"
import { labCard, spanLab } from "../../support/capability-lab.ts"
import { failsWithItsModel, judgeWith, subjectOf, summary, talk, toolResult } from "../../support/filter-lab.ts"

const NAMES: ReadonlyArray<readonly [string, string, number]> = [
  ["Ada Brandt", "PERSON", 0.95],
  ["王小明", "PERSON", 0.9],
  ["Sam", "PERSON", 0.6],
  ["Harrow", "CITY", 0.9]
]

const tagger = spanLab((text) =>
  NAMES.flatMap(([name, label, score]): ReadonlyArray<Span> => {
    const start = text.indexOf(name)
    return start === -1 ? [] : [{ start, end: start + name.length, label, score }]
  })
)

describe("personal-data-model", () => {
  const run = (lines: ReadonlyArray<string>, options = {}) =>
    judgeWith(personalDataModel, subjectOf(talk(...lines)), options).pipe(Effect.provide(tagger))

  it.effect("passes what holds none", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* run(["Where is it?", "在门口。"]), {
        filter: "personal-data-model",
        verdict: "pass",
        findings: [],
        score: 0,
        model: labCard
      })
    })
  )

  it.effect("rejects a name in English and Chinese, and says where it is but not what it is", () =>
    Effect.gen(function* () {
      const judged = yield* run(["I am Ada Brandt.", "您好，王小明。"])
      assert.strictEqual(summary(judged), "reject PERSONAL_DATA_FOUND PERSONAL_DATA_FOUND")
      assert.deepStrictEqual(
        judged.findings.map(({ evidence }) => evidence),
        [
          { message: 0, role: "user", label: "PERSON", start: 5, end: 15, score: 0.95 },
          { message: 1, role: "assistant", label: "PERSON", start: 3, end: 6, score: 0.9 }
        ]
      )
      assert.notInclude(JSON.stringify(judged), "Brandt")
      assert.notInclude(JSON.stringify(judged), "小明")
    })
  )

  it.effect("looks at what tools bring where it is told to, and at no label that is to be ignored", () =>
    Effect.gen(function* () {
      const messages = [...talk("Who is it?"), toolResult('{"city": "Harrow"}')]
      const judge = (options: object) =>
        judgeWith(personalDataModel, subjectOf(messages), options).pipe(Effect.provide(tagger), Effect.map(summary))
      assert.strictEqual(yield* judge({}), "pass")
      const roles = ["user", "assistant", "tool"]
      assert.strictEqual(yield* judge({ roles, allowFromTools: false }), "reject PERSONAL_DATA_FOUND")
      assert.strictEqual(yield* judge({ roles, allowFromTools: false, ignore: ["city"] }), "pass")
    })
  )

  it.effect("lets be said what a tool answered, unless told otherwise", () =>
    Effect.gen(function* () {
      const messages = [
        ...talk("Who is it?"),
        toolResult('{"name": "ada-brandt"}'),
        { role: "assistant", content: "Ada Brandt." } as const
      ]
      const judge = (options: object) =>
        judgeWith(personalDataModel, subjectOf(messages), options).pipe(Effect.provide(tagger), Effect.map(summary))
      assert.strictEqual(yield* judge({}), "pass")
      assert.strictEqual(yield* judge({ allowFromTools: false }), "reject PERSONAL_DATA_FOUND")
    })
  )

  it.effect("is unsure between the thresholds", () =>
    Effect.gen(function* () {
      const judged = yield* run(["Sam says hello."])
      assert.deepStrictEqual([summary(judged), judged.score], ["unsure PERSONAL_DATA_FOUND", 0.6])
    })
  )

  it.effect("fails with its model", () => failsWithItsModel(personalDataModel, subjectOf(talk("Hello."))))
})
