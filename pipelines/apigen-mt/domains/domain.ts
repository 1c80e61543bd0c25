import type { Json, JsonObject } from "../../../schemas/json.ts"
import type { Action, Environment, Step } from "../../../stages/environment.ts"
import type { Random } from "../../../stages/random.ts"
import type { State } from "../../../stages/state.ts"

export type Profile = "strict" | "tau1"

/** A rule of the domain's policy, as the agent reads it. */
export interface PolicyRule {
  /** "R10" */
  readonly id: string
  readonly text: string
  /** Tools it is attached to; empty: always applies. */
  readonly tools: ReadonlyArray<string>
  /** Where it is tested: by the tool, over actions and database, over the dialogue, or by the message format. */
  readonly checks: ReadonlyArray<"tool" | "actions" | "dialogue" | "format">
}

/** A task with its ground truth (spec section 2.1): `q`, `a_gt`, `o_gt` and the facts that no argument carries. */
export interface Task {
  readonly instruction: string
  readonly actions: ReadonlyArray<Action>
  readonly outputs: ReadonlyArray<string>
  readonly facts: JsonObject
}

export interface Violation {
  /** "PT-R5" */
  readonly rule: string
  /** Index of the offending action, null where the whole is at fault. */
  readonly step: number | null
  readonly message: string
}

/** A policy unit test over an execution trace (spec section 2.5). `states[i]` is the state before step i; the last one is the final state. */
export interface PolicyTest {
  readonly id: string
  readonly description: string
  /** Ids of the policy rules it enforces. */
  readonly rules: ReadonlyArray<string>
  readonly check: (trace: {
    readonly task: Task
    readonly userId: string
    readonly steps: ReadonlyArray<Step>
    readonly states: ReadonlyArray<State>
  }) => ReadonlyArray<Violation>
}

/** What a tool needs and gives, by entity type: the edges of the API graph are derived from it (spec section 2.2). */
export interface GraphNode {
  readonly tool: string
  readonly kind: "read" | "write"
  readonly produces: ReadonlyArray<string>
  readonly consumes: ReadonlyArray<string>
}

/** May `to` follow `from` on one target, on another, or both? Absent pairs are forbidden on the same target. */
export interface WriteEdge {
  readonly from: string
  readonly to: string
  readonly scope: "same_target" | "other_target" | "any"
}

/** One write of a feasible task, chosen from the data before the model writes anything. */
export interface FeasibleWrite {
  readonly tool: string
  /** Complete arguments that execute without error at this point of the sequence. */
  readonly arguments: JsonObject
  /** What a person would say of it, in words: items by name and options, not by internal id. */
  readonly description: string
  readonly facts: JsonObject
}

/** A user whose data can carry a walk, with one concrete way to do so. */
export interface Scenario {
  readonly userId: string
  readonly writes: ReadonlyArray<FeasibleWrite>
  /** Records shown to the generator as sampled domain data: `table/key` to record. */
  readonly data: Readonly<Record<string, Json>>
  /** How the person proves who they are, in words: e-mail, or name and zip. */
  readonly identity: string
  /** Questions with their answers in the data, for tasks that also ask something: text a person asks, value that must be told. */
  readonly questions: ReadonlyArray<{
    readonly question: string
    readonly answer: string
    readonly reads: ReadonlyArray<Action>
  }>
}

/** Everything that is particular to one domain of tau-bench. */
export interface Domain {
  readonly name: "retail"
  readonly profile: Profile
  /** The agent's system prompt. */
  readonly policy: string
  readonly rules: ReadonlyArray<PolicyRule>
  readonly environment: Environment
  readonly policyTests: ReadonlyArray<PolicyTest>
  readonly graph: ReadonlyArray<GraphNode>
  readonly writeEdges: ReadonlyArray<WriteEdge>
  /** Most feedback rounds (paper: 3 retail, 5 airline). */
  readonly feedbackRounds: number
  /** Finds a user on whom the walk (tool names of writes, in order) is feasible; null where none is found in 200 tries. */
  readonly scenario: (walk: ReadonlyArray<string>, random: Random) => Scenario | null
  /** Read calls that make every id of the actions derivable, in the order an agent would make them. */
  readonly readsFor: (userId: string, actions: ReadonlyArray<Action>) => ReadonlyArray<Action>
}
