import { Effect, Stream } from "effect"
import type { Verdict } from "../../schemas/verdict.ts"
import type { Finding, Judged } from "../../stages/filters/filter.ts"
import { judgedBy } from "../../stages/filters/filter.ts"
import type { Calibration, TrialJudge } from "../calibration.ts"
import { ItemFailed, PlanError } from "../pipeline.ts"
import { judgeEpisode } from "./acceptance.ts"
import { type Blueprint, Blueprints } from "./blueprint-tables.ts"
import type { ApigenMtConfig } from "./config.ts"
import { blueprintDefects } from "./defects/blueprint-defects.ts"
import { offPolicyAction } from "./defects/off-policy-action.ts"
import { taskOfBlueprint } from "./defects/spoilt-blueprint.ts"
import { wrongFinalState } from "./defects/wrong-final-state.ts"
import type { Domain } from "./domains/domain.ts"
import { episodeLeaks } from "./episode-leaks.ts"
import { type Gold, goldOf } from "./gold.ts"
import { decide, review, rubric } from "./review.ts"
import type { Trajectory } from "./trajectory-tables.ts"
import { executeTask } from "./validation.ts"
import { lazyWorld } from "./world.ts"

/** The gates of phase 2 over the stored row, and the committee of phase 1 over its blueprint. */
export const apigenMtCalibration: Calibration = {
  roles: ["reviewer"],
  open: Effect.fnUntraced(function* (source) {
    const config = source.config as ApigenMtConfig
    const { domain } = yield* lazyWorld(config, source.seed).pipe(
      Effect.mapError((error) => new PlanError({ phase: "trials", message: error.message }))
    )
    const wanted = new Set(source.used.map((row) => (row as Trajectory).blueprint_id))
    const blueprints = new Map<string, Blueprint>()
    yield* source.rows(Blueprints).pipe(
      Stream.filter(({ blueprint_id }) => wanted.has(blueprint_id)),
      Stream.runForEach((blueprint) => Effect.sync(() => blueprints.set(blueprint.blueprint_id, blueprint)))
    )
    return {
      originOf: (row) => blueprints.get((row as Trajectory).blueprint_id) ?? null,
      defects: [wrongFinalState(domain), offPolicyAction(domain), ...blueprintDefects(domain)],
      judges: [gates(domain, config), committee(domain, config)]
    }
  })
}

/** Replays the row's calls against the ground truth, and checks state, outputs, policy, hygiene and leaks. No model calls. */
const gates = (domain: Domain, config: ApigenMtConfig): TrialJudge => {
  const golds = new WeakMap<Blueprint, Gold>()
  const goldFor = (blueprint: Blueprint): Gold => {
    const { eval_rules, task_kind, user_id } = blueprint
    const gold =
      golds.get(blueprint) ??
      goldOf(domain, {
        task: taskOfBlueprint(blueprint),
        taskKind: task_kind,
        userId: user_id,
        evalRules: eval_rules
      })
    golds.set(blueprint, gold)
    return gold
  }
  return {
    name: "gates",
    part: "row",
    kind: "rule",
    judge: ({ origin, row }) =>
      Effect.sync(() => {
        if (origin === null) return null
        const { db_hash_final, messages, termination } = row as Trajectory
        const gold = goldFor(origin as Blueprint)
        const leaks = episodeLeaks(domain, gold, messages)
        const { problems } = judgeEpisode(
          domain,
          gold,
          { messages, termination, detail: null, hash: db_hash_final, leaks },
          config
        )
        return [
          judgedBy(
            "gates",
            problems.map(({ code, message }) => ({ code, reason: message, evidence: {} }))
          )
        ]
      })
  }
}

/**
 * The reviewers of blueprints: the committee's decision as `committee`, and the vote of each. Costs a call of role `reviewer` for each
 * judge that the run had. Fails with JUDGE_ERROR without a quorum.
 */
const committee = (domain: Domain, config: ApigenMtConfig): TrialJudge => ({
  name: "committee",
  part: "origin",
  kind: "model",
  judge: Effect.fnUntraced(function* ({ origin }, planted) {
    if (origin === null) return null
    const blueprint = origin as Blueprint
    const task = taskOfBlueprint(blueprint)
    const diff = executeTask(domain, task, blueprint.task_kind).trace.final.diffFrom(domain.environment.initial)
    const judged = yield* review(domain, config, {
      task,
      kind: blueprint.task_kind,
      diff,
      offered: blueprint.api_walk,
      // Read by simulated reviewers alone. What a simulated writer got past the committee is still in the clean ones.
      planted: [...blueprint.planted, ...(planted === null ? [] : [planted])]
    })
    const { verdict } = judged
    if (judged._tag === "NoQuorum") {
      return yield* new ItemFailed({
        stage: "review",
        code: "JUDGE_ERROR",
        message: `fewer than ${config.quorum} of ${config.judges} reviewers gave a usable vote`
      })
    }
    const refusal = decide(verdict, config)
    const findings = (refusal?.reasons ?? []).map((reason) => ({ code: refusal?.code ?? "", reason, evidence: {} }))
    return [{ ...judgedBy("committee", findings), score: verdict.mean_total }, ...verdict.votes.map(voteOf)]
  })
})

/** A reviewer alone: rejects what it gives 0 on a criterion that is required. */
const voteOf = (vote: Verdict["votes"][number]): Judged => {
  const required = new Set(rubric.filter((criterion) => criterion.required).map(({ name }) => name))
  const lost = vote.scores.filter(({ criterion, score }) => score === 0 && required.has(criterion))
  const findings: ReadonlyArray<Finding> =
    vote.status === "voted"
      ? lost.map(({ criterion }) => ({ code: "VOTED_0", reason: `${criterion}: 0`, evidence: { criterion } }))
      : [{ code: "NO_VOTE", reason: vote.reason ?? vote.status, evidence: {} }]
  return {
    filter: vote.reviewer,
    verdict: vote.status !== "voted" ? "unsure" : findings.length > 0 ? "reject" : "pass",
    findings,
    score: vote.total,
    model: null
  }
}
