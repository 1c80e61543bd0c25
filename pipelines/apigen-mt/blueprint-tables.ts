import { z } from "zod"
import { columns } from "../../schemas/columns.ts"
import type { JsonObject } from "../../schemas/json.ts"
import { table } from "../../schemas/table.ts"
import { Verdict } from "../../schemas/verdict.ts"

/**
 * An object whose keys depend on a tool or a task: JSON text at rest, never an inferred struct, so that a row does not
 * grow null fields that belong to other rows.
 */
export const JsonObjectColumn = z.record(z.string(), z.unknown()).register(columns, { column: "json" }) as z.ZodType<
  JsonObject,
  JsonObject
>

export const TaskKind = z.enum(["write", "mixed", "info", "refusal", "transfer"])
/**
 * What the ground truth consists of: `write` only changes, `mixed` changes and answers, `info` only answers, `refusal` a
 * request that the policy forbids, `transfer` one that only a person can handle. The last three leave the database as it was.
 */
export type TaskKind = z.infer<typeof TaskKind>

export const BlueprintAction = z.strictObject({ name: z.string(), arguments: JsonObjectColumn })

/**
 * A machine-checkable demand on the dialogue (what keeps a do-nothing agent from passing a task with an empty diff):
 * - `state`: the agent must tell the user `value`, one of the outputs
 * - `read`: the agent must make the read call `value`, canonical JSON of `{arguments, name}`
 * - `refuse`: the agent must turn down the request described by `value`, and change nothing
 * - `transfer`: the agent must hand over to a person; `value` says why
 */
export const EvalRule = z.strictObject({ kind: z.enum(["state", "read", "refuse", "transfer"]), value: z.string() })
export type EvalRule = z.infer<typeof EvalRule>

/** What the samplers drew for one round (spec section 2.3): logged so that diversity can be questioned with SQL. */
export const Sampled = z.strictObject({
  /** Rules beyond those of the sampled tools. */
  n_policies: z.int32(),
  /** Records beyond those that the task needs. */
  n_data_rows: z.int32(),
  n_examples: z.int32(),
  use_persona: z.boolean(),
  /** Ids of the policy rules in the prompt. */
  policies: z.array(z.string()),
  /** `table/key` of the records in the prompt. */
  data_keys: z.array(z.string()),
  example_ids: z.array(z.string())
})
export type Sampled = z.infer<typeof Sampled>

/** A verified task: what the second phase turns into dialogues. Only accepted ones are in this table. */
export const Blueprint = z.strictObject({
  /** 16 hexadecimal digits: hash of domain, user, actions, outputs and instruction. */
  blueprint_id: z.string(),
  schema_version: z.int32(),
  /** `airline` takes its place here when its environment is built. */
  domain: z.enum(["retail"]),
  env_profile: z.enum(["strict", "tau1"]),
  /** The seed or folder that the database was made from. */
  env_seed: z.string(),
  db_hash_before: z.string(),
  /** Equal to `db_hash_before` for an empty diff. */
  db_hash_after: z.string(),
  task_kind: TaskKind,
  user_id: z.string(),
  /** Null where none was sampled. Shapes tone and motive, never identity. */
  persona: z.string().nullable(),
  /** Collection and number: "dialoom-personas/17". */
  persona_source: z.string().nullable(),
  /** `q`: second person; who the user is, what they want, how they behave, what they know. */
  instruction: z.string(),
  /** The generator's reasoning: never shown to either party of a dialogue, never exported. */
  thought: z.string().nullable(),
  /** `a_gt`, in order: mainly writes; may be empty. */
  actions: z.array(BlueprintAction),
  /** `o_gt`: strings that the agent must tell the user; may be empty. */
  outputs: z.array(z.string()),
  /** Facts of the instruction that no tool argument carries: reasons, fallbacks. */
  facts: JsonObjectColumn,
  eval_rules: z.array(EvalRule),
  /** Unified diff of the database; null where nothing changes. */
  diff_patch: z.string().nullable(),
  /** Sampled tools in order: the writes of the walk with the reads on the way to them. */
  api_walk: z.array(z.string()),
  sampled: Sampled,
  n_writes: z.int32(),
  n_reads: z.int32(),
  /** Feedback rounds that it took; 0: the first try passed. */
  rounds_used: z.int32(),
  /** Of the round that passed. */
  verdict: Verdict,
  /** Mistakes that a simulated generator planted in the round that passed: they slipped through. Empty for real models. */
  planted: z.array(z.string()),
  /** Blueprints that this one was combined from; empty for originals (recombination is a later phase). */
  parent_ids: z.array(z.string()),
  recomb_depth: z.int32(),
  /** Seed of the item's random stream. */
  seed: z.string()
})
export type Blueprint = z.infer<typeof Blueprint>

export const Blueprints = table(
  "blueprints",
  "Tasks with verified ground truth: what the dialogues are made from.",
  Blueprint
)

/** Where a round was turned down, in the order of the checks. */
export const AttemptStage = z.enum(["format", "execution", "policy", "review"])
export type AttemptStage = z.infer<typeof AttemptStage>

/** One round of one item: kept whether the item was accepted, turned down or failed. */
export const BlueprintAttempt = z.strictObject({
  /** Key of the item in the phase's plan. */
  item: z.string(),
  /** 0 for the first try, then one a feedback round. */
  round: z.int32(),
  /** Set on the round that passed. */
  blueprint_id: z.string().nullable(),
  task_kind: TaskKind,
  user_id: z.string(),
  passed: z.boolean(),
  /** Null where the round passed, or where its committee lost its quorum. */
  failed_at: AttemptStage.nullable(),
  /** FORMAT, EXECUTION, POLICY, REVIEW_MAJORITY, REVIEW_THRESHOLD or JUDGE_ERROR; null where the round passed. */
  code: z.string().nullable(),
  thought: z.string().nullable(),
  /** The model's reply as it came. */
  raw_output: z.string(),
  format_errors: z.array(z.strictObject({ pointer: z.string(), message: z.string() })),
  steps: z.array(
    z.strictObject({
      action: BlueprintAction,
      observation: z.string(),
      ok: z.boolean(),
      step_diff: z.string().nullable()
    })
  ),
  execution_errors: z.array(z.strictObject({ step: z.int32().nullable(), message: z.string() })),
  policy_violations: z.array(z.strictObject({ rule_id: z.string(), step: z.int32().nullable(), message: z.string() })),
  db_hash_before: z.string(),
  /** Null where nothing was executed. */
  db_hash_after: z.string().nullable(),
  /** Null before the committee has sat. */
  verdict: Verdict.nullable(),
  /** The plan for the next round; null after the last one. */
  feedback: z.string().nullable(),
  sampled: Sampled,
  /** Mistakes that a simulated generator planted on purpose. Empty for real models. */
  planted: z.array(z.string())
})
export type BlueprintAttempt = z.infer<typeof BlueprintAttempt>

export const BlueprintAttempts = table(
  "blueprint_attempts",
  "Every round of every started blueprint, with the errors, votes and feedback that it got.",
  BlueprintAttempt
)
