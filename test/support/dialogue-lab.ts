import { Effect, Layer } from "effect"
import { Backstage, CurrentItem, CurrentStage } from "../../models/call-context.ts"
import { ChatModel, type ChatRequest, type Completion } from "../../models/chat-model.ts"
import type { ModelError } from "../../models/model-error.ts"
import type { Blueprint } from "../../pipelines/apigen-mt/blueprint-tables.ts"
import type { ApigenMtConfig } from "../../pipelines/apigen-mt/config.ts"
import { simulatedDialogues } from "../../pipelines/apigen-mt/simulated/dialogues.ts"
import { type DialogueItem, dialogueItem, makeTrajectories } from "../../pipelines/apigen-mt/trajectory-phase.ts"
import type { FailedTrajectory, Trajectory } from "../../pipelines/apigen-mt/trajectory-tables.ts"
import type { Simulated, SimulatedReply } from "../../pipelines/pipeline.ts"
import { fingerprint } from "../../schemas/json.ts"
import type { Message } from "../../schemas/message.ts"
import type { Entry } from "../../schemas/table.ts"
import { random } from "../../stages/random.ts"
import { faultless, labConfig, labItem, labModels, labWorld } from "./blueprint-lab.ts"

/** Nobody errs on purpose. */
export const careful = { mistakes: { ...faultless.mistakes, agent: 0, human: 0 } }

const made = new Map<string, ReadonlyArray<Blueprint>>()

/** Verified blueprints of the lab's shop, of those of the first `items` plan positions that were accepted. Made once a test file. */
export const labBlueprints = (
  items: number,
  given: Record<string, unknown> = {}
): Effect.Effect<ReadonlyArray<Blueprint>> => {
  const key = JSON.stringify([items, given])
  const config = labConfig({ ...faultless, ...given })
  const make = Effect.forEach(
    Array.from({ length: items }, (_, n) => n),
    (n) => labItem(config, n)
  ).pipe(
    Effect.map((outcomes) => outcomes.flatMap(({ blueprint }) => (blueprint === null ? [] : [blueprint]))),
    Effect.tap((blueprints) => Effect.sync(() => made.set(key, blueprints))),
    Effect.provide(labModels([])),
    Effect.orDie
  )
  return Effect.suspend(() => {
    const known = made.get(key)
    return known === undefined ? make : Effect.succeed(known)
  })
}

export interface DialogueCallSeen {
  readonly role: string
  readonly stage: string
  readonly draw: number
  readonly temperature: number
  readonly messages: ReadonlyArray<Message>
}

/** The scripted models of phase 2, or others in their place; `script` may answer, or fail, instead. Every call is noted. */
export const dialogueModels = (
  options: {
    readonly seen?: Array<DialogueCallSeen>
    readonly models?: Simulated
    readonly script?: (
      request: ChatRequest,
      nth: number
    ) => SimulatedReply | Effect.Effect<SimulatedReply, ModelError> | undefined
  } = {}
): Layer.Layer<ChatModel> => {
  const models = { ...simulatedDialogues, ...options.models }
  const counts = new Map<string, number>()
  return Layer.succeed(
    ChatModel,
    ChatModel.of({
      complete: Effect.fnUntraced(function* (request) {
        const backstage = yield* Backstage
        const item = yield* CurrentItem
        const nth = counts.get(request.role) ?? 0
        counts.set(request.role, nth + 1)
        options.seen?.push({
          role: request.role,
          stage: yield* CurrentStage,
          draw: request.draw,
          temperature: request.sampling.temperature,
          messages: request.messages
        })
        const id = fingerprint([request.role, request.messages, request.sampling, item.key, request.draw])
        const scripted = options.script?.(request, nth)
        const reply =
          scripted !== undefined
            ? Effect.isEffect(scripted)
              ? yield* scripted
              : scripted
            : models[request.role]?.({
                request: {
                  model: "simulated",
                  messages: request.messages,
                  sampling: request.sampling,
                  ...(request.tools === undefined ? {} : { tools: request.tools })
                },
                backstage,
                random: random(id)
              })
        if (reply === undefined) throw new Error(`no simulated model for ${request.role}`)
        return completion(reply, id)
      })
    })
  )
}

const completion = (reply: SimulatedReply, id: string): Completion => ({
  message: {
    role: "assistant",
    content: reply.content ?? null,
    ...(reply.reasoning ? { reasoning: reply.reasoning } : {}),
    ...(reply.toolCalls === undefined ? {} : { tool_calls: [...reply.toolCalls] })
  },
  finishReason: reply.finishReason ?? "stop",
  usage: { prompt: 0, completion: 0, cached: 0, reasoning: 0 },
  id,
  model: "simulated",
  cached: false
})

export interface DialogueOutcome {
  readonly outcome: "accepted" | "rejected" | "failed"
  readonly stage: string | null
  readonly code: string | null
  readonly reasons: ReadonlyArray<string>
  readonly accepted: ReadonlyArray<Trajectory>
  readonly failed: ReadonlyArray<FailedTrajectory>
}

/** Makes the dialogues of one blueprint, however that ends. */
export const labDialogue = (blueprint: Blueprint | DialogueItem, given: Record<string, unknown> = {}) => {
  const config: ApigenMtConfig = labConfig(given)
  const item = "verdict" in blueprint ? dialogueItem(blueprint) : blueprint
  const { blueprint_id: id } = item
  return makeTrajectories(config, labWorld().domain, item).pipe(
    Effect.provideService(CurrentItem, { phase: "trajectories", key: id, seed: `lab/${id}`, redraw: 0, calls: [] }),
    Effect.map((entries) => outcomeOf("accepted", null, null, [], entries)),
    Effect.catchTags({
      Rejected: ({ code, entries, reasons, stage }) =>
        Effect.succeed(outcomeOf("rejected", stage, code, reasons, entries ?? [])),
      ItemFailed: ({ code, entries, message, stage }) =>
        Effect.succeed(outcomeOf("failed", stage, code, [message], entries ?? []))
    })
  )
}

const outcomeOf = (
  outcome: DialogueOutcome["outcome"],
  stage: string | null,
  code: string | null,
  reasons: ReadonlyArray<string>,
  entries: ReadonlyArray<Entry>
): DialogueOutcome => ({
  outcome,
  stage,
  code,
  reasons,
  accepted: entries.filter((entry) => entry.table === "trajectories").map((entry) => entry.row as Trajectory),
  failed: entries.filter((entry) => entry.table === "failed_trajectories").map((entry) => entry.row as FailedTrajectory)
})
