import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { halted, notPassed, passed, revise, type Tried } from "../../stages/revise.ts"

/** Plays outcomes in order and notes what each attempt was told. */
const play = (rounds: number, outcomes: ReadonlyArray<Tried<string, string>>) => {
  const told: Array<string | null> = []
  const asked: Array<string> = []
  const run = revise({
    rounds,
    attempt: (feedback, round) =>
      Effect.sync((): Tried<string, string> => {
        told.push(feedback)
        return outcomes[round] ?? passed("beyond the script")
      }),
    feedback: (failed, round) =>
      Effect.sync(() => {
        asked.push(`${failed}@${round}`)
        return `mend ${failed}`
      })
  })
  return { run, told, asked }
}

describe("revise", () => {
  it.effect("stops at the first attempt that passes and asks for no feedback", () =>
    Effect.gen(function* () {
      const { asked, run, told } = play(3, [passed("good")])
      assert.deepStrictEqual(yield* run, {
        outcome: passed("good"),
        attempts: [{ round: 0, feedback: null, outcome: passed("good") }],
        rounds: 0
      })
      assert.deepStrictEqual([told, asked], [[null], []])
    })
  )

  it.effect("tells each round what was wrong with the one before, and keeps all attempts", () =>
    Effect.gen(function* () {
      const { asked, run, told } = play(3, [notPassed("a"), notPassed("b"), passed("c")])
      const revision = yield* run
      assert.deepStrictEqual(told, [null, "mend a", "mend b"])
      assert.deepStrictEqual(asked, ["a@0", "b@1"])
      assert.deepStrictEqual(revision.outcome, passed("c"))
      assert.deepStrictEqual(
        revision.attempts.map(({ feedback, outcome }) => [feedback, outcome.value]),
        [
          [null, "a"],
          ["mend a", "b"],
          ["mend b", "c"]
        ]
      )
      assert.strictEqual(revision.rounds, 2)
    })
  )

  it.effect("runs no more than the configured rounds, and asks for no feedback after the last", () =>
    Effect.gen(function* () {
      const { asked, run, told } = play(
        3,
        ["a", "b", "c", "d", "e"].map((problem) => notPassed(problem))
      )
      const revision = yield* run
      assert.deepStrictEqual(told, [null, "mend a", "mend b", "mend c"])
      assert.deepStrictEqual(asked, ["a@0", "b@1", "c@2"])
      assert.deepStrictEqual([revision.outcome, revision.rounds, revision.attempts.length], [notPassed("d"), 3, 4])
    })
  )

  it.effect("tries once where no round is allowed", () =>
    Effect.gen(function* () {
      const { run, told } = play(0, [notPassed("a")])
      assert.deepStrictEqual((yield* run).outcome, notPassed("a"))
      assert.deepStrictEqual(told, [null])
    })
  )

  it.effect("stops at once where an attempt cannot be judged, and keeps the attempts", () =>
    Effect.gen(function* () {
      const { asked, run } = play(3, [notPassed("a"), halted("no quorum"), passed("c")])
      const revision = yield* run
      assert.deepStrictEqual([revision.outcome, revision.attempts.length], [halted("no quorum"), 2])
      assert.deepStrictEqual(asked, ["a@0"])
    })
  )

  it.effect("passes on failures of the attempt and of the feedback", () =>
    Effect.gen(function* () {
      const options = { rounds: 1, attempt: () => Effect.fail("down" as const), feedback: () => Effect.succeed("") }
      assert.strictEqual(yield* Effect.flip(revise(options)), "down")
      const mute = revise({
        rounds: 1,
        attempt: () => Effect.succeed(notPassed("a")),
        feedback: () => Effect.fail("mute" as const)
      })
      assert.strictEqual(yield* Effect.flip(mute), "mute")
    })
  )
})
