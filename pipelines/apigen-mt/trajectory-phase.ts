import { Effect, Stream } from "effect"
import { z } from "zod"
import { TableReader } from "../../datasets/table-reader.ts"
import type { CallFailure, ChatModel } from "../../models/chat-model.ts"
import { type Entry, row } from "../../schemas/table.ts"
import { Rejected } from "../../stages/stage.ts"
import { ItemFailed, type Phase, phase } from "../pipeline.ts"
import { judgeEpisode } from "./acceptance.ts"
import {
  type Blueprint,
  BlueprintAction,
  Blueprints,
  EvalRule,
  JsonObjectColumn,
  TaskKind
} from "./blueprint-tables.ts"
import type { ApigenMtConfig } from "./config.ts"
import type { Domain } from "./domains/domain.ts"
import { goldOf } from "./gold.ts"
import { oracleEpisode } from "./oracle.ts"
import { attemptDialogue } from "./trajectory.ts"
import { type FailedTrajectory, failedTrajectories, trajectories } from "./trajectory-tables.ts"

/** What a dialogue is made from: all of a blueprint that it needs, so that an item stands on its own. */
export const DialogueItem = z.strictObject({
  blueprint_id: z.string(),
  task_kind: TaskKind,
  user_id: z.string(),
  persona: z.string().nullable(),
  instruction: z.string(),
  actions: z.array(BlueprintAction),
  outputs: z.array(z.string()),
  facts: JsonObjectColumn,
  eval_rules: z.array(EvalRule),
  db_hash_after: z.string()
})
export type DialogueItem = z.infer<typeof DialogueItem>

export const dialogueItem = (blueprint: Blueprint): DialogueItem => ({
  blueprint_id: blueprint.blueprint_id,
  task_kind: blueprint.task_kind,
  user_id: blueprint.user_id,
  persona: blueprint.persona,
  instruction: blueprint.instruction,
  actions: blueprint.actions,
  outputs: blueprint.outputs,
  facts: blueprint.facts,
  eval_rules: blueprint.eval_rules,
  db_hash_after: blueprint.db_hash_after
})

/** Equal blueprints have equal ids; their items are told apart by the number of times the id came before. */
const distinctKeys = () => {
  const seen = new Map<string, number>()
  return (id: string): string => {
    const times = (seen.get(id) ?? 0) + 1
    seen.set(id, times)
    return times === 1 ? id : `${id}-${times}`
  }
}

/**
 * Phase 2: from each accepted blueprint a dialogue (APIGen-MT, arXiv 2504.03601, section 4.2). One item a blueprint, in the order
 * of the table.
 */
export const trajectoryPhase = (config: ApigenMtConfig, domain: Domain): Phase =>
  phase({
    name: "trajectories",
    item: DialogueItem,
    plan: Stream.unwrap(
      TableReader.use((reader) =>
        Effect.sync(() => {
          const key = distinctKeys()
          return reader
            .rows(Blueprints)
            .pipe(Stream.map((blueprint) => ({ key: key(blueprint.blueprint_id), item: dialogueItem(blueprint) })))
        })
      )
    ),
    synthesize: (item) => makeTrajectories(config, domain, item)
  })

/**
 * Up to `attempts` tries (paper: 3), at rising temperatures. The paper runs them all and keeps every distinct success; here the
 * first success ends it unless `keepAllSuccesses` says otherwise, since further dialogues on one task cost as much as new tasks
 * and add less. Equal dialogues are kept once.
 *
 * Accepted with at least one success. Rejected with the code that most of the attempts failed by (of equals the latest), or with
 * ORACLE_FAILED, before any call, where even the ground truth does not pass the gates. Failed attempts go to `failed_trajectories`
 * either way. Fails with GROUND_TRUTH_CHANGED where the blueprint belongs to another database.
 */
export const makeTrajectories = Effect.fn("trajectory")(function* (
  config: ApigenMtConfig,
  domain: Domain,
  item: DialogueItem
): Effect.fn.Return<ReadonlyArray<Entry>, Rejected | ItemFailed | CallFailure, ChatModel> {
  const { actions, facts, instruction, outputs } = item
  const gold = goldOf(domain, {
    task: { instruction, actions, outputs, facts },
    taskKind: item.task_kind,
    userId: item.user_id,
    evalRules: item.eval_rules
  })
  if (gold.hash !== item.db_hash_after) {
    return yield* new ItemFailed({
      stage: "replay",
      code: "GROUND_TRUTH_CHANGED",
      message: `blueprint ${item.blueprint_id} leads to another state than when it was verified: ${gold.errors.join("; ") || "the database differs"}`
    })
  }
  const oracle = judgeEpisode(domain, gold, oracleEpisode(domain, gold), config)
  if (oracle.problems.length > 0) {
    return yield* new Rejected({
      stage: "oracle",
      code: "ORACLE_FAILED",
      reasons: oracle.problems.map((problem) => `${problem.code}: ${problem.message}`),
      evidence: { blueprint_id: item.blueprint_id }
    })
  }

  const entries: Array<Entry> = []
  const kept = new Set<string>()
  const failures: Array<FailedTrajectory> = []
  for (let attempt = 1; attempt <= config.attempts; attempt++) {
    const options = { domain, config, gold, blueprintId: item.blueprint_id, persona: item.persona, attempt }
    const { failed, trajectory } = yield* attemptDialogue(options)
    if (failed !== null) {
      failures.push(failed)
      continue
    }
    if (!kept.has(trajectory.trajectory_id)) entries.push(row(trajectories, trajectory))
    kept.add(trajectory.trajectory_id)
    if (!config.keepAllSuccesses) break
  }
  const failedRows = failures.map((failed) => row(failedTrajectories, failed))
  if (kept.size > 0) return [...entries, ...failedRows]
  return yield* new Rejected({
    stage: "dialogue",
    code: dominating(failures.map(({ failure }) => failure)),
    reasons: failures.map(({ attempt, reasons }) => `attempt ${attempt}: ${reasons.join("; ")}`),
    evidence: failures.map(({ attempt, failure, fault_owner, fault_type, trajectory_id }) => ({
      attempt,
      failure,
      fault_owner,
      fault_type,
      trajectory_id
    })),
    entries: failedRows
  })
})

/** The commonest label; of equals the latest. */
export const dominating = (labels: ReadonlyArray<string>): string => {
  const counts = new Map<string, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return labels.reduce(
    (best, label) => ((counts.get(label) ?? 0) >= (counts.get(best) ?? 0) ? label : best),
    labels[0] ?? "NONE"
  )
}
