import { Effect, Layer, Option } from "effect"
import type { ModelSpec, Price } from "../schemas/config.ts"
import { type Assigned, addressed } from "./address.ts"
import { Budget, type Cost } from "./budget.ts"
import { CallPriority, CurrentCall, CurrentItem, CurrentStage, type ItemContext } from "./call-context.ts"
import { type CallFailure, ChatModel, type ChatRequest, type Completion } from "./chat-model.ts"
import { Ledger, type LedgerEntry } from "./ledger.ts"
import { type Limits, makeLimits } from "./limits.ts"
import { modelError } from "./model-error.ts"
import { type ModelsByRole, modelFor } from "./models-by-role.ts"
import { costOf, priceOf } from "./prices.ts"
import type { Provider, ProviderRequest } from "./provider.ts"
import type { Providers } from "./providers.ts"
import { responseSchema } from "./response-schema.ts"
import { simulatedTokens } from "./simulated.ts"
import { singleFlight } from "./single-flight.ts"
import { promptTokens, tokenCounter } from "./tokens.ts"

/** A model of this run, with all that its calls share. */
interface LiveModel {
  readonly spec: ModelSpec
  readonly provider: Provider
  readonly limits: Limits
  /** USD for a million tokens; nothing where nobody knows. */
  readonly price: Price
  /** Prompt tokens before sending; absent where no limit needs them. */
  readonly promptTokens: ((request: ProviderRequest) => Effect.Effect<number>) | undefined
}

const FREE: Price = { input: 0, cachedInput: 0, output: 0 }

/**
 * The chat model of a run: the ledger first, then budget, limits, provider, and the reply made durable before anybody
 * sees it. Roles with equal specs share one provider and its limits.
 *
 * Errors of a call: ModelError (after its retries), BudgetExhausted (before it is sent, or when the minutes end while it
 * waits), LedgerError.
 */
export const chatModelLive = (options: { readonly models: ModelsByRole; readonly providers: Providers }) =>
  Layer.effect(
    ChatModel,
    Effect.gen(function* () {
      const ledger = yield* Ledger
      const budget = yield* Budget
      const live = yield* liveModels(options.models, options.providers, budget.caps.usd ?? budget.caps.tokens)
      const flights = singleFlight<Recalled, CallFailure>()

      const estimate = (model: LiveModel, request: ProviderRequest): Effect.Effect<Cost> =>
        model.promptTokens !== undefined
          ? Effect.map(model.promptTokens(request), (prompt) => {
              const completion = request.sampling.maxTokens
              return {
                usd: costOf(model.price, { prompt, completion, cached: 0, reasoning: 0 }),
                tokens: prompt + completion
              }
            })
          : Effect.succeed(NOTHING)

      const { calls, tokens, usd } = budget.caps
      const isCapped = (calls ?? tokens ?? usd) !== undefined
      const observeOthers = Effect.flatMap(ledger.totals, (total) =>
        budget.observe({
          usd: total.costUsd,
          tokens: total.promptTokens + total.completionTokens,
          calls: total.calls
        })
      )

      /** Once the reply is here nothing interrupts until it is on disk: it has been paid for. */
      const send = (model: LiveModel, call: Call) =>
        Effect.uninterruptibleMask((restore) =>
          Effect.gen(function* () {
            const expected = yield* restore(estimate(model, call.request))
            if (isCapped) yield* observeOthers
            const reservation = yield* restore(budget.reserve(expected))
            const attempt = Effect.provideService(model.provider.complete(call.request), CurrentCall, {
              role: call.role,
              address: call.address
            })
            const answered = yield* restore(
              model.limits.run({ attempt, tokens: expected.tokens, wait: budget.wait })
            ).pipe(
              Effect.provideService(CallPriority, call.priority),
              Effect.onError(() => budget.release(reservation))
            )
            const { prompt, completion } = answered.value.usage
            const cost = { usd: costOf(model.price, answered.value.usage), tokens: prompt + completion }
            // Before it is in the ledger: what the ledger says of others must never hold a call of ours that is not counted yet.
            yield* budget.settle(reservation, cost)
            const entry = yield* ledger.put({
              address: call.address,
              phase: call.phase,
              item: call.item,
              stage: call.stage,
              role: call.role,
              draw: call.draw,
              provider: model.provider.name,
              request: call.request,
              reply: answered.value,
              costUsd: cost.usd,
              milliseconds: answered.milliseconds,
              attempts: answered.attempts,
              at: answered.at
            })
            return { entry, cached: false }
          })
        )

      const recall = (model: LiveModel, call: Call): Effect.Effect<Recalled, CallFailure> =>
        Effect.flatMap(ledger.get(call.address), (known) =>
          Option.isSome(known) ? Effect.succeed({ entry: known.value, cached: true }) : send(model, call)
        )

      const complete = Effect.fnUntraced(function* (request: ChatRequest) {
        const item = yield* CurrentItem
        const stage = yield* CurrentStage
        const model = live(request.role)
        const made = requestFor(request, model.spec, item)
        const call: Call = {
          ...made,
          role: request.role,
          draw: request.draw,
          phase: item.phase,
          item: item.key,
          stage,
          priority: item.calls.length
        }
        const { leader, value } = yield* flights.run(call.address, recall(model, call))
        const { entry } = value
        const cached = value.cached || !leader
        item.calls.push({
          id: entry.address,
          role: request.role,
          stage,
          model: entry.reply.model,
          provider: entry.provider,
          cached,
          usage: entry.reply.usage,
          costUsd: entry.costUsd,
          milliseconds: entry.milliseconds
        })
        if (entry.reply.finishReason === "content_filter") return yield* refused(entry)
        return completion(entry, cached)
      })

      return ChatModel.of({ complete })
    })
  )

interface Recalled {
  readonly entry: LedgerEntry
  readonly cached: boolean
}

interface Call extends Assigned {
  /** Calls that the item has behind it: items nearest to their end go first, so that few dialogues are open at once. */
  readonly priority: number
  readonly role: string
  readonly draw: number
  readonly phase: string
  readonly item: string
  readonly stage: string
}

const NOTHING: Cost = { usd: 0, tokens: 0 }

const liveModels = Effect.fnUntraced(function* (models: ModelsByRole, make: Providers, cap: number | undefined) {
  const bySpec = new Map<ModelSpec, LiveModel>()
  for (const spec of Object.values(models)) {
    if (bySpec.has(spec)) continue
    const provider = yield* make(spec)
    const limits = yield* makeLimits(spec, provider.pauseMillis)
    const counts = cap !== undefined || spec.tokensPerMinute !== undefined
    const counter = spec.provider === "simulated" ? simulatedPromptTokens : countedPromptTokens
    const price = priceOf(spec) ?? FREE
    bySpec.set(spec, { spec, provider, limits, price, promptTokens: counts ? counter : undefined })
  }
  return (role: string): LiveModel => {
    const model = bySpec.get(modelFor(models, role))
    if (model === undefined) throw new Error(`chatModelLive: no model for the role ${role}`)
    return model
  }
})

const countedPromptTokens = (request: ProviderRequest) =>
  Effect.map(tokenCounter, (count) => promptTokens(count, request))

const simulatedPromptTokens = (request: ProviderRequest) => Effect.sync(() => simulatedTokens(request))

/** What is sent, and its address. Exported for `explain`: why a call was or wasn't answered by the ledger. */
export const requestFor = (
  request: ChatRequest,
  spec: Pick<ModelSpec, "model">,
  item: Omit<ItemContext, "calls">
): Assigned => {
  const schema = request.response === undefined ? undefined : responseSchema(request.response.schema)
  const outgoing: ProviderRequest = {
    model: spec.model,
    messages: withoutReasoning(request.messages),
    ...(request.tools === undefined || request.tools.length === 0 ? {} : { tools: request.tools }),
    ...(request.response === undefined || schema === undefined
      ? {}
      : { response: { name: request.response.name, schema: schema.json } }),
    sampling: request.sampling
  }
  return addressed(outgoing, schema?.fingerprint, {
    phase: item.phase,
    // Replies drawn anew are those of another item: other addresses, other seeds.
    item: item.redraw === 0 ? item.key : `${item.key}#${item.redraw}`,
    itemSeed: item.redraw === 0 ? item.seed : `${item.seed}#${item.redraw}`,
    draw: request.draw,
    redraw: item.redraw
  })
}

/** Reasoning is private to the turn that wrote it: it is not sent, so it is no part of the request. */
const withoutReasoning = (messages: ChatRequest["messages"]): ChatRequest["messages"] =>
  messages.some((message) => message.reasoning !== undefined)
    ? messages.map(({ reasoning: _, ...message }) => message)
    : messages

/** It was answered and paid for, so it stands in the ledger: asked again, the refusal is the same and costs nothing. */
const refused = ({ reply }: LedgerEntry) => {
  const said = (reply.content ?? "").replace(/\s+/g, " ").trim().slice(0, 300)
  return modelError(
    "refused",
    reply.model,
    `The model refused, or a content filter held its reply back${said === "" ? "." : `: ${said}`}`
  )
}

const completion = ({ address, reply }: LedgerEntry, cached: boolean): Completion => ({
  message: {
    role: "assistant",
    content: reply.content,
    ...(reply.reasoning === null ? {} : { reasoning: reply.reasoning }),
    ...(reply.toolCalls.length === 0 ? {} : { tool_calls: [...reply.toolCalls] })
  },
  finishReason: reply.finishReason,
  usage: reply.usage,
  id: address,
  model: reply.model,
  cached
})
