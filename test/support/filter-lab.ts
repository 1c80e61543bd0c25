import { assert } from "@effect/vitest"
import { Effect } from "effect"
import type { z } from "zod"
import { CapabilityError } from "../../models/capabilities/capability-error.ts"
import { assistant, type Message, user } from "../../schemas/message.ts"
import type { FilterKind, FilterServices, FilterSubject, Judged } from "../../stages/filters/filter.ts"
import { failingLab } from "./capability-lab.ts"

/** A user and an assistant in turn, the user first. */
export const talk = (...lines: ReadonlyArray<string>): ReadonlyArray<Message> =>
  lines.map((line, index) => (index % 2 === 0 ? user(line) : assistant(line)))

export const toolResult = (content: string): Message => ({
  role: "tool",
  content,
  tool_call_id: "call-1",
  name: "look"
})

export const subjectOf = (messages: ReadonlyArray<Message>, more: Partial<FilterSubject> = {}): FilterSubject => ({
  id: "subject-1",
  messages,
  ...more
})

/** The verdict and the codes, in order. */
export const summary = ({ findings, verdict }: Judged): string =>
  [verdict, ...findings.map(({ code }) => code)].join(" ")

/** What a filter with these options says. Options go through its schema, as from a config. */
export const judgeWith = <S extends z.ZodObject, R extends FilterServices>(
  kind: FilterKind<S, R>,
  subject: FilterSubject,
  options: unknown = {}
) => kind.make(kind.options.parse(options)).judge(subject)

/** A filter whose model is gone fails with the model's own kind of failure: it neither passes nor rejects. */
export const failsWithItsModel = <S extends z.ZodObject, R extends FilterServices>(
  kind: FilterKind<S, R>,
  subject: FilterSubject,
  options: unknown = {}
) =>
  Effect.gen(function* () {
    for (const failure of ["server", "bad_output"] as const) {
      const judged = judgeWith(kind as unknown as FilterKind, subject, options)
      const error = yield* Effect.flip(judged.pipe(Effect.provide(failingLab(failure)))) as Effect.Effect<
        unknown,
        Judged
      >
      assert.instanceOf(error, CapabilityError)
      assert.strictEqual(error.kind, failure)
      assert.include(error.message, "the lab's model is gone")
    }
  })
