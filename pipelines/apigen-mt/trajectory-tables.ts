import { z } from "zod"
import { DialogueCounts, DialogueMessage, Termination } from "../../schemas/dialogue.ts"
import { table } from "../../schemas/table.ts"
import { Tool } from "../../schemas/tool.ts"

/** 1 passed, 0 failed. */
const Bit = z.int32().min(0).max(1)
const Count = z.int32().min(0)

export const Candidate = z.strictObject({
  text: z.string(),
  /** The critic's 0 to 10; null where it was dropped before scoring or could not be scored. */
  score: z.int32().min(0).max(10).nullable(),
  /** Code of the hard filter that dropped it; null where it stood for election. */
  dropped: z.string().nullable(),
  /** The mistake that a simulated human made here on purpose; null from real models. */
  planted: z.string().nullable()
})
export type Candidate = z.infer<typeof Candidate>

/** One human turn: all candidates in the order they were drawn, redraws included. */
export const UserTurn = z.strictObject({
  /** Human turn, from 0. */
  turn: Count,
  candidates: z.array(Candidate),
  /** Index of the candidate that was sent; null where none survived. */
  chosen: Count.nullable()
})
export type UserTurn = z.infer<typeof UserTurn>

export const OutputHit = z.strictObject({
  output: z.string(),
  /** By tau-bench's rule: a case-insensitive substring of a reply without commas. */
  found: z.boolean(),
  message_index: Count.nullable(),
  /** By the strict rule: numbers as numbers, words whole, neither asked nor denied. */
  found_strict: z.boolean(),
  message_index_strict: Count.nullable()
})
export type OutputHit = z.infer<typeof OutputHit>

export const PolicyFinding = z.strictObject({
  /** "PT-R5" of the domain's unit tests, "DC-R4" of the dialogue checks. */
  rule_id: z.string(),
  message_index: Count.nullable(),
  message: z.string(),
  /** `advice` is reported and never turns a trajectory down. */
  severity: z.enum(["violation", "advice"])
})
export type PolicyFinding = z.infer<typeof PolicyFinding>

/** A mistake that a simulated model made on purpose, told by the tag `planted: <code>` in its private reasoning. */
export const PlantedMistake = z.strictObject({
  party: z.enum(["user", "agent"]),
  code: z.string(),
  message_index: Count.nullable()
})
export type PlantedMistake = z.infer<typeof PlantedMistake>

const fields = {
  /** Hash of blueprint and normalised messages: equal dialogues have equal ids. */
  trajectory_id: z.string(),
  blueprint_id: z.string(),
  domain: z.string(),
  env_profile: z.string(),
  task_kind: z.string(),
  user_id: z.string(),
  /** From 1. */
  attempt: z.int32().min(1),
  /** Only `user_stop` and `transfer` can earn a reward. */
  termination: Termination,
  /** The agent's system prompt: the domain's policy. */
  system: z.string(),
  tools: z.array(Tool),
  messages: z.array(DialogueMessage),
  user_candidates: z.array(UserTurn),
  db_hash_final: z.string(),
  db_hash_gold: z.string(),
  /** tau-bench's and the paper's: `r_state` times `r_output`, and 0 wherever a limit or a fault ended the dialogue. */
  reward: Bit,
  /** The final database equals that of the ground truth. */
  r_state: Bit,
  /** The same where lists without order compare as sets: a difference to `r_state` is worth a look. */
  r_state_tolerant: Bit,
  r_output: Bit,
  r_output_strict: Bit,
  r_policy: Bit,
  r_nontrivial: Bit,
  r_hygiene: Bit,
  output_hits: z.array(OutputHit),
  policy_findings: z.array(PolicyFinding),
  hygiene_issues: z.array(z.string()),
  /** Lines that the human said, the stop marker not counted. */
  n_user_turns: Count,
  /** Steps of the agent: calls and replies. The paper's average is 12. */
  n_agent_turns: Count,
  n_tool_calls: Count,
  /** Write calls that succeeded. */
  n_writes: Count,
  n_failed_writes: Count,
  n_tool_errors: Count,
  /** Sorted by name. */
  tool_counts: z.array(z.strictObject({ name: z.string(), count: Count })),
  planted: z.array(PlantedMistake),
  /** Sizes, and what was put right in the agent's replies before it entered the dialogue. */
  counts: DialogueCounts,
  temperature_agent: z.number(),
  temperature_user: z.number(),
  /** Candidates drawn for each human turn. */
  best_of_n: z.int32().min(1),
  /** Sampling seed of the agent's calls. */
  seed: Count
}

export const Trajectory = z.strictObject(fields)
export type Trajectory = z.infer<typeof Trajectory>

export const FaultOwner = z.enum(["user", "agent", "environment"])
export type FaultOwner = z.infer<typeof FaultOwner>

export const FailedTrajectory = z.strictObject({
  ...fields,
  /** The first gate that turned it down: "STATE_MISMATCH". */
  failure: z.string(),
  reasons: z.array(z.string()),
  fault_owner: FaultOwner,
  fault_type: z.string(),
  /** Unified diff from the ground truth's final database to this one's; null where they are equal. */
  state_diff_vs_gold: z.string().nullable()
})
export type FailedTrajectory = z.infer<typeof FailedTrajectory>

export const trajectories = table(
  "trajectories",
  "Accepted dialogues: executed tool calls, a final database equal to the ground truth's, expected outputs told.",
  Trajectory
)

export const failedTrajectories = table(
  "failed_trajectories",
  "Attempts that were turned down, whole, with the gate that did it and whose fault it was: for contrastive use.",
  FailedTrajectory
)
