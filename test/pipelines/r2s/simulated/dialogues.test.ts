import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Backstage } from "../../../../models/call-context.ts"
import { missedQuotas } from "../../../../pipelines/r2s/checks/missed-quotas.ts"
import { structuralFindings } from "../../../../pipelines/r2s/checks/structure.ts"
import type { Chunk, Draft } from "../../../../pipelines/r2s/draft.ts"
import { generateDialogue } from "../../../../pipelines/r2s/generate/generate-dialogue.ts"
import { groundDialogue } from "../../../../pipelines/r2s/grounding/ground-dialogue.ts"
import type { LanguagePack } from "../../../../pipelines/r2s/languages/language-pack.ts"
import { packOf } from "../../../../pipelines/r2s/languages/packs.ts"
import { MISTAKES, type Mistake } from "../../../../pipelines/r2s/simulated/mistakes.ts"
import type { Mode } from "../../../../pipelines/r2s/turn-logic.ts"
import { Rejected } from "../../../../stages/stage.ts"
import { lexicalHouse } from "../../../support/lexical-house.ts"
import { chunkFrom, r2sConfig } from "../../../support/r2s-chunk.ts"
import { simulatedModels } from "../../../support/r2s-simulated.ts"

const CORPUS = join(import.meta.dirname, "../../../../pipelines/r2s/corpus")

/** Documents of the shipped corpus that are records of a file, each as one chunk. */
const chunksOf = (file: string): ReadonlyArray<Chunk> =>
  readFileSync(join(CORPUS, file), "utf8")
    .trim()
    .split("\n")
    .map(
      (line) =>
        JSON.parse(line) as {
          readonly doc_id: string
          readonly lang: string
          readonly text: string
          readonly title: string
        }
    )
    .map(({ doc_id, lang, text, title }) => chunkFrom(text, { doc_id, lang, title }))

const CHUNKS = {
  en: [...chunksOf("en/artifacts.jsonl"), ...chunksOf("en/crafts.jsonl")],
  zh: chunksOf("zh/records.jsonl")
}

const BACKSTAGE = { method: "r2s", part: "judge", mistakes: { dialogue: 0, brokenReplies: 0, brokenScores: 0 } }

interface Made {
  readonly draft: Draft | null
  /** Null where nothing was found. */
  readonly code: string | null
}

/** Generates a dialogue with the simulated models, and checks it with the house's own. */
const make = (chunk: Chunk, seed: string, over: Readonly<Record<string, unknown>>) =>
  Effect.gen(function* () {
    const config = r2sConfig(over)
    const pack = packOf(chunk.lang) as LanguagePack
    const draft = yield* generateDialogue(config, { chunk, pack, seed })
    const structure = yield* structuralFindings(draft, { chunk, pack, config })
    if (structure[0] !== undefined) return { draft, code: structure[0].code } satisfies Made
    const { findings } = yield* groundDialogue(draft, { chunk, config, crossLingual: false }).pipe(
      Effect.provideService(Backstage, { ...BACKSTAGE, chunk, rounds: draft.rounds })
    )
    return { draft, code: findings[0]?.code ?? null } satisfies Made
  }).pipe(
    Effect.catchIf(
      (error): error is Rejected => error instanceof Rejected,
      ({ code }) => Effect.succeed({ draft: null, code } satisfies Made)
    ),
    Effect.provide(simulatedModels),
    Effect.provide(lexicalHouse)
  )

/** Codes that a dialogue with a mistake may be turned down with. */
const PLANTED: Readonly<Record<Mistake, ReadonlyArray<string>>> = {
  // Where another number of the text happens to be known, entailment finds it.
  changed_number: ["F_UNSUPPORTED_FACT", "F_CONTRADICTION"],
  invented_fact: ["F_UNSUPPORTED_FACT"],
  denied_fact: ["F_CONTRADICTION"],
  unfounded_reply: ["F_UNGROUNDED"],
  invented_passage: ["F_FOUND_MISSING"],
  meta_talk: ["F_META"],
  repeated_turn: ["F_REPEAT"],
  wrong_language: ["F_LANG"],
  leaked_answer: ["F_LEAK"]
}

describe("the simulated models of R2S", () => {
  for (const language of ["en", "zh"] as const) {
    it.effect(
      `${language}: make dialogues that pass every check, step by step, in at least four of five documents`,
      () =>
        Effect.gen(function* () {
          const made = yield* Effect.forEach(CHUNKS[language], (chunk) => make(chunk, `seed ${chunk.doc_id}`, {}))
          for (const { draft } of made) if (draft !== null) assert.deepStrictEqual(missedQuotas(draft, r2sConfig()), [])
          const failed = made.filter(({ code }) => code !== null)
          assert.isAtMost(failed.length / made.length, 0.2, JSON.stringify(failed.map(({ code }) => code)))
        })
    )

    it.effect(`${language}: say nothing of their own: what B states stands in the document word for word`, () =>
      Effect.gen(function* () {
        const chunk = CHUNKS[language][0] as Chunk
        const { draft } = yield* make(chunk, "s", {})
        for (const { found } of draft?.rounds ?? []) if (found !== null) assert.include(chunk.body, found)
        assert.isTrue((draft?.rounds ?? []).some(({ found }) => found !== null))
      })
    )

    it.effect(`${language}: plant each kind of mistake, and the check that is meant for it finds every one`, () =>
      Effect.gen(function* () {
        const caught = new Map<string, Set<string | null>>()
        for (const [index, chunk] of CHUNKS[language].entries()) {
          for (let draw = 0; draw < 14; draw++) {
            const { code, draft } = yield* make(chunk, `${index} ${draw}`, {
              mistakes: { dialogue: 1, brokenReplies: 0, brokenScores: 0 }
            })
            const mistake =
              draft === null ? (code === "F_FOUND_MISSING" ? "invented_passage" : "none") : (draft.planted[0] ?? "none")
            caught.set(mistake, (caught.get(mistake) ?? new Set()).add(code))
          }
        }
        for (const mistake of MISTAKES) {
          const codes = [...(caught.get(mistake) ?? [])]
          assert.isAbove(codes.length, 0, mistake)
          assert.includeMembers([...PLANTED[mistake]], codes as Array<string>, mistake)
        }
      })
    )
  }

  for (const language of ["en", "zh"] as const) {
    it.effect(`${language}: pass the simulated judge too, where it is asked to hold them against the text`, () =>
      Effect.gen(function* () {
        const made = yield* Effect.forEach(CHUNKS[language], (chunk) =>
          make(chunk, `seed ${chunk.doc_id}`, { groundingBy: "judge" })
        )
        assert.isAtMost(made.filter(({ code }) => code !== null).length / made.length, 0.3)
        const denied = yield* Effect.forEach(CHUNKS[language], (chunk) =>
          make(chunk, `other ${chunk.doc_id}`, {
            groundingBy: "judge",
            mistakes: { dialogue: 1, brokenReplies: 0, brokenScores: 0 }
          })
        )
        const planted = denied.filter(({ code, draft }) => draft === null || draft.planted.length > 0 || code !== null)
        assert.isAtLeast(planted.length, 4)
        assert.isTrue(planted.every(({ code }) => code !== null))
      })
    )
  }

  it.effect("do the same each time, and other things with another seed", () =>
    Effect.gen(function* () {
      const [chunk] = CHUNKS.en as [Chunk]
      const [one, again, other] = yield* Effect.all([make(chunk, "a", {}), make(chunk, "a", {}), make(chunk, "b", {})])
      assert.deepStrictEqual(one, again)
      assert.notDeepEqual(one?.draft?.rounds, other?.draft?.rounds)
    })
  )

  it.effect("put right what they broke when they are shown it", () =>
    Effect.gen(function* () {
      const [chunk] = CHUNKS.en as [Chunk]
      const broken = { mistakes: { dialogue: 0, brokenReplies: 1, brokenScores: 0 } }
      assert.strictEqual((yield* make(chunk, "a", broken)).code, null)
      assert.strictEqual((yield* make(chunk, "a", { ...broken, maxAttempts: 1 })).code, "E_SCHEMA")
    })
  )

  for (const mode of ["single_pass", "base", "cot"] as const satisfies ReadonlyArray<Mode>) {
    it.effect(`${mode}: make whole dialogues in both languages, most of which pass every check`, () =>
      Effect.gen(function* () {
        for (const language of ["en", "zh"] as const) {
          const made = yield* Effect.forEach(CHUNKS[language], (chunk) => make(chunk, `seed ${chunk.doc_id}`, { mode }))
          const failed = made.filter(({ code }) => code !== null)
          assert.isAtMost(failed.length / made.length, 0.3, JSON.stringify(failed.map(({ code }) => code)))
        }
      })
    )
  }
})
