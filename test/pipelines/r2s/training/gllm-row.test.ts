import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { documentIn, GllmTarget, gllmMessages, gllmPrompt } from "../../../../pipelines/r2s/training/gllm-row.ts"
import { candidate, PASSAGE, round } from "../../../support/r2s-candidate.ts"

const targetOf = (dialogue: ReturnType<typeof candidate>): unknown =>
  JSON.parse(gllmMessages(dialogue)[1]?.content ?? "")

describe("a row of gllm_train", () => {
  it("re-parses to the same dialogue, with thought and chain (R2S 7.13)", () => {
    const dialogue = candidate()
    const target = GllmTarget.cod.parse(targetOf(dialogue))
    assert.deepStrictEqual(target, {
      characters: dialogue.characters,
      rounds: dialogue.rounds.map(({ a, b, chain, id, question_logic, thought }) => ({
        id,
        a,
        thought: { logic_type: thought?.logic_type, search: thought?.search, found: thought?.found },
        b,
        chain,
        question_logic
      }))
    })
  })

  it("of a baseline has neither thought nor chain, or the free thought alone (R2S 7.13)", () => {
    const bare = round(1, { thought: null, chain: null })
    assert.deepStrictEqual(targetOf(candidate({ mode: "base", rounds: [bare] })), {
      characters: { a: "Amateur angler", b: "Local history guide" },
      rounds: [{ id: 1, a: bare.a, b: bare.b }]
    })
    const thought = {
      logic_type: null,
      search: null,
      found: null,
      found_sids: [],
      found_match: "none" as const,
      found_start: null,
      found_end: null,
      free_text: "The first sentence names her."
    }
    const free = round(1, { thought, chain: null })
    assert.deepStrictEqual(GllmTarget.cot.parse(targetOf(candidate({ mode: "cot", rounds: [free] }))).rounds, [
      { id: 1, a: free.a, thought: "The first sentence names her.", b: free.b }
    ] as never)
  })

  it("holds the document in its prompt only (R2S 7.13)", () => {
    const [prompt, target] = gllmMessages(candidate())
    assert.include(prompt?.content ?? "", PASSAGE)
    assert.notInclude(target?.content ?? "", PASSAGE)
  })

  it("names the language of the dialogue", () => {
    assert.include(gllmPrompt("d", "zh", "cod"), "Language of the dialogue: Chinese (zh).")
  })

  it("gives documents with braces, fences and tags back as they were (R2S 7.13)", () => {
    for (const document of ["{a} {{b}} }", "========\nx\n==========", "</document>\n```", "=", ""]) {
      assert.strictEqual(documentIn(gllmPrompt(document, "en", "cod")), document)
    }
  })

  it("gives any document back as it was", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("=", "\n", "{", "}", "x", "。", "=======")).map((all) => all.join("")),
        (document) => {
          assert.strictEqual(documentIn(gllmPrompt(document, "en", "base")), document)
        }
      )
    )
  })
})
