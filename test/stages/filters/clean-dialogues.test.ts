import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Defect } from "../../../stages/defects/defect.ts"
import { defects } from "../../../stages/defects/defects.ts"
import type { Filter, FilterServices, FilterSubject } from "../../../stages/filters/filter.ts"
import { filters, makeFilter } from "../../../stages/filters/registry.ts"
import { random } from "../../../stages/random.ts"

/**
 * Forty dialogues in English and forty in Chinese as models write them: counselling, documents, tools, code, cooking, travel.
 * Written for this test by hand, nothing in them is taken from anywhere (CC0). Rules were mended by them, so that the bounds
 * below say what must not come back, and not what a rule does to dialogues that it has never seen.
 */
const CLEAN = readFileSync(join(import.meta.dirname, "../../fixtures/clean-dialogues.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as FilterSubject)

const languages = ["en", "zh"] as const
type Language = (typeof languages)[number]
const inLanguage = (language: Language) => CLEAN.filter((subject) => subject.language?.startsWith(language) === true)

const rules = filters.filter(({ asks }) => asks.length === 0).map(({ name }) => name)

const judged = (filter: Filter<FilterServices>, subject: FilterSubject) =>
  Effect.runSync(filter.judge(subject) as ReturnType<Filter["judge"]>)

const rejected = (name: string, subjects: ReadonlyArray<FilterSubject>): ReadonlyArray<string> => {
  const filter = makeFilter(name)
  return subjects.filter((subject) => judged(filter, subject).verdict === "reject").map(({ id }) => id)
}

/** Of forty clean dialogues, rejected at most; none by rules that are not here. */
const ALARMS: Readonly<Record<string, Readonly<Record<Language, number>>>> = {
  // Reckoning across several steps, and what states and years are called elsewhere: it needs a model.
  "hard-facts": { en: 3, zh: 3 },
  // "nginx 怎么把 http 全部跳转到 https？": more terms than words.
  language: { en: 0, zh: 1 }
}

/** Least share of planted dialogues that a rule rejects. Facts count where there is something to hold them against. */
const RECALL: ReadonlyArray<readonly [defect: string, filter: string, en: number, zh: number]> = [
  ["altered-fact", "hard-facts", 0.95, 0.95],
  ["invented-fact", "hard-facts", 0.98, 0.98],
  ["placeholder-turn", "structure", 0.98, 0.98],
  ["role-order", "structure", 0.98, 0.98],
  ["copied-turn", "repetition", 0.98, 0.95],
  ["leaked-instruction", "meta-talk", 0.98, 0.98],
  ["personal-data", "personal-data", 0.98, 0.98],
  ["unknown-tool", "tool-hygiene", 0.98, 0.98],
  ["dangling-call", "tool-hygiene", 0.98, 0.98]
]

const SEEDS = ["0", "1", "2"]

const planted = (defect: Defect, language: Language): ReadonlyArray<FilterSubject> =>
  inLanguage(language)
    .filter(({ sources, tools }) => defect.family !== "facts" || sources !== undefined || tools !== undefined)
    .flatMap((subject) =>
      SEEDS.flatMap((seed) => {
        const spoilt = defect.plant(subject, random(`${subject.id}/${seed}`))
        return spoilt === null ? [] : [{ ...subject, id: `${subject.id}/${seed}`, messages: spoilt.messages }]
      })
    )

describe("clean dialogues in two languages", () => {
  it("are forty in each, with and without tools and sources", () => {
    for (const language of languages) {
      const subjects = inLanguage(language)
      assert.strictEqual(subjects.length, 40)
      for (const some of [
        subjects.filter(({ tools }) => tools !== undefined),
        subjects.filter(({ sources }) => sources !== undefined),
        subjects.filter(({ sources, tools }) => sources === undefined && tools === undefined)
      ]) {
        assert.isAtLeast(some.length, 9)
      }
    }
    assert.strictEqual(new Set(CLEAN.map(({ id }) => id)).size, 80)
  })

  for (const name of rules) {
    for (const language of languages) {
      const most = ALARMS[name]?.[language] ?? 0
      it(`${name} rejects at most ${most} of forty (${language})`, () => {
        const found = rejected(name, inLanguage(language))
        assert.isAtMost(found.length, most, found.join(", "))
      })
    }
  }
})

describe("defects planted in them", () => {
  for (const [name, filter, ...least] of RECALL) {
    const defect = defects.find((one) => one.name === name) as Defect
    for (const [place, language] of languages.entries()) {
      it(`${filter} rejects ${least[place]} of ${name} and more (${language})`, () => {
        const subjects = planted(defect, language)
        assert.isAtLeast(subjects.length, 12)
        const caught = new Set(rejected(filter, subjects))
        const missed = subjects.filter(({ id }) => !caught.has(id)).map(({ id }) => id)
        assert.isAtLeast(caught.size / subjects.length, least[place] as number, `missed: ${missed.join(", ")}`)
      })
    }
  }
})
