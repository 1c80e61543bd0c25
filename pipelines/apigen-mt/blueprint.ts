import { Effect } from "effect"
import { CurrentItem } from "../../models/call-context.ts"
import type { CallFailure, ChatModel } from "../../models/chat-model.ts"
import { fingerprint } from "../../schemas/json.ts"
import { type Entry, row } from "../../schemas/table.ts"
import type { Replay } from "../../stages/environment.ts"
import { random } from "../../stages/random.ts"
import { halted, notPassed, passed, revise, type Tried } from "../../stages/revise.ts"
import { Rejected, stage } from "../../stages/stage.ts"
import { ItemFailed } from "../pipeline.ts"
import { type AttemptStage, type BlueprintAttempt, BlueprintAttempts, Blueprints } from "./blueprint-tables.ts"
import type { ApigenMtConfig } from "./config.ts"
import type { Domain, Task } from "./domains/domain.ts"
import { evalRulesOf } from "./eval-rules.ts"
import { findings, writeFeedback } from "./feedback.ts"
import { generate, type Previous } from "./generation.ts"
import { decide, review } from "./review.ts"
import { type SampledTask, sampleContext, sampleTask, type World } from "./samplers.ts"
import { executeTask, formatErrors, policyViolations } from "./validation.ts"

/** A round that passed all checks, and one that did not, as the loop hands them on. */
interface Round {
  readonly attempt: BlueprintAttempt
  readonly diff: string
}
interface Good extends Round {
  readonly task: Task
}

/**
 * One blueprint, from a seed to a verified task (APIGen-MT phase 1, Prabhakar et al. 2025, arXiv:2504.03601, section 4.1):
 * sample; then generate, check the format, execute, test the policy, let the committee vote; on any finding summarise it and try
 * again, at most `feedbackRounds` times (paper: 3 for retail).
 *
 * Gives a row of `blueprints` and one of `blueprint_attempts` for each round; the attempts are kept too where the item is
 * turned down (code of the last round's finding: FORMAT, EXECUTION, POLICY, REVIEW_MAJORITY, REVIEW_THRESHOLD; or NO_SCENARIO)
 * or fails (JUDGE_ERROR: the committee lost its quorum, which says nothing about the blueprint).
 *
 * Costs, each round, 1 call to write and `judges` to review where the checks pass, and 1 for feedback between rounds.
 */
export const makeBlueprint = Effect.fn("blueprint")(function* (
  world: World,
  config: ApigenMtConfig,
  n: number,
  key: string
): Effect.fn.Return<ReadonlyArray<Entry>, Rejected | ItemFailed | CallFailure, ChatModel> {
  const item = yield* CurrentItem
  const dice = random(`${item.seed}/blueprint/${n}`)
  const sampled = sampleTask(world, config, n, dice)
  if (sampled === null) {
    return yield* new Rejected({
      stage: "sample",
      code: "NO_SCENARIO",
      reasons: [`no user's data can carry a task for item ${n}; other seeds or shorter walks may`]
    })
  }
  const hard = dice.fork("hard").boolean(config.mistakes.hardBlueprints)
  let raw = ""

  const revision = yield* revise<Good, Round, Rejected | CallFailure, ChatModel, CallFailure, ChatModel>({
    rounds: config.feedbackRounds,
    attempt: Effect.fnUntraced(function* (feedback, round) {
      const previous: Previous | null = feedback === null ? null : { raw, feedback }
      const tried = yield* tryOnce(world, config, { sampled, round, previous, hard, key, dice })
      raw = tried.value.attempt.raw_output
      return tried
    }),
    feedback: ({ attempt, diff }) => writeFeedback(config, attempt, diff)
  })

  // The feedback that a round led to is what the next one was told.
  const attempts = revision.attempts.map(
    ({ outcome }, index): BlueprintAttempt => ({
      ...outcome.value.attempt,
      feedback: revision.attempts[index + 1]?.feedback ?? null
    })
  )
  const rows = attempts.map((attempt) => row(BlueprintAttempts, attempt))
  const last = attempts.at(-1) as BlueprintAttempt
  const { outcome } = revision

  if (outcome._tag === "Halted") {
    return yield* new ItemFailed({
      stage: "review",
      code: "JUDGE_ERROR",
      message: `fewer than ${config.quorum} of ${config.judges} reviewers gave a usable vote: ${findings(last).join("; ")}`,
      entries: rows
    })
  }
  if (outcome._tag === "NotPassed") {
    return yield* new Rejected({
      stage: last.failed_at ?? "review",
      code: last.code ?? "REVIEW_MAJORITY",
      reasons: findings(last),
      evidence: { rounds: attempts.map(({ code, round }) => ({ round, code })), last_reply: last.raw_output },
      entries: rows
    })
  }
  return [blueprintRow(world, outcome.value, { sampled, seed: item.seed, rounds: revision.rounds }), ...rows]
})

/** One round: the checks in order, each only where the one before found nothing. */
const tryOnce = Effect.fnUntraced(function* (
  world: World,
  config: ApigenMtConfig,
  options: {
    readonly sampled: SampledTask
    readonly round: number
    readonly previous: Previous | null
    readonly hard: boolean
    readonly key: string
    readonly dice: ReturnType<typeof random>
  }
): Effect.fn.Return<Tried<Good, Round>, CallFailure, ChatModel> {
  const { domain } = world
  const { dice, hard, key, previous, round, sampled } = options
  const { kind } = sampled
  const { userId } = sampled.scenario
  const context = sampleContext(world, config, sampled, dice.fork(`context/${round}`))
  const draft = yield* generate(world, config, { task: sampled, context, round, previous, hard })
  const { task } = draft

  const blank: BlueprintAttempt = {
    item: key,
    round,
    blueprint_id: null,
    task_kind: kind,
    user_id: userId,
    passed: false,
    failed_at: null,
    code: null,
    thought: draft.thought,
    raw_output: draft.raw,
    format_errors: [],
    steps: [],
    execution_errors: [],
    policy_violations: [],
    db_hash_before: domain.environment.initial.hash(),
    db_hash_after: null,
    verdict: null,
    feedback: null,
    sampled: context.log,
    planted: [...draft.planted]
  }
  const failed = (failedAt: AttemptStage, code: string, found: Partial<BlueprintAttempt>, diff = "") =>
    notPassed({ attempt: { ...blank, failed_at: failedAt, code, ...found }, diff })

  const format = [
    ...draft.issues,
    ...(task === null ? [] : formatErrors(task, { domain, kind, offered: sampled.apiWalk }))
  ]
  if (task === null || format.length > 0) return failed("format", "FORMAT", { format_errors: format })

  const execution = yield* stage("execute")(Effect.sync(() => executeTask(domain, task, kind)))
  const { trace } = execution
  const diff = trace.final.diffFrom(domain.environment.initial)
  const run = { steps: stepsOf(trace), db_hash_after: trace.final.hash() }
  if (execution.errors.length > 0) {
    return failed("execution", "EXECUTION", { ...run, execution_errors: [...execution.errors] }, diff)
  }

  const violations = yield* stage("policy")(Effect.sync(() => policyViolations(domain, task, userId, trace)))
  if (violations.length > 0) {
    const policy = violations.map(({ message, rule, step }) => ({ rule_id: rule, step, message }))
    return failed("policy", "POLICY", { ...run, policy_violations: policy }, diff)
  }

  const judged = yield* review(domain, config, { task, kind, diff, offered: sampled.apiWalk, planted: draft.planted })
  const { verdict } = judged
  if (judged._tag === "NoQuorum") {
    return halted({ attempt: { ...blank, ...run, verdict, code: "JUDGE_ERROR" }, diff })
  }
  const refusal = decide(verdict, config)
  if (refusal !== null) return failed("review", refusal.code, { ...run, verdict }, diff)
  const attempt = { ...blank, ...run, verdict, passed: true, blueprint_id: blueprintId(domain, userId, task) }
  return passed({ attempt, task, diff })
})

/** Equal tasks have equal ids, whoever wrote them. */
const blueprintId = (domain: Domain, userId: string, task: Task): string =>
  fingerprint([domain.name, userId, task.actions, task.outputs, task.instruction]).slice(0, 16)

const stepsOf = (trace: Replay): BlueprintAttempt["steps"] =>
  trace.steps.map((step) => ({
    action: step.action,
    observation: step.observation.text,
    ok: !step.observation.isError,
    step_diff: step.diff === "" ? null : step.diff
  }))

const blueprintRow = (
  world: World,
  good: Good,
  options: { readonly sampled: SampledTask; readonly seed: string; readonly rounds: number }
): Entry => {
  const { domain } = world
  const { attempt, diff, task } = good
  const { sampled } = options
  const count = (kind: "read" | "write") =>
    task.actions.filter((action) => domain.environment.tools.get(action.name)?.kind === kind).length
  const { blueprint_id, db_hash_after, verdict } = attempt
  if (blueprint_id === null || db_hash_after === null || verdict === null) {
    throw new Error(`item ${attempt.item}, round ${attempt.round}: passed without having been executed and judged`)
  }
  return row(Blueprints, {
    blueprint_id,
    schema_version: 1,
    domain: domain.name,
    env_profile: domain.profile,
    env_seed: world.source,
    db_hash_before: attempt.db_hash_before,
    db_hash_after,
    task_kind: sampled.kind,
    user_id: attempt.user_id,
    persona: sampled.persona?.text ?? null,
    persona_source: sampled.persona?.source ?? null,
    instruction: task.instruction,
    thought: attempt.thought,
    actions: [...task.actions],
    outputs: [...task.outputs],
    facts: task.facts,
    eval_rules: evalRulesOf(domain, sampled, task),
    diff_patch: diff === "" ? null : diff,
    api_walk: [...sampled.apiWalk],
    sampled: attempt.sampled,
    n_writes: count("write"),
    n_reads: count("read"),
    rounds_used: options.rounds,
    verdict,
    planted: attempt.planted,
    parent_ids: [],
    recomb_depth: 0,
    seed: options.seed
  })
}
