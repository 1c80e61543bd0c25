import type { JsonObject } from "../../../schemas/json.ts"
import type { Action } from "../../../stages/environment.ts"
import type { Random } from "../../../stages/random.ts"
import type { Example } from "../examples.ts"
import type { Scenario } from "./domain.ts"

/** A request that leads nowhere by design: the policy forbids it, or only a person can handle it. */
export interface DeadEnd {
  /** What the customer wants, as the instruction would say it: "You want ...". */
  readonly request: string
  /** What the customer does when it is not given. */
  readonly ending: string
  /** Reads that an agent must make before it can know that it is a dead end; none where the request alone shows it. */
  readonly reads: ReadonlyArray<Action>
  readonly facts: JsonObject
}

/** What the pipeline asks of a domain to write tasks for it, beyond the environment that the tasks run in. */
export interface DomainKit {
  /** Rules for the instruction that only this domain has. */
  readonly instructionRules: string
  readonly examples: ReadonlyArray<Example>
  /** Null where the scenario's data has nothing to build one on. */
  readonly deadEnd: (kind: "refusal" | "transfer", scenario: Scenario, random: Random) => DeadEnd | null
}
