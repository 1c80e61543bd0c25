import { Clock, Effect } from "effect"
import { ModelError } from "../models/model-error.ts"
import type { FinishReason } from "../models/provider.ts"
import type { DialogueCounts, DialogueMessage, Termination } from "../schemas/dialogue.ts"
import type { JsonObject } from "../schemas/json.ts"
import type { Message } from "../schemas/message.ts"
import type { Tool } from "../schemas/tool.ts"
import type { Irregularity } from "./agent-reply.ts"
import type { Observation } from "./environment.ts"
import { Transcript } from "./transcript.ts"

export interface ConversationLimits {
  /** Tool calls plus replies of the agent. */
  readonly agentSteps: number
  /** Messages of the person. */
  readonly userTurns: number
  /** Tool errors in a row that are let pass; one more ends the conversation. Only a call that works ends the row. */
  readonly consecutiveToolErrors: number
  /** Characters of one message of either party. */
  readonly messageCharacters: number
  /** Wall clock, looked at between steps, so that an answered call is never thrown away. Waiting for a rate limit counts. */
  readonly milliseconds: number
}

/** tau-bench ends an episode after 30 steps (Yao et al. 2024, arXiv:2406.12045); the others are ours. */
export const DEFAULT_LIMITS: ConversationLimits = {
  agentSteps: 30,
  userTurns: 15,
  consecutiveToolErrors: 5,
  messageCharacters: 4000,
  milliseconds: 1_800_000
}

/** All that the person ever sees: no tool calls, no observations, no reasoning. */
export interface UserView {
  /** From 0. */
  readonly turn: number
  /** What was said so far, the greeting first where there is one. */
  readonly lines: ReadonlyArray<{ readonly from: "agent" | "user"; readonly text: string }>
}

/** What the person says next, or why they cannot go on. */
export type UserReply = { readonly text: string } | { readonly failure: string }

/** All that the agent sees: its own calls and replies, observations, and what the person said. No reasoning of earlier steps. */
export interface AgentView {
  /** From 0. */
  readonly step: number
  /** Without a system message: the pipeline puts its own first. */
  readonly messages: ReadonlyArray<Message>
  readonly tools: ReadonlyArray<Tool>
}

/** A `Completion` is one; a scripted agent may make its own. */
export interface AgentReply {
  readonly message: Message & { readonly role: "assistant" }
  readonly finishReason: FinishReason
}

/** What a conversation is held by, the two parties aside. */
export interface TranscriptOptions {
  readonly limits: ConversationLimits
  /** What ends the conversation when the person writes it: `###STOP###`. */
  readonly stopMarker: string
  /** A line of the agent that the person answers first; it is not part of the agent's history (tau-bench). Null: the person begins. */
  readonly greeting: string | null
  readonly tools: ReadonlyArray<Tool>
  /** Runs one call on the conversation's own state. Called only for known tools with an object for arguments. */
  readonly execute: (call: { readonly name: string; readonly arguments: JsonObject }) => Observation
  /** Irregular replies that end the conversation as `parse_error`. All others are put right, and all are counted. */
  readonly reject: ReadonlyArray<Irregularity>
}

export interface ConversationOptions<E, R, E2, R2> extends TranscriptOptions {
  readonly user: (view: UserView) => Effect.Effect<UserReply, E, R>
  readonly agent: (view: AgentView) => Effect.Effect<AgentReply, E2, R2>
}

export interface Conversation {
  /** As it happened, the person first. The stop line is not part of it. */
  readonly messages: ReadonlyArray<DialogueMessage>
  readonly termination: Termination
  /** What ended it, in words; null after a regular end. */
  readonly detail: string | null
  /** What the person wrote beside the stop marker; null where it did not end so, or the marker stood alone. */
  readonly closing: string | null
  readonly counts: DialogueCounts
  /** The model's failure behind `infra_error`; null otherwise. */
  readonly error: ModelError | null
}

/**
 * Two parties alternate until one of them, or a limit, ends it. The agent may call tools, one a step, before it replies (the loop
 * of tau-bench, Yao et al. 2024, arXiv:2406.12045). Costs one call of `user` a turn and one of `agent` a step.
 *
 * A ModelError that patience could not cure (`retryable`) ends it as `infra_error`, with what was said so far; all other failures of
 * the parties are the conversation's own.
 */
export const converse = Effect.fnUntraced(function* <E, R, E2, R2>(
  options: ConversationOptions<E, R, E2, R2>
): Effect.fn.Return<Conversation, E | E2, R | R2> {
  const { limits } = options
  const transcript = new Transcript(options)
  const started = yield* Clock.currentTimeMillis
  const late = Effect.map(Clock.currentTimeMillis, (now) => now - started >= limits.milliseconds)
  const dialogue = Effect.gen(function* () {
    for (;;) {
      if (yield* late) return transcript.end("timeout", `over ${limits.milliseconds} ms`)
      if (transcript.counts.user_turns >= limits.userTurns)
        return transcript.end("max_turns", `${limits.userTurns} user turns`)
      const said = yield* options.user({ turn: transcript.counts.user_turns, lines: [...transcript.lines] })
      const over = transcript.hear(said)
      if (over !== null) return over
      for (let replied = false; !replied; ) {
        if (yield* late) return transcript.end("timeout", `over ${limits.milliseconds} ms`)
        if (transcript.counts.agent_steps >= limits.agentSteps) {
          return transcript.end("max_steps", `${limits.agentSteps} agent steps`)
        }
        const reply = yield* options.agent({
          step: transcript.counts.agent_steps,
          messages: [...transcript.history],
          tools: options.tools
        })
        const stop = transcript.act(reply)
        if (stop !== null) return stop
        replied = transcript.messages.at(-1)?.role === "assistant"
      }
    }
  })
  return yield* dialogue.pipe(
    Effect.catchIf(
      (error): error is (E | E2) & ModelError => error instanceof ModelError && error.retryable,
      (error) => Effect.succeed(transcript.fail(error))
    )
  )
})
