import { Effect, Stream } from "effect"
import { Backstage } from "../../../models/call-context.ts"
import { sha256 } from "../../../schemas/json.ts"
import { type Entry, row } from "../../../schemas/table.ts"
import { readReply } from "../../../stages/json-reply.ts"
import { Rejected, stage } from "../../../stages/stage.ts"
import { describeIssues, InvalidReply } from "../../../stages/structured.ts"
import { sentences } from "../../../stages/text/sentences.ts"
import { type Failure, ItemFailed, type Phase, phase, type Services } from "../../pipeline.ts"
import { coverageOfDialogue, thresholdFor } from "../coverage/coverage.ts"
import { legacyCoverage } from "../coverage/legacy-coverage.ts"
import { UNTOLD } from "../draft.ts"
import { JUDGE_SYSTEM } from "../judge/prompts.ts"
import { type ScoredDialogue, scoreDialogue } from "../judge/score-dialogue.ts"
import { backstageOf, type R2sBackstage } from "../simulated/backstage.ts"
import { GllmTarget } from "../training/gllm-row.ts"
import type { EvaluateConfig } from "./config.ts"
import { factRecall } from "./fact-recall.ts"
import { Subject, subjects } from "./subjects.ts"
import { EvalScores } from "./tables.ts"

const PROMPT_HASH = sha256(JUDGE_SYSTEM).slice(0, 16)

/** Scores dialogues, or what a trained model answered: one item each, so that books, budgets and resuming hold. */
export const scoresPhase = (config: EvaluateConfig): Phase =>
  phase({
    name: "scores",
    item: Subject,
    plan: subjects(config).pipe(Stream.map((subject) => ({ key: subject.id, item: subject }))),
    synthesize: (subject) => scored(config, subject)
  })

/** Costs 1 call with `judge`, and none with `coverage`. An output that is not of its form is rejected with E_SCHEMA, and its text is kept. */
const scored = Effect.fn("score")(function* (
  config: EvaluateConfig,
  subject: Subject
): Effect.fn.Return<ReadonlyArray<Entry>, Rejected | Failure, Services> {
  const dialogue = yield* dialogueOf(subject)
  const last = dialogue.rounds.slice(-1)
  const answered = subject.level === 2 ? last : dialogue.rounds
  const judged = config.protocols.includes("judge")
    ? yield* judge(
        config,
        dialogue,
        answered.map(({ id }) => id)
      ).pipe(Effect.provideService(Backstage, judgeBackstage(subject, dialogue)))
    : null
  const threshold = thresholdFor(config, subject.lang)
  const wantsCoverage = config.protocols.includes("coverage") && subject.level === 1
  const covered = wantsCoverage ? yield* coverageOfDialogue(subject.passage, answered, threshold) : null
  const legacy =
    wantsCoverage && config.legacyCoverage
      ? yield* legacyCoverage(subject.passage, dialogue.rounds, subject.lang, threshold)
      : null
  const { domain, found, id, lang, level, variant } = subject
  return [
    row(EvalScores, {
      id,
      variant,
      level,
      domain,
      lang,
      scores: judged?.scores ?? null,
      parse_errors: judged?.parseErrors ?? 0,
      judge_model: judged?.model ?? null,
      prompt_hash: PROMPT_HASH,
      coverage: covered?.coverage ?? null,
      legacy_coverage: legacy?.coverage ?? null,
      fact_recall: level === 2 && found !== null ? factRecall(found, last[0]?.b ?? "") : null,
      reply_characters: answered.reduce((sum, { b }) => sum + b.length, 0) / Math.max(1, answered.length)
    })
  ]
})

/** What simulated judges see: no mistake is planted in what is scored, or in the scores. */
const judgeBackstage = ({ id, lang, passage, title }: Subject, { characters, rounds }: ScoredDialogue): R2sBackstage =>
  backstageOf({
    part: "judge",
    chunk: {
      doc_id: id,
      chunk_index: 0,
      title,
      lang,
      body: passage,
      char_start: 0,
      sentences: sentences(passage).map((sentence, index) => ({ sid: index + 1, ...sentence }))
    },
    mode: "base",
    dialogueLanguage: lang,
    seed: id,
    rounds: rounds.map((round) => ({ ...UNTOLD, ...round })),
    characters,
    targetRounds: rounds.length,
    mistakes: { dialogue: 0, brokenReplies: 0, brokenScores: 0 }
  })

/** The dialogue to score: the dataset's own, or the one that a model wrote. Its text is data: it is parsed as JSON and nothing else. */
const dialogueOf = ({
  characters,
  form,
  output,
  passage,
  rounds,
  title
}: Subject): Effect.Effect<ScoredDialogue, Rejected> => {
  const chunk = { title, body: passage }
  if (output === null || form === null) return Effect.succeed({ chunk, characters, rounds })
  const read = readReply(output, GllmTarget[form])
  return read.ok
    ? Effect.succeed({ chunk, ...read.value })
    : Effect.fail(
        new Rejected({
          stage: "read",
          code: "E_SCHEMA",
          reasons: describeIssues(read.issues),
          evidence: { output }
        })
      )
}

const judge = (config: EvaluateConfig, dialogue: ScoredDialogue, turns: ReadonlyArray<number>) =>
  scoreDialogue(
    { temperature: config.temperature, maxTokens: config.maxTokens, attempts: config.maxAttempts },
    dialogue,
    turns
  ).pipe(
    Effect.catchIf(
      (error): error is InvalidReply => error instanceof InvalidReply,
      (error) =>
        Effect.fail(
          new ItemFailed({
            stage: "judge",
            code: "JUDGE_ERROR",
            message: `The judge's reply cannot be read: ${describeIssues(error.issues).join("; ")}`
          })
        )
    ),
    stage("judge")
  )
