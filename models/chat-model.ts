import { Context, Data, type Effect } from "effect"
import type { z } from "zod"
import type { Message } from "../schemas/message.ts"
import type { Tool } from "../schemas/tool.ts"
import type { LedgerError } from "./ledger.ts"
import type { ModelError } from "./model-error.ts"
import type { FinishReason, Sampling, Usage } from "./provider.ts"

export interface ChatRequest {
  /** Who speaks: `blueprint`, `reviewer`, `user`, `agent`... A run maps each role to a model. */
  readonly role: string
  readonly messages: ReadonlyArray<Message>
  readonly tools?: ReadonlyArray<Tool>
  /** Structured output. The schema is sent; validating the reply is the stage's work (`stages/structured.ts`). */
  readonly response?: { readonly name: string; readonly schema: z.ZodType }
  readonly sampling: Sampling
  /** n-th sample of an equal request within its item, from 0. */
  readonly draw: number
}

export interface Completion {
  readonly message: Message & { readonly role: "assistant" }
  readonly finishReason: FinishReason
  readonly usage: Usage
  /** Address in the ledger. */
  readonly id: string
  readonly model: string
  readonly cached: boolean
}

/** The run's brake was reached before this call could be sent. The item stays pending and the run stops, resumable. */
export class BudgetExhausted extends Data.TaggedError("BudgetExhausted")<{
  readonly limit: "usd" | "tokens" | "calls" | "minutes"
  readonly cap: number
  readonly spent: number
  readonly reserved: number
  readonly message: string
}> {}

/** All that can end an item without an outcome of its own. */
export type CallFailure = ModelError | BudgetExhausted | LedgerError

/** All that a stage may ask of a language model. */
export class ChatModel extends Context.Service<
  ChatModel,
  {
    readonly complete: (request: ChatRequest) => Effect.Effect<Completion, CallFailure>
  }
>()("dialoom/models/ChatModel") {}
