import type { JsonObject } from "../schemas/json.ts"
import type { Tool } from "../schemas/tool.ts"
import type { State } from "./state.ts"

/** What a tool answered. Failures are observations, as in tau-bench: text that begins with `Error`. */
export interface Observation {
  readonly text: string
  readonly isError: boolean
  /** True after a tool that ends the episode. */
  readonly terminated: boolean
}

export interface EnvironmentTool {
  readonly tool: Tool
  /** read: explores; write: changes state; generic: neither. */
  readonly kind: "read" | "write" | "generic"
  readonly terminates: boolean
  /**
   * Runs on validated-as-an-object arguments. Returns the observation's text; a text that begins with `Error` must have
   * left the state untouched. May throw: the caller turns that into an `Error: ` observation and restores the state.
   */
  readonly run: (state: State, input: JsonObject) => string
}

/** Tools over a state. Immutable: an episode runs on `initial.fork()`. */
export interface Environment {
  readonly tools: ReadonlyMap<string, EnvironmentTool>
  readonly initial: State
}

export interface Action {
  readonly name: string
  readonly arguments: JsonObject
}

/** One executed action. */
export interface Step {
  readonly action: Action
  readonly observation: Observation
  /** Unified diff of this step alone; empty where nothing changed. */
  readonly diff: string
}

export interface Replay {
  readonly steps: ReadonlyArray<Step>
  /** `states[i]` is the state before step i; the last one equals `final`. */
  readonly states: ReadonlyArray<State>
  readonly final: State
}
