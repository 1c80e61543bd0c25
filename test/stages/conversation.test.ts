import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { ChatModel } from "../../models/chat-model.ts"
import { modelError } from "../../models/model-error.ts"
import type { DialogueCounts } from "../../schemas/dialogue.ts"
import { DialogueMessage } from "../../schemas/dialogue.ts"
import type { ToolCall } from "../../schemas/message.ts"
import { clip, readAgentReply } from "../../stages/agent-reply.ts"
import {
  type AgentReply,
  type AgentView,
  type Conversation,
  converse,
  DEFAULT_LIMITS,
  type TranscriptOptions,
  type UserReply,
  type UserView
} from "../../stages/conversation.ts"
import { chatScript } from "../support/chat-script.ts"

const tools = ["find", "cancel", "transfer"].map((name) => ({
  name,
  description: name,
  parameters: { type: "object" }
}))

type AgentLine = string | Partial<AgentReply["message"]> | AgentReply

const reply = (line: AgentLine): AgentReply => {
  if (typeof line !== "string" && "message" in line) return line
  return {
    message: { content: null, ...(typeof line === "string" ? { content: line } : line), role: "assistant" },
    finishReason: "stop"
  }
}
const call = (name: string, input: unknown = {}, id = ""): ToolCall => ({
  id: id === "" ? `id-${name}-${JSON.stringify(input)}` : id,
  name,
  arguments: typeof input === "string" ? input : JSON.stringify(input)
})
const calling = (...calls: ReadonlyArray<ToolCall>) => ({ tool_calls: [...calls] })

/** Plays both parties by script; past its end the person stops and the agent says "Anything else?". */
const play = (
  people: ReadonlyArray<UserReply | string>,
  agents: ReadonlyArray<AgentLine>,
  over: Partial<TranscriptOptions> = {}
) => {
  const heard: Array<UserView> = []
  const seen: Array<AgentView> = []
  const executed: Array<string> = []
  const run = converse({
    limits: DEFAULT_LIMITS,
    stopMarker: "###STOP###",
    greeting: "Hello, how can I help?",
    tools,
    execute: ({ arguments: input, name }) => {
      executed.push(`${name} ${JSON.stringify(input)}`)
      const failed = input.fail === true
      return { text: failed ? "Error: no" : `did ${name}`, isError: failed, terminated: name === "transfer" }
    },
    reject: [],
    ...over,
    user: (view) =>
      Effect.sync((): UserReply => {
        heard.push(view)
        const line = people[view.turn] ?? "###STOP###"
        return typeof line === "string" ? { text: line } : line
      }),
    agent: (view) =>
      Effect.sync(() => {
        seen.push(view)
        return reply(agents[view.step] ?? "Anything else?")
      })
  })
  return { run, heard, seen, executed }
}

/** `user: text`, `call: name arguments`, `tool: text`, `agent: text`. */
const story = ({ messages }: Conversation) =>
  messages.map((message) => {
    const made = message.tool_calls?.[0]
    if (made !== undefined) return `call: ${made.name} ${made.arguments}`
    return `${message.role === "assistant" ? "agent" : message.role}: ${message.content}`
  })

const counted = ({ counts }: Conversation) =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))

describe("converse", () => {
  it.effect("alternates, with any number of calls before a reply, until the person stops", () =>
    Effect.gen(function* () {
      const { executed, run } = play(
        ["Cancel order 7.", "Yes."],
        [calling(call("find", { id: 7 })), "Shall I cancel it?", calling(call("cancel", { id: 7 })), "Done."]
      )
      const conversation = yield* run
      assert.deepStrictEqual(story(conversation), [
        "user: Cancel order 7.",
        'call: find {"id":7}',
        "tool: did find",
        "agent: Shall I cancel it?",
        "user: Yes.",
        'call: cancel {"id":7}',
        "tool: did cancel",
        "agent: Done."
      ])
      assert.deepStrictEqual(executed, ['find {"id":7}', 'cancel {"id":7}'])
      assert.deepInclude(conversation, { termination: "user_stop", detail: null, closing: null, error: null })
      assert.deepStrictEqual(counted(conversation), { user_turns: 2, agent_steps: 4, agent_replies: 2, tool_calls: 2 })
      assert.deepStrictEqual(
        conversation.messages.map(({ index }) => index),
        [0, 1, 2, 3, 4, 5, 6, 7]
      )
      assert.deepStrictEqual(conversation.messages[2], {
        role: "tool",
        content: "did find",
        tool_call_id: 'id-find-{"id":7}',
        name: "find",
        index: 2,
        is_error: false
      })
      for (const message of conversation.messages) assert.deepStrictEqual(DialogueMessage.parse(message), message)
    })
  )

  it.effect("shows the person what was said and nothing else, and the agent all but the greeting", () =>
    Effect.gen(function* () {
      const { heard, run, seen } = play(
        ["Hi.", "Yes."],
        [
          { ...calling(call("find")), reasoning: "secret plan" },
          { content: "Sure?", reasoning: "secret doubt" }
        ]
      )
      yield* run
      assert.deepStrictEqual(heard[1], {
        turn: 1,
        lines: [
          { from: "agent", text: "Hello, how can I help?" },
          { from: "user", text: "Hi." },
          { from: "agent", text: "Sure?" }
        ]
      })
      assert.deepStrictEqual(
        seen.map(({ messages, step }) => [step, messages.length]),
        [
          [0, 1],
          [1, 3],
          [2, 5]
        ]
      )
      assert.notInclude(JSON.stringify([heard, seen]), "secret")
    })
  )

  it.effect("keeps reasoning in the stored dialogue, also what stood in the text", () =>
    Effect.gen(function* () {
      const conversation = yield* play(["Hi."], [{ content: "<think>b</think>Hello.", reasoning: "a" }]).run
      assert.deepStrictEqual(conversation.messages[1], {
        role: "assistant",
        content: "Hello.",
        reasoning: "a\nb",
        index: 1
      })
      assert.strictEqual(conversation.counts.inline_reasoning, 1)
    })
  )

  it.effect("lets the person begin where there is no greeting", () =>
    Effect.gen(function* () {
      const { heard, run } = play(["Hi."], [], { greeting: null })
      yield* run
      assert.deepStrictEqual(heard[0], { turn: 0, lines: [] })
    })
  )

  it.effect("keeps what the person wrote beside the stop marker out of the dialogue", () =>
    Effect.gen(function* () {
      const conversation = yield* play(["Hi.", "Thanks, bye! ###STOP###"], ["Hello."]).run
      assert.deepStrictEqual([conversation.termination, conversation.closing], ["user_stop", "Thanks, bye!"])
      assert.deepStrictEqual(story(conversation), ["user: Hi.", "agent: Hello."])
    })
  )

  it.effect("ends on a tool that ends it, with the tool's result", () =>
    Effect.gen(function* () {
      const conversation = yield* play(["A human, please."], [calling(call("transfer"))]).run
      assert.strictEqual(conversation.termination, "transfer")
      assert.deepStrictEqual(story(conversation), ["user: A human, please.", "call: transfer {}", "tool: did transfer"])
    })
  )

  describe("limits", () => {
    it.effect("ends after the last agent step, but lets the person answer it", () =>
      Effect.gen(function* () {
        const limits = { ...DEFAULT_LIMITS, agentSteps: 2 }
        const stopped = yield* play(["a"], [calling(call("find")), "b"], { limits }).run
        assert.strictEqual(stopped.termination, "user_stop")
        const over = yield* play(["a", "c"], [calling(call("find")), "b"], { limits }).run
        assert.deepInclude(over, { termination: "max_steps", detail: "2 agent steps" })
        assert.deepStrictEqual(story(over).slice(-2), ["agent: b", "user: c"])
      })
    )

    it.effect("ends where the person has had all turns", () =>
      Effect.gen(function* () {
        const { heard, run } = play(["a", "b", "c"], [], { limits: { ...DEFAULT_LIMITS, userTurns: 2 } })
        const conversation = yield* run
        assert.deepInclude(conversation, { termination: "max_turns", detail: "2 user turns" })
        assert.deepStrictEqual([heard.length, conversation.messages.length], [2, 4])
      })
    )

    it.effect("ends at one tool error in a row too many; a call that works ends the row", () =>
      Effect.gen(function* () {
        const bad = calling(call("find", { fail: true }))
        const limits = { ...DEFAULT_LIMITS, consecutiveToolErrors: 2 }
        const over = yield* play(["a"], [bad, bad, bad], { limits }).run
        assert.deepInclude(over, { termination: "max_errors", detail: "3 tool errors in a row" })
        assert.strictEqual(over.counts.tool_errors, 3)
        const fine = yield* play(["a", "b"], [bad, bad, calling(call("find")), bad, bad, "sorry"], { limits }).run
        assert.deepStrictEqual([fine.termination, fine.counts.tool_errors], ["user_stop", 4])
        const talked = yield* play(["a", "b"], [bad, bad, "sorry", bad], { limits }).run
        assert.strictEqual(talked.termination, "max_errors")
      })
    )

    it.effect("ends by the wall clock, after the step that was under way", () =>
      Effect.gen(function* () {
        const slow = converse({
          limits: { ...DEFAULT_LIMITS, milliseconds: 1000 },
          stopMarker: "###STOP###",
          greeting: null,
          tools,
          execute: () => ({ text: "ok", isError: false, terminated: false }),
          reject: [],
          user: () => Effect.succeed({ text: "more" }),
          agent: () => Effect.as(Effect.sleep("400 millis"), reply("here"))
        })
        const fiber = yield* Effect.forkChild(slow)
        yield* TestClock.adjust("1199 millis")
        assert.isUndefined(fiber.pollUnsafe())
        yield* TestClock.adjust("1 millis")
        const conversation = yield* Fiber.join(fiber)
        assert.deepInclude(conversation, { termination: "timeout", detail: "over 1000 ms" })
        assert.strictEqual(conversation.counts.agent_replies, 3)
      })
    )

    it.effect("cuts long messages of either party, and counts them", () =>
      Effect.gen(function* () {
        const limits = { ...DEFAULT_LIMITS, messageCharacters: 5 }
        const conversation = yield* play(["123456"], ["1234😀"], { limits }).run
        assert.deepStrictEqual(story(conversation), ["user: 12345", "agent: 1234"])
        assert.strictEqual(conversation.counts.long_message, 2)
      })
    )
  })

  describe("parties that fail", () => {
    it.effect("ends where the person cannot go on, or says nothing", () =>
      Effect.gen(function* () {
        const gone = yield* play(["a", { failure: "all candidates dropped" }], ["b"]).run
        assert.deepInclude(gone, { termination: "user_failure", detail: "all candidates dropped" })
        assert.lengthOf(gone.messages, 2)
        const mute = yield* play(["<think>hm</think> "], []).run
        assert.deepInclude(mute, { termination: "user_failure", detail: "an empty message" })
      })
    )

    it.effect("ends where the agent's reply is empty, cut off or filtered", () =>
      Effect.gen(function* () {
        for (const [line, detail] of [
          ["", "empty: the agent sent neither a message nor a call"],
          ["<think>only</think>", "empty: the agent sent neither a message nor a call"],
          ["###STOP###", "empty: the agent sent neither a message nor a call"],
          [{ ...reply("I will no"), finishReason: "length" }, "truncated: the agent's reply reached its token limit"],
          [{ ...reply("x"), finishReason: "content_filter" }, "refused: the provider filtered the agent's reply"]
        ] as const) {
          const conversation = yield* play(["a"], [line]).run
          assert.deepInclude(conversation, { termination: "parse_error", detail })
          assert.deepStrictEqual([conversation.counts.agent_steps, conversation.messages.length], [1, 1])
        }
      })
    )

    it.effect("ends as infra_error where a model stays away, with what was said and the failure", () => {
      const failure = modelError("timeout", "m", "no answer for 10 minutes")
      const script = chatScript({ agent: ["Hello.", failure] })
      return Effect.gen(function* () {
        const conversation = yield* converse({
          limits: DEFAULT_LIMITS,
          stopMarker: "###STOP###",
          greeting: null,
          tools,
          execute: () => ({ text: "ok", isError: false, terminated: false }),
          reject: [],
          user: () => Effect.succeed({ text: "Hi." }),
          agent: ({ messages }) =>
            ChatModel.use((model) =>
              model.complete({ role: "agent", messages, tools, sampling: { temperature: 0, maxTokens: 9 }, draw: 0 })
            )
        })
        assert.deepStrictEqual(story(conversation), ["user: Hi.", "agent: Hello.", "user: Hi."])
        assert.deepInclude(conversation, {
          termination: "infra_error",
          detail: "timeout: no answer for 10 minutes",
          error: failure
        })
      }).pipe(Effect.provide(script.layer))
    })

    it.effect("fails with every other failure of a party", () =>
      Effect.gen(function* () {
        const base = {
          limits: DEFAULT_LIMITS,
          stopMarker: "###STOP###",
          greeting: null,
          tools,
          execute: () => ({ text: "ok", isError: false, terminated: false }),
          reject: [],
          user: () => Effect.succeed({ text: "Hi." })
        }
        const wrong = modelError("bad_request", "m", "context too long")
        assert.strictEqual(yield* Effect.flip(converse({ ...base, agent: () => Effect.fail(wrong) })), wrong)
        assert.strictEqual(
          yield* Effect.flip(converse({ ...base, agent: () => Effect.fail("other" as const) })),
          "other"
        )
      })
    )
  })

  describe("irregular replies", () => {
    /** Plays one irregular step; with `reject`, the conversation must end on it instead. */
    const irregular = (
      name: Exclude<
        keyof DialogueCounts,
        "user_turns" | "agent_steps" | "agent_replies" | "tool_calls" | "tool_errors" | "dropped_calls"
      >,
      agents: ReadonlyArray<AgentLine>,
      expected: { readonly story: ReadonlyArray<string>; readonly executed: ReadonlyArray<string> }
    ) =>
      Effect.gen(function* () {
        const { executed, run } = play(["go"], agents)
        const conversation = yield* run
        assert.deepStrictEqual(story(conversation).slice(1), expected.story)
        assert.deepStrictEqual(executed, expected.executed)
        assert.deepStrictEqual([conversation.termination, conversation.counts[name]], ["user_stop", 1])
        const strict = yield* play(["go"], agents, { reject: [name] }).run
        assert.deepInclude(strict, { termination: "parse_error", detail: `irregular reply: ${name}` })
        assert.strictEqual(strict.counts[name], 1)
        return conversation
      })

    it.effect("executes the first of several calls and drops the others", () =>
      Effect.gen(function* () {
        const conversation = yield* irregular(
          "parallel_calls",
          [calling(call("find", { id: 1 }), call("find", { id: 2 }), call("cancel")), "ok"],
          { story: ['call: find {"id":1}', "tool: did find", "agent: ok"], executed: ['find {"id":1}'] }
        )
        assert.strictEqual(conversation.counts.dropped_calls, 2)
        assert.lengthOf(conversation.messages[1]?.tool_calls ?? [], 1)
      })
    )

    it.effect("counts text beside a call as a call; the person never sees the text", () =>
      Effect.gen(function* () {
        const agents = [{ content: "One moment.", ...calling(call("find")) }, "ok"]
        const conversation = yield* irregular("text_with_call", agents, {
          story: ["call: find {}", "tool: did find", "agent: ok"],
          executed: ["find {}"]
        })
        assert.deepInclude(conversation.messages[1], { content: null, reasoning: "One moment." })
        const { heard, run } = play(["go", "more"], agents)
        yield* run
        assert.notInclude(JSON.stringify(heard), "One moment.")
      })
    )

    it.effect("answers a call of a tool that is not there with an observation, and executes nothing", () =>
      irregular("unknown_tool", [calling(call("steal")), "ok"], {
        story: ["call: steal {}", 'tool: Error: there is no tool named "steal"', "agent: ok"],
        executed: []
      })
    )

    it.effect("gives a call whose id was used before, or that has none, one of its own", () =>
      Effect.gen(function* () {
        const agents = [calling(call("find", {}, "call_2")), calling(call("cancel", {}, "call_2")), "ok"]
        const conversation = yield* irregular("duplicate_call_id", agents, {
          story: ["call: find {}", "tool: did find", "call: cancel {}", "tool: did cancel", "agent: ok"],
          executed: ["find {}", "cancel {}"]
        })
        assert.deepStrictEqual(
          conversation.messages.map((message) => message.tool_call_id ?? message.tool_calls?.[0]?.id ?? "-"),
          ["-", "call_2", "call_2", "call_3", "call_3", "-"]
        )
        const nameless = yield* play(["go"], [calling({ id: "", name: "find", arguments: "{}" })]).run
        assert.strictEqual(nameless.messages[1]?.tool_calls?.[0]?.id, "call_1")
      })
    )

    it.effect("answers arguments that are no object with an error, and shows the agent's server valid ones", () =>
      Effect.gen(function* () {
        for (const written of ["[1]", "null", '"x"', "{id: 7}"]) {
          yield* irregular("non_object_arguments", [calling(call("find", written)), "ok"], {
            story: [
              `call: find ${written}`,
              `tool: Error: the arguments must be one JSON object, not ${JSON.stringify(written)}`,
              "agent: ok"
            ],
            executed: []
          })
        }
        const { run, seen } = play(["go"], [calling(call("find", "{id: 7}")), "ok"])
        assert.strictEqual((yield* run).counts.tool_errors, 1)
        assert.strictEqual(seen[1]?.messages[1]?.tool_calls?.[0]?.arguments, "{}")
      })
    )

    it.effect("takes no arguments at all for an empty object", () =>
      Effect.gen(function* () {
        const { executed, run } = play(["go"], [calling(call("find", "  ")), "ok"])
        const conversation = yield* run
        assert.deepStrictEqual([executed, conversation.counts.non_object_arguments], [["find {}"], 0])
      })
    )

    it.effect("lets only the person stop: the agent's marker is taken out", () =>
      irregular("agent_stop_marker", ["All done. ###ST###STOP###OP###"], { story: ["agent: All done."], executed: [] })
    )

    it.effect("takes reasoning out of a message", () =>
      irregular("inline_reasoning", ["<think>they lie</think>Of course."], {
        story: ["agent: Of course."],
        executed: []
      })
    )

    it.effect("cuts a message that is too long", () =>
      irregular("long_message", ["x".repeat(4001)], { story: [`agent: ${"x".repeat(4000)}`], executed: [] })
    )
  })
})

describe("readAgentReply", () => {
  it("never lets a stop marker through, however it is put together", () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom("###STOP###", "###", "STOP", "#", "x")), (parts) => {
        const step = readAgentReply(reply(parts.join("")), {
          stopMarker: "###STOP###",
          maxCharacters: 4000,
          knownTools: new Set(),
          usedCallIds: new Set()
        })
        assert.isFalse(step.kind === "text" && step.text.includes("###STOP###"))
      })
    ))

  it("cuts at whole characters", () => {
    assert.strictEqual(clip("a😀b", 2), "a")
    assert.strictEqual(clip("a😀b", 3), "a😀")
    assert.strictEqual(clip("abc", 3), "abc")
  })
})
