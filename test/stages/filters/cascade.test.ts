import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import fc from "fast-check"
import { capabilityError } from "../../../models/capabilities/capability-error.ts"
import {
  type CascadeOptions,
  cascadeOptions,
  orderFilters,
  powerOf,
  runCascade
} from "../../../stages/filters/cascade.ts"
import type { Filter, FilterSubject, Judged } from "../../../stages/filters/filter.ts"
import { subjectOf } from "../../support/filter-lab.ts"

type Verdict = Judged["verdict"]

/** Judges by the subject's id: "ru-p" is reject, unsure, failure and pass of the filters at 0, 1, 2 and 3. */
const filterAt = (position: number, cost = 1, name = `f${position}`): Filter => ({
  name,
  cost,
  judge: ({ id }) => {
    const letter = id[position]
    if (letter === "-") return Effect.fail(capabilityError("server", "classifier", name, `${name} is gone`))
    const verdict: Verdict = letter === "r" ? "reject" : letter === "u" ? "unsure" : "pass"
    const findings = verdict === "reject" ? [{ code: `NO_${name}`, reason: "no", evidence: {} }] : []
    return Effect.succeed({ filter: name, verdict, findings, score: null, model: null })
  }
})

const subject = (id: string): FilterSubject => subjectOf([], { id })
const optionsOf = (options: object = {}): CascadeOptions => cascadeOptions.parse({ auditShare: 0, ...options })
const three = [filterAt(0), filterAt(1), filterAt(2)]

describe("runCascade", () => {
  const run = (id: string, options = {}, pilot = false) => runCascade(three, subject(id), optionsOf(options), pilot)
  const asked = (id: string, options = {}, pilot = false) =>
    Effect.map(run(id, options, pilot), ({ runs }) => runs.map(({ filter, why }) => `${filter} ${why}`))

  it.effect("keeps what all filters pass", () =>
    Effect.gen(function* () {
      const result = yield* run("ppp")
      assert.deepStrictEqual([result.verdict, result.findings, result.rejectedBy], ["keep", [], null])
      assert.deepStrictEqual(yield* asked("ppp"), ["f0 course", "f1 course", "f2 course"])
    })
  )

  it.effect("stops at the first rejection, with its findings", () =>
    Effect.gen(function* () {
      const result = yield* run("prr")
      assert.deepStrictEqual(
        [result.verdict, result.rejectedBy, result.findings.map(({ code }) => code)],
        ["reject", "f1", ["NO_f1"]]
      )
      assert.deepStrictEqual(yield* asked("prr"), ["f0 course", "f1 course"])
      assert.deepStrictEqual(yield* asked("upr"), ["f0 course", "f1 course", "f2 course"])
    })
  )

  it.effect("decides by its option what is left unsure", () =>
    Effect.gen(function* () {
      const rejected = yield* run("upu")
      assert.deepStrictEqual([rejected.verdict, rejected.rejectedBy], ["reject", null])
      assert.deepStrictEqual(rejected.findings, [
        {
          code: "UNSURE",
          reason: "No filter rejects it, and f0, f2 cannot say that it is good.",
          evidence: { filters: ["f0", "f2"] }
        }
      ])
      assert.strictEqual((yield* run("upu", { leftover: "keep" })).verdict, "keep")
    })
  )

  it.effect("lets a filter settle another's doubt only where it is said to", () =>
    Effect.gen(function* () {
      const settledBy = { f0: ["f2"] }
      assert.strictEqual((yield* run("upp")).verdict, "reject")
      assert.strictEqual((yield* run("upp", { settledBy })).verdict, "keep")
      assert.strictEqual((yield* run("upu", { settledBy })).verdict, "reject")
      assert.strictEqual((yield* run("uup", { settledBy })).verdict, "reject")
      assert.strictEqual((yield* run("upr", { settledBy })).verdict, "reject")
    })
  )

  it.effect("fails where a filter fails before the subject is decided: a failure is no pass", () =>
    Effect.gen(function* () {
      for (const id of ["-pp", "p-p", "pp-", "u-r"]) {
        assert.match((yield* Effect.flip(run(id))).message, /f[012] is gone/)
        assert.match((yield* Effect.flip(run(id, {}, true))).message, /f[012] is gone/)
      }
      assert.strictEqual((yield* run("r-p")).verdict, "reject")
    })
  )

  it.effect("has a pilot's and an audited subject seen by all, and keeps the verdict and why it fell", () =>
    Effect.gen(function* () {
      for (const result of [yield* run("rpr", {}, true), yield* run("rpr", { auditShare: 1 })]) {
        assert.deepStrictEqual([result.verdict, result.rejectedBy], ["reject", "f0"])
        assert.deepStrictEqual(
          result.runs.map(({ filter, judged, why }) => `${filter} ${why} ${judged?.verdict}`),
          ["f0 course reject", "f1 extra pass", "f2 extra reject"]
        )
      }
      assert.deepStrictEqual(
        [(yield* run("rpr", {}, true)).pilot, (yield* run("rpr", { auditShare: 1 })).audited],
        [true, true]
      )
      assert.isFalse((yield* run("ppp", { auditShare: 1 })).audited)
    })
  )

  it.effect("notes a failure in the audit, which changes nothing any more", () =>
    Effect.gen(function* () {
      const result = yield* run("r-r", { auditShare: 1 })
      assert.deepStrictEqual([result.verdict, result.rejectedBy], ["reject", "f0"])
      assert.deepStrictEqual(
        result.runs.map(({ failure, judged }) => [failure, judged?.verdict ?? null]),
        [
          [null, "reject"],
          ["f1 is gone", null],
          [null, "reject"]
        ]
      )
    })
  )

  const ids = fc
    .array(fc.constantFrom("r", "u", "p"), { minLength: 3, maxLength: 3 })
    .map((letters) => letters.join(""))

  it.effect("rejects only what some filter rejects alone, or what is left unsure", () =>
    Effect.gen(function* () {
      for (const id of fc.sample(ids, 60)) {
        const result = yield* run(id)
        const expected = id.includes("r") || id.includes("u") ? "reject" : "keep"
        assert.strictEqual(result.verdict, expected, id)
        assert.strictEqual(result.rejectedBy, id.includes("r") ? `f${id.indexOf("r")}` : null, id)
        if (result.rejectedBy !== null) {
          const alone = yield* (three.find(({ name }) => name === result.rejectedBy) as Filter).judge(subject(id))
          assert.strictEqual(alone.verdict, "reject")
        }
      }
    })
  )

  it.effect("gives the same verdict in every order, and with every audit", () =>
    Effect.gen(function* () {
      const orders = [
        [0, 1, 2],
        [2, 1, 0],
        [1, 2, 0]
      ].map((order) => order.map((position) => filterAt(position)))
      for (const id of fc.sample(ids, 40)) {
        const verdicts = new Set<string>()
        for (const filters of orders) {
          for (const auditShare of [0, 0.5, 1]) {
            verdicts.add((yield* runCascade(filters, subject(id), optionsOf({ auditShare }))).verdict)
          }
        }
        assert.strictEqual(verdicts.size, 1, id)
      }
    })
  )

  it.effect("draws the audit by the subject's id alone, near its share", () =>
    Effect.gen(function* () {
      const drawn = (seed: string, numbers: ReadonlyArray<number>) =>
        Effect.map(
          Effect.forEach(numbers, (number) =>
            runCascade(three, subject(`r--${number}`), optionsOf({ auditShare: 0.1, seed }))
          ),
          (results) => new Set(results.filter(({ audited }) => audited).map(({ subject }) => subject))
        )
      const numbers = Array.from({ length: 1_000 }, (_, index) => index)
      const first = yield* drawn("a", numbers)
      assert.isTrue(first.size > 70 && first.size < 130, `${first.size} of 1,000`)
      assert.deepStrictEqual(yield* drawn("a", numbers.toReversed()), new Set([...first].toReversed()))
      assert.notDeepEqual(yield* drawn("b", numbers), first)
    })
  )
})

describe("the order of a cascade", () => {
  const named = (name: string, cost: number) => filterAt(0, cost, name)

  it("is by cost for each rejection; equals keep their order, unknown ones count as rejecting half", () => {
    const filters = [named("dear", 100), named("cheap", 1), named("also-cheap", 1), named("keen", 10)]
    const order = (power: ReadonlyMap<string, number>) => orderFilters(filters, power).map(({ name }) => name)
    assert.deepStrictEqual(order(new Map()), ["cheap", "also-cheap", "keen", "dear"])
    assert.deepStrictEqual(
      order(
        new Map([
          ["cheap", 0.01],
          ["keen", 0.5],
          ["dear", 0.9]
        ])
      ),
      ["also-cheap", "keen", "cheap", "dear"]
    )
  })

  it.effect("follows from what each filter rejects alone in a pilot", () =>
    Effect.gen(function* () {
      const pilot = yield* Effect.forEach(["prr", "prr", "rpr", "prp"], (id) =>
        runCascade(three, subject(id), optionsOf(), true)
      )
      const rejections = (name: string) =>
        pilot
          .flatMap(({ runs }) => runs)
          .filter(({ filter, judged }) => filter === name && judged?.verdict === "reject")
      const power = new Map(three.map(({ name }) => [name, powerOf(rejections(name).length, pilot.length)]))
      assert.deepStrictEqual([...power.values()], [2 / 6, 4 / 6, 4 / 6])
      assert.deepStrictEqual(
        orderFilters(three, power).map(({ name }) => name),
        ["f1", "f2", "f0"]
      )
    })
  )
})
