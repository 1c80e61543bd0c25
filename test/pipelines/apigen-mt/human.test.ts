import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { ChatRequest } from "../../../models/chat-model.ts"
import { modelError } from "../../../models/model-error.ts"
import { bestOf, human, taggedScore } from "../../../pipelines/apigen-mt/human.ts"
import type { UserTurn } from "../../../pipelines/apigen-mt/trajectory-tables.ts"
import type { UserView } from "../../../stages/conversation.ts"
import { labConfig } from "../../support/blueprint-lab.ts"
import { type DialogueCallSeen, dialogueModels } from "../../support/dialogue-lab.ts"

const view: UserView = { turn: 0, lines: [{ from: "agent", text: "Hello, what can I do for you?" }] }
/** The candidate that the critic is asked about; a repair comes after that question. */
const between = (request: ChatRequest) =>
  /<message>\n([\s\S]*)\n<\/message>/.exec(request.messages[1]?.content ?? "")?.[1] ?? ""

/** Candidates in the order of their draws, and a score for each text. */
const ask = (
  texts: ReadonlyArray<string>,
  scores: Readonly<Record<string, string>>,
  given: Record<string, unknown> = {},
  seen: Array<DialogueCallSeen> = []
) =>
  Effect.gen(function* () {
    const turns: Array<UserTurn> = []
    const speak = human({
      config: labConfig(given),
      instruction: "You want to cancel order #W1234567.",
      persona: null,
      tools: ["cancel_pending_order"],
      attempt: 1,
      record: (turn) => turns.push(turn)
    })
    const reply = yield* speak(view)
    return { reply, turn: turns[0] as UserTurn }
  }).pipe(
    Effect.provide(
      dialogueModels({
        seen,
        script: (request) =>
          request.role === "user"
            ? { content: texts[request.draw] ?? "" }
            : { content: scores[between(request)] ?? "no idea" }
      })
    )
  )
const score = (value: number) => JSON.stringify({ reason: "so", score: value })

describe("best of N with a critic (done-means 15)", () => {
  it.effect("stores all candidates with their scores and sends the best of those that pass the filters", () =>
    Effect.gen(function* () {
      const { reply, turn } = yield* ask(["Cancel it", "It's #W7777777", "Please cancel #W1234567", "hm"], {
        "Cancel it": score(6),
        "Please cancel #W1234567": score(9),
        hm: score(2)
      })
      assert.deepStrictEqual(reply, { text: "Please cancel #W1234567" })
      assert.deepStrictEqual(turn, {
        turn: 0,
        chosen: 2,
        candidates: [
          { text: "Cancel it", score: 6, dropped: null, planted: null },
          { text: "It's #W7777777", score: null, dropped: "FOREIGN_FACT", planted: null },
          { text: "Please cancel #W1234567", score: 9, dropped: null, planted: null },
          { text: "hm", score: 2, dropped: null, planted: null }
        ]
      })
    })
  )

  it.effect("sends the shorter of equals", () =>
    Effect.gen(function* () {
      const { reply } = yield* ask(["Cancel my order now", "Cancel it", "Cancel that", "x"], {
        "Cancel my order now": score(8),
        "Cancel it": score(8),
        "Cancel that": score(7),
        x: score(1)
      })
      assert.deepStrictEqual(reply, { text: "Cancel it" })
    })
  )

  it.effect("asks the critic once about equal candidates, and never about dropped ones", () =>
    Effect.gen(function* () {
      const seen: Array<DialogueCallSeen> = []
      const { turn } = yield* ask(
        ["Cancel it", "Cancel it", "cancel_pending_order", " "],
        { "Cancel it": score(5) },
        {},
        seen
      )
      assert.deepStrictEqual(
        turn.candidates.map((candidate) => candidate.dropped),
        [null, "DUPLICATE", "TOOL_NAME", "EMPTY"]
      )
      assert.deepStrictEqual(
        seen.map((call) => [call.role, call.stage]),
        [...Array.from({ length: 4 }, () => ["user", "speak"]), ["critic", "critique"]]
      )
    })
  )

  it.effect("draws again once where no candidate is left, and keeps the first ones on record", () =>
    Effect.gen(function* () {
      const bad = ["#W1111111", "#W2222222", "#W3333333", "#W4444444"]
      const { reply, turn } = yield* ask([...bad, "Cancel it", ...bad], { "Cancel it": score(5) })
      assert.deepStrictEqual(reply, { text: "Cancel it" })
      assert.strictEqual(turn.candidates.length, 8)
      assert.strictEqual(turn.chosen, 4)
    })
  )

  it.effect("gives up after the second draw", () =>
    Effect.gen(function* () {
      const { reply, turn } = yield* ask(["", "", "", "", "", "", "", ""], {})
      assert.deepStrictEqual(reply, {
        failure:
          "no candidate was left: EMPTY, DUPLICATE, DUPLICATE, DUPLICATE, DUPLICATE, DUPLICATE, DUPLICATE, DUPLICATE"
      })
      assert.isNull(turn.chosen)
    })
  )

  it.effect("reads a tagged score, lets the critic repair once, and drops what could not be judged", () =>
    Effect.gen(function* () {
      const { reply, turn } = yield* ask(["Cancel it", "Cancel that", "Do it", "Go"], {
        "Cancel it": "<score>4</score>",
        "Cancel that": "eleven",
        "Do it": JSON.stringify({ reason: "so", score: 11 }),
        Go: "<score>12</score>"
      })
      assert.deepStrictEqual(reply, { text: "Cancel it" })
      assert.deepStrictEqual(
        turn.candidates.map((candidate) => [candidate.score, candidate.dropped]),
        [
          [4, null],
          [null, "UNSCORED"],
          [null, "UNSCORED"],
          [null, "UNSCORED"]
        ]
      )
    })
  )

  it.effect("has no critic where N is 1", () =>
    Effect.gen(function* () {
      const seen: Array<DialogueCallSeen> = []
      const { reply } = yield* ask(["Cancel it"], {}, { bestOfN: 1 }, seen)
      assert.deepStrictEqual(reply, { text: "Cancel it" })
      assert.deepStrictEqual(
        seen.map((call) => call.role),
        ["user"]
      )
    })
  )

  it.effect("takes a filtered candidate for a dropped one, and a model that does not answer for a failure", () =>
    Effect.gen(function* () {
      const turns: Array<UserTurn> = []
      const speak = human({
        config: labConfig({ bestOfN: 2 }),
        instruction: "You want to cancel order #W1234567.",
        persona: null,
        tools: [],
        attempt: 1,
        record: (turn) => turns.push(turn)
      })
      const filtered = dialogueModels({
        script: (request) =>
          request.role === "critic"
            ? { content: score(5) }
            : request.draw === 0
              ? Effect.fail(modelError("refused", "m", "filtered"))
              : { content: "Cancel it" }
      })
      assert.deepStrictEqual(yield* speak(view).pipe(Effect.provide(filtered)), { text: "Cancel it" })
      assert.strictEqual(turns[0]?.candidates[0]?.dropped, "REFUSED")
      const gone = dialogueModels({ script: () => Effect.fail(modelError("server", "m", "gone")) })
      const error = yield* speak(view).pipe(Effect.provide(gone), Effect.flip)
      assert.strictEqual(error._tag, "ModelError")
    })
  )
})

describe("the human's choices", () => {
  it("bestOf prefers score, then brevity, then order, and passes over what was dropped", () => {
    const candidate = (text: string, given: number | null, dropped: string | null = null) => ({
      text,
      score: given,
      dropped,
      planted: null
    })
    assert.strictEqual(bestOf([candidate("aaa", 5), candidate("bb", 5), candidate("cc", 5)]), 1)
    assert.strictEqual(bestOf([candidate("a", 10, "VERBATIM"), candidate("bb", 0)]), 1)
    assert.isNull(bestOf([candidate("a", null, "EMPTY")]))
  })

  it("taggedScore takes 0 to 10", () => {
    assert.strictEqual(taggedScore("I think <score> 10 </score>"), 10)
    assert.strictEqual(taggedScore("<score>0</score>"), 0)
    assert.isNull(taggedScore("<score>11</score>"))
    assert.isNull(taggedScore("ten"))
  })
})
