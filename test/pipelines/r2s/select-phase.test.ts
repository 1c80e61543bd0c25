import { assert, describe, it } from "@effect/vitest"
import { entriesOf } from "../../../pipelines/r2s/select-phase.ts"
import {
  type Candidate,
  ChatGroundedTrain,
  ChatTrain,
  type Dialogue,
  Dialogues,
  EvalInput,
  GllmTrain
} from "../../../pipelines/r2s/tables.ts"
import { candidate, PASSAGE } from "../../support/r2s-candidate.ts"

const byLength = (text: string) => text.length
const rows = (from: Candidate, maxTrainTokens = 100_000) =>
  new Map(entriesOf(from, byLength, { maxTrainTokens }).map(({ row, table }) => [table, row]))

describe("rows of a dialogue that stays", () => {
  it("are one of each table, and fit its schema", () => {
    const made = rows(candidate())
    assert.deepStrictEqual([...made.keys()], ["dialogues", "gllm_train", "chat_train", "chat_grounded_train"])
    for (const table of [Dialogues, GllmTrain, ChatTrain, ChatGroundedTrain]) {
      assert.isTrue(table.schema.safeParse(made.get(table.name)).success, table.name)
    }
  })

  it("chat_train alternates user and assistant, and holds no thought, chain or document (R2S 7.14)", () => {
    const chat = ChatTrain.schema.parse(rows(candidate()).get("chat_train"))
    assert.deepStrictEqual(
      chat.messages.map(({ role }) => role),
      ["user", "assistant", "user", "assistant"]
    )
    assert.strictEqual(chat.system, "Local history guide")
    const text = JSON.stringify(chat)
    for (const absent of [PASSAGE, "builder of Harrow Weir", "establish who made the weir", "question_answer"]) {
      assert.notInclude(text, absent)
    }
  })

  it("chat_grounded_train keeps the passage in its system message", () => {
    const { system } = ChatGroundedTrain.schema.parse(rows(candidate()).get("chat_grounded_train"))
    assert.strictEqual(system, `Local history guide\n\n${PASSAGE}`)
  })

  it("of a held-out document are also turns to answer, each with what was said before", () => {
    const test = candidate({ split: "test" })
    const made = entriesOf(test, byLength, { maxTrainTokens: 100_000 })
      .filter(({ table }) => table === "eval_input")
      .map(({ row }) => EvalInput.schema.parse(row))
    assert.deepStrictEqual(
      made.map(({ gold_b, history, id, question }) => [id, history.length, question, gold_b]),
      test.rounds.map(({ a, b, id }, index) => [`${test.id}@${id}`, 2 * index, a, b])
    )
  })

  it("leave gllm_train out where it would be too long, never cut; its length is on the dialogue", () => {
    const { train_tokens: tokens } = rows(candidate()).get("dialogues") as Dialogue
    assert.isTrue(rows(candidate(), tokens).has("gllm_train"))
    const made = rows(candidate(), tokens - 1)
    assert.isFalse(made.has("gllm_train"))
    assert.strictEqual((made.get("dialogues") as Dialogue).train_tokens, tokens)
  })
})
