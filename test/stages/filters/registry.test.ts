import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { FilterSubject } from "../../../stages/filters/filter.ts"
import { filterNames, filters, InvalidFilter, makeFilter } from "../../../stages/filters/registry.ts"
import { failingLab } from "../../support/capability-lab.ts"
import { chatScript } from "../../support/chat-script.ts"
import { talk } from "../../support/filter-lab.ts"

const FOLDER = join(import.meta.dirname, "../../../stages/filters")

const refused = (name: string, options?: unknown): string => {
  try {
    makeFilter(name, options)
  } catch (error) {
    assert.instanceOf(error, InvalidFilter)
    return error.message
  }
  return assert.fail(`${name} was made`)
}

/** What filters without defaults need. */
const NEEDED: Readonly<Record<string, object>> = {
  decision: { questions: [{ name: "polite", ask: "Is it polite?" }] },
  perplexity: { low: 2, high: 1_000 },
  reward: { rejectBelow: 0, passAbove: 0 }
}

describe("the registry of filters", () => {
  it("has every filter of the folder, by its own name, once", async () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith(".ts") && file !== "registry.ts")
    const kinds: Array<string> = []
    for (const file of files) {
      const module = (await import(join(FOLDER, file))) as Record<string, unknown>
      for (const value of Object.values(module)) {
        if (typeof value === "object" && value !== null && "codes" in value && "make" in value && "name" in value) {
          kinds.push(String(value.name))
          assert.strictEqual(`${String(value.name)}.ts`, file)
        }
      }
    }
    assert.deepStrictEqual([...filterNames].sort(), kinds.sort())
  })

  it("makes each with its defaults, under its name, with a positive cost and described codes", () => {
    for (const { codes, description, name } of filters) {
      const filter = makeFilter(name, NEEDED[name])
      assert.strictEqual(filter.name, name)
      assert.isAbove(filter.cost, 0)
      assert.match(description, /^[A-Z].*\.$/)
      for (const [code, meaning] of Object.entries(codes)) {
        assert.match(code, /^[A-Z][A-Z_]*$/)
        assert.isAbove(meaning.length, 10)
      }
    }
  })

  it("says which filter or option was probably meant", () => {
    assert.include(refused("toxicty"), 'There is no filter "toxicty". Did you mean "toxicity"? There are: ')
    assert.notInclude(refused("unheard-of-thing"), "Did you mean")
    assert.strictEqual(
      refused("toxicity", { rejectAbov: 1 }),
      'Filter toxicity: there is no option "rejectAbov". Did you mean "rejectAbove"? Options: roles, bad, rejectAbove, passBelow.'
    )
    assert.match(refused("toxicity", { rejectAbove: 2 }), /^Filter toxicity: rejectAbove: .*<=1\.$/)
    assert.match(refused("reward"), /rejectBelow: .*; passAbove: /)
    assert.strictEqual(
      refused("decision", { questions: [{ name: "a", ask: "b", c: 1 }] }),
      'Filter decision: questions.0: there is no "c".'
    )
    assert.include(refused("constructor"), "There is no filter")
  })

  it("has a test with each code of each filter", () => {
    const tests = readdirSync(import.meta.dirname)
      .filter((file) => file.endsWith(".test.ts"))
      .map((file) => readFileSync(join(import.meta.dirname, file), "utf8"))
    for (const { codes, name } of filters) {
      for (const code of Object.keys(codes)) {
        assert.isTrue(
          tests.some((text) => new RegExp(`\\b${code}\\b`).test(text)),
          `no test of ${name} expects ${code}`
        )
      }
    }
  })

  it.effect("gives only codes that a filter declares", () =>
    Effect.gen(function* () {
      const subject: FilterSubject = {
        id: "s",
        messages: talk(
          "user: hi hi hi hi",
          "As an AI language model, I cannot help with that. As an AI language model, I cannot."
        ),
        language: "zh"
      }
      for (const { codes, name } of filters) {
        const judged = yield* makeFilter(name, NEEDED[name])
          .judge(subject)
          .pipe(
            Effect.provide([failingLab("server"), chatScript({}).layer]),
            Effect.catchCause(() => Effect.succeed(null))
          )
        for (const { code } of judged?.findings ?? []) assert.property(codes, code)
      }
    })
  )
})
