import { Effect, Layer } from "effect"
import { Backstage, CurrentItem, CurrentStage } from "../../models/call-context.ts"
import { ChatModel, type ChatRequest } from "../../models/chat-model.ts"
import { makeBlueprint } from "../../pipelines/apigen-mt/blueprint.ts"
import type { Blueprint, BlueprintAttempt } from "../../pipelines/apigen-mt/blueprint-tables.ts"
import { ApigenMtConfig } from "../../pipelines/apigen-mt/config.ts"
import { retailKit } from "../../pipelines/apigen-mt/domains/retail/kit.ts"
import { retail } from "../../pipelines/apigen-mt/domains/retail/retail.ts"
import type { World } from "../../pipelines/apigen-mt/samplers.ts"
import { simulatedBlueprints } from "../../pipelines/apigen-mt/simulated/blueprints.ts"
import type { SimulatedReply } from "../../pipelines/pipeline.ts"
import { fingerprint } from "../../schemas/json.ts"
import type { Entry } from "../../schemas/table.ts"
import { random } from "../../stages/random.ts"

let opened: World | undefined
/** The retail shop of seed "lab", built once a test file. */
export const labWorld = (): World => {
  opened ??= { domain: retail({ seed: "lab", profile: "strict" }), kit: retailKit, seed: "lab", source: "lab" }
  return opened
}

/** A config as a user would write it, on top of the defaults. */
export const labConfig = (given: Record<string, unknown> = {}): ApigenMtConfig => ApigenMtConfig.parse(given)

/** No planted mistakes, and reviewers who find none either. */
export const faultless = {
  mistakes: { blueprint: 0, hardBlueprints: 0, reviewerMisses: 0, reviewerFalseAlarms: 0, reviewerBrokenReplies: 0 }
}

export interface SeenCall {
  readonly role: string
  readonly stage: string
  readonly draw: number
  readonly prompt: string
}

/** Plays the simulated models; where `script` answers, it is played instead. Every call is noted in `seen`. */
export const labModels = (
  seen: Array<SeenCall>,
  script: (call: SeenCall, nth: number, request: ChatRequest) => SimulatedReply | undefined = () => undefined
): Layer.Layer<ChatModel> => {
  const counts = new Map<string, number>()
  return Layer.succeed(
    ChatModel,
    ChatModel.of({
      complete: Effect.fnUntraced(function* (request) {
        const backstage = yield* Backstage
        const item = yield* CurrentItem
        const nth = counts.get(request.role) ?? 0
        counts.set(request.role, nth + 1)
        const prompt = request.messages.map((message) => message.content ?? "").join("\n")
        const call: SeenCall = { role: request.role, stage: yield* CurrentStage, draw: request.draw, prompt }
        seen.push(call)
        const id = fingerprint([request.role, request.messages, item.key, request.draw])
        const reply =
          script(call, nth, request) ??
          simulatedBlueprints[request.role]?.({
            request: { model: "simulated", messages: request.messages, sampling: request.sampling },
            backstage,
            random: random(id)
          })
        if (reply === undefined) throw new Error(`no simulated model for ${request.role}`)
        return {
          message: {
            role: "assistant" as const,
            content: reply.content ?? null,
            ...(reply.reasoning ? { reasoning: reply.reasoning } : {})
          },
          finishReason: reply.finishReason ?? ("stop" as const),
          usage: { prompt: 0, completion: 0, cached: 0, reasoning: 0 },
          id,
          model: "simulated",
          cached: false
        }
      })
    })
  )
}

export interface LabOutcome {
  readonly outcome: "accepted" | "rejected" | "failed"
  readonly stage: string | null
  readonly code: string | null
  readonly reasons: ReadonlyArray<string>
  readonly blueprint: Blueprint | null
  readonly attempts: ReadonlyArray<BlueprintAttempt>
  readonly entries: ReadonlyArray<Entry>
}

/** Runs item `n` to its end, whatever that is. */
export const labItem = (config: ApigenMtConfig, n: number, world: World = labWorld()) =>
  makeBlueprint(world, config, n, `b${n}`).pipe(
    Effect.provideService(CurrentItem, {
      phase: "blueprints",
      key: `b${n}`,
      seed: `lab/blueprints/b${n}`,
      redraw: 0,
      calls: []
    }),
    Effect.map((entries) => outcomeOf("accepted", null, null, [], entries)),
    Effect.catchTags({
      Rejected: ({ code, entries, reasons, stage }) =>
        Effect.succeed(outcomeOf("rejected", stage, code, reasons, entries ?? [])),
      ItemFailed: ({ code, entries, message, stage }) =>
        Effect.succeed(outcomeOf("failed", stage, code, [message], entries ?? []))
    })
  )

const outcomeOf = (
  outcome: LabOutcome["outcome"],
  stage: string | null,
  code: string | null,
  reasons: ReadonlyArray<string>,
  entries: ReadonlyArray<Entry>
): LabOutcome => ({
  outcome,
  stage,
  code,
  reasons,
  entries,
  blueprint: (entries.find((entry) => entry.table === "blueprints")?.row ?? null) as Blueprint | null,
  attempts: entries
    .filter((entry) => entry.table === "blueprint_attempts")
    .map((entry) => entry.row as BlueprintAttempt)
})
