import type { Effect } from "effect"
import type { Capability, LocalModelSpec, LocalRole } from "../../schemas/capability.ts"
import type { Backends } from "../capabilities/backend.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import type { Call } from "./call.ts"

/** What a server can be asked for: the capabilities, pairs apart by what they want of the model. */
export interface Tasks extends Omit<Backends, "pairs"> {
  /** Three labels with probabilities. */
  readonly entailment: Backends["pairs"]
  /** One score a pair: relevance and reward. */
  readonly ranking: Backends["pairs"]
}
export type Task = keyof Tasks

export const taskOf = (capability: Capability, role: LocalRole): Task =>
  capability !== "pairs" ? capability : role === "entailment" ? "entailment" : "ranking"

/** What a server says of the model it has loaded. */
export interface Served {
  /** Its name in requests. */
  readonly id: string
  readonly revision: string | null
  readonly dtype: string | null
  readonly maxTokens: number | null
  /** Inputs that it takes in one request, where it says so. */
  readonly inputs?: number
  /** What the loaded model is good for, where it says so. */
  readonly tasks?: ReadonlyArray<Task>
}

export interface Place {
  readonly call: Call
  readonly spec: LocalModelSpec
  readonly served: Served
}

/** How one task is asked for: `run` of its backend, and how many inputs it is given at most. */
export type Route<T extends Task> = (place: Place) => Pick<Tasks[T], "run"> & { readonly inputs: number }

/** One kind of server, whichever model it serves. */
export interface ServerShape {
  readonly name: string
  /** What to look at where nothing answers: a sentence. */
  readonly check: (model: string) => string
  /** Asks which model is there. Fails with `mismatch` where it is not `spec.model`. */
  readonly handshake: (call: Call, spec: LocalModelSpec) => Effect.Effect<Served, CapabilityError>
  readonly routes: { readonly [T in Task]?: Route<T> }
  /** Why a task is not there, where more is to be said than that it is not. */
  readonly why?: { readonly [T in Task]?: string }
}

/** Servers batch across requests by themselves, and text-embeddings-inference takes 32 inputs a request unless told otherwise. */
export const MOST_INPUTS = 32
