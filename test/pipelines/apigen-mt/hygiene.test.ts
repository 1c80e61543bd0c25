import { assert, describe, it } from "@effect/vitest"
import { hygieneIssues } from "../../../pipelines/apigen-mt/hygiene.ts"
import type { Message } from "../../../schemas/message.ts"
import { labWorld } from "../../support/blueprint-lab.ts"
import { raw } from "../../support/dialogue-script.ts"

const { environment } = labWorld().domain
const issues = (messages: ReadonlyArray<Message>) => hygieneIssues(environment, raw(messages))

const hello: Message = { role: "user", content: "Hello." }
const bye: Message = { role: "assistant", content: "Goodbye." }
const call = (id: string, name = "list_all_product_types", given = "{}"): Message => ({
  role: "assistant",
  content: null,
  tool_calls: [{ id, name, arguments: given }]
})
const answer = (id: string, name = "list_all_product_types"): Message => ({
  role: "tool",
  content: "{}",
  tool_call_id: id,
  name
})

describe("hygiene of a dialogue (done-means 20)", () => {
  it("finds nothing in a clean one, whether it ends in a reply or in a transfer", () => {
    assert.deepStrictEqual(issues([hello, call("a"), answer("a"), bye]), [])
    const transfer = call("b", "transfer_to_human_agents", `{"summary":"Needs a person."}`)
    assert.deepStrictEqual(issues([hello, transfer, answer("b", "transfer_to_human_agents")]), [])
  })

  const broken: ReadonlyArray<readonly [what: string, messages: ReadonlyArray<Message>, found: ReadonlyArray<string>]> =
    [
      ["an unknown tool", [hello, call("a", "look_up"), answer("a", "look_up"), bye], ["UNKNOWN_TOOL at 1: look_up"]],
      [
        "arguments that are no object",
        [hello, call("a", "calculate", `"1 + 1"`), answer("a", "calculate"), bye],
        ["BAD_ARGUMENTS at 1: calculate: not a JSON object"]
      ],
      [
        "arguments that the schema does not allow",
        [hello, call("a", "calculate", `{"sum":"1"}`), answer("a", "calculate"), bye],
        [
          "BAD_ARGUMENTS at 1: calculate: /expression is required",
          "BAD_ARGUMENTS at 1: calculate: /sum is not a parameter of this tool"
        ]
      ],
      [
        "two replies in a row",
        [hello, bye, bye],
        ["CONSECUTIVE_AGENT_MESSAGES at 2: follows another message of the agent"]
      ],
      [
        "two lines of the person in a row",
        [hello, hello, bye],
        ["CONSECUTIVE_USER_MESSAGES at 1: follows another message of the person"]
      ],
      [
        "a text beside a call",
        [hello, { ...call("a"), content: "Wait." }, answer("a"), bye],
        ["TEXT_WITH_CALL at 1: a text beside a call"]
      ],
      [
        "several calls in a step",
        [
          hello,
          { ...call("a"), tool_calls: [...(call("a").tool_calls ?? []), ...(call("b").tool_calls ?? [])] },
          answer("a"),
          answer("b"),
          bye
        ],
        ["PARALLEL_CALLS at 1: 2 calls in one step", "ORPHAN_OBSERVATION at 3: answers b"]
      ],
      ["an id used twice", [hello, call("a"), answer("a"), call("a"), answer("a"), bye], ["DUPLICATE_CALL_ID at 3: a"]],
      [
        "a call without an answer",
        [hello, call("a"), bye],
        ["UNANSWERED_CALL at 1: a", "CONSECUTIVE_AGENT_MESSAGES at 2: follows another message of the agent"]
      ],
      ["an answer without a call", [hello, answer("a"), bye], ["ORPHAN_OBSERVATION at 1: answers a"]],
      [
        "an ending on an observation",
        [hello, call("a"), answer("a")],
        ["BAD_ENDING at 2: ends neither in a reply nor in a transfer"]
      ],
      ["an ending on the person", [hello, bye, hello], ["BAD_ENDING at 2: ends neither in a reply nor in a transfer"]],
      ["an agent that begins", [bye], ["BAD_START at 0: the first message is not the person's"]],
      ["an empty reply", [hello, { role: "assistant", content: " " }], ["EMPTY_REPLY at 1: neither text nor call"]]
    ]
  for (const [what, messages, found] of broken) {
    it(`finds ${what}`, () => assert.deepStrictEqual(issues(messages), found))
  }
})
