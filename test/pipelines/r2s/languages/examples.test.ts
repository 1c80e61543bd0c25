import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { ChatRequest } from "../../../../models/chat-model.ts"
import { structuralFindings } from "../../../../pipelines/r2s/checks/structure.ts"
import type { Chunk, Draft } from "../../../../pipelines/r2s/draft.ts"
import { groundDialogue } from "../../../../pipelines/r2s/grounding/ground-dialogue.ts"
import type { WorkedExample } from "../../../../pipelines/r2s/languages/language-pack.ts"
import { PACKS } from "../../../../pipelines/r2s/languages/packs.ts"
import { chatScript } from "../../../support/chat-script.ts"
import { lexicalHouse } from "../../../support/lexical-house.ts"
import { chunkFrom, r2sConfig } from "../../../support/r2s-chunk.ts"

const draftOf = ({ characters, rounds }: WorkedExample, { body, sentences }: Chunk, language: string): Draft => ({
  mode: "stepwise",
  dialogue_lang: language,
  characters,
  rounds: rounds.map(({ free_text: _, ...round }, index) => {
    const start = round.found === null ? -1 : body.indexOf(round.found)
    return {
      ...round,
      id: index + 1,
      free_text: null,
      found_sids: sentences.filter((one) => start >= 0 && one.start <= start && one.end > start).map(({ sid }) => sid)
    }
  }),
  target_rounds: rounds.length,
  overrides: 0,
  model: "m",
  planted: []
})

/** A judge who finds everything supported, and each question answered by the passage of its round. */
const kindly =
  (draft: Draft) =>
  ({ messages, response }: ChatRequest): string => {
    const prompt = messages[1]?.content ?? ""
    const count = (prompt.match(/"id": \d+/g) ?? []).length
    const asked = draft.rounds.filter(({ logic_type }) => logic_type === "question_answer")
    const entries = Array.from({ length: count }, (_, index) => index + 1)
    return response?.name === "claims"
      ? JSON.stringify({ claims: entries.map((id) => ({ id, label: "supported", sids: [1] })) })
      : JSON.stringify({ answers: entries.map((id) => ({ id, sids: asked[id - 1]?.found_sids ?? [] })) })
  }

/** People wrote them, in words of their own: what a good model would write. */
describe("the worked examples", () => {
  for (const pack of PACKS) {
    for (const example of pack.examples) {
      it.effect(`"${example.title}" passes every check but that it is a copy, and costs two calls of the judge`, () =>
        Effect.gen(function* () {
          const chunk = chunkFrom(example.document, { title: example.title, lang: pack.tag })
          const draft = draftOf(example, chunk, pack.tag)
          const config = r2sConfig()
          const structure = yield* structuralFindings(draft, { chunk, pack, config })
          assert.deepStrictEqual(
            structure.filter(({ code }) => code !== "F_COPY_EXAMPLE"),
            []
          )
          const script = chatScript({ judge: kindly(draft) })
          const { findings } = yield* groundDialogue(draft, { chunk, config, crossLingual: false }).pipe(
            Effect.provide(script.layer),
            Effect.provide(lexicalHouse)
          )
          assert.deepStrictEqual(findings, [])
          assert.strictEqual(script.requests.length, 2)
        })
      )
    }
  }
})
