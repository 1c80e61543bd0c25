import { Duration, Effect, Redacted, Result } from "effect"
import { z } from "zod"
import type { ModelSpec } from "../schemas/config.ts"
import { user } from "../schemas/message.ts"
import { llamaProvider } from "./llama/provider.ts"
import type { ModelError } from "./model-error.ts"
import { type ApiKey, openaiProvider } from "./openai/provider.ts"
import { transport } from "./openai/transport.ts"
import type { Provider, ProviderReply, ProviderRequest } from "./provider.ts"
import { responseSchema } from "./response-schema.ts"

/** What one endpoint of a model can do: a row of the table that the command `models` prints. */
export interface Health {
  readonly model: string
  /** Where it was asked; words where that is no URL. */
  readonly baseUrl: string
  /** Whether the endpoint lists the model; null where it lists nothing. */
  readonly listed: boolean | null
  readonly answers: boolean
  /** How structured output works there: natively, as any JSON object, by prompt alone, or not. */
  readonly structured: "native" | "json_object" | "prompt" | "no"
  readonly tools: boolean
  /** Whether the server says how many tokens a call took. */
  readonly usage: boolean
  /** Milliseconds of a completion of a few words. */
  readonly latencyMillis: number | null
  /** What went wrong and what to do; null where all is well. */
  readonly problem: string | null
}

/** A reasoning model needs room to think before its few words. */
const TINY = { temperature: 0, maxTokens: 512 }
/** The probe is for people who wait: an endpoint that is down should say so soon. */
const PATIENCE_MILLIS = 60_000

const COLOUR = 'Which colour is the sky on a clear day: red, green or blue? Answer with JSON: {"colour": "..."}.'
const Colour = z.strictObject({ colour: z.enum(["red", "green", "blue"]) })
const COLOUR_SCHEMA = responseSchema(Colour).json

const Listing = z.object({ data: z.array(z.object({ id: z.string() })) })

const WEATHER = {
  name: "get_weather",
  description: "The weather in a city now.",
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false
  }
}

/**
 * Asks one endpoint of a model with one key: three small calls (of at most 512 tokens each) and the list of models. Never
 * fails: what is wrong, and what to do about it, stands in the row.
 */
export const probe = (spec: ModelSpec, baseUrl: string, key: ApiKey | undefined): Effect.Effect<Health> =>
  Effect.scoped(
    Effect.gen(function* () {
      const timeoutMillis = Math.min(spec.timeoutMillis, PATIENCE_MILLIS)
      const one: ModelSpec = { ...spec, baseUrls: [baseUrl], concurrency: 1, timeoutMillis }
      const provider = yield* openaiProvider(one, key === undefined ? [] : [key])
      const listed = yield* isListed(one, baseUrl, key)
      return yield* measure(provider, { ...silent(spec, baseUrl), listed }, () => provider.dialect().structured)
    })
  )

/** The same three calls to a model in this process, which is loaded for them. */
export const probeInProcess = (spec: ModelSpec): Effect.Effect<Health> => {
  const nothing = silent(spec, "this process")
  return llamaProvider({ ...spec, concurrency: 1 }).pipe(
    Effect.flatMap((provider) =>
      measure(provider, nothing, () => (spec.structured === "auto" ? "native" : spec.structured))
    ),
    Effect.catch((error) => Effect.succeed({ ...nothing, problem: error.message })),
    Effect.scoped
  )
}

const measure = Effect.fnUntraced(function* (
  provider: Provider,
  health: Health,
  structuredMode: () => Health["structured"]
): Effect.fn.Return<Health> {
  const ask = (request: Pick<ProviderRequest, "messages" | "tools" | "response">) =>
    Effect.result(provider.complete({ model: health.model, sampling: TINY, ...request }))
  const [took, plain] = yield* Effect.timed(ask({ messages: [user("Say: ready.")] }))
  if (Result.isFailure(plain)) return { ...health, problem: plain.failure.message }
  const structured = yield* ask({ messages: [user(COLOUR)], response: { name: "colour", schema: COLOUR_SCHEMA } })
  const called = yield* ask({ messages: [user("What is the weather in Oslo? Use the tool.")], tools: [WEATHER] })
  return {
    ...health,
    answers: true,
    structured: Result.isSuccess(structured) && isColour(structured.success) ? structuredMode() : "no",
    tools: Result.isSuccess(called) && called.success.toolCalls.some((call) => call.name === WEATHER.name),
    usage: !plain.success.usageEstimated,
    latencyMillis: Math.round(Duration.toMillis(took)),
    problem: firstProblem([structured, called])
  }
})

const silent = (spec: ModelSpec, baseUrl: string): Health => ({
  model: spec.model,
  baseUrl,
  listed: null,
  answers: false,
  structured: "no",
  tools: false,
  usage: false,
  latencyMillis: null,
  problem: null
})

const firstProblem = (asked: ReadonlyArray<Result.Result<unknown, ModelError>>): string | null => {
  const failed = asked.find(Result.isFailure)
  return failed === undefined ? null : failed.failure.message
}

const isColour = (reply: ProviderReply): boolean => {
  try {
    const value: unknown = JSON.parse(reply.content ?? "")
    return Colour.safeParse(value).success
  } catch {
    return false
  }
}

/** Null where the endpoint has no list, as small servers don't. */
const isListed = (spec: ModelSpec, baseUrl: string, key: ApiKey | undefined): Effect.Effect<boolean | null> =>
  Effect.scoped(
    Effect.gen(function* () {
      const wire = yield* Effect.acquireRelease(
        Effect.sync(() => transport(baseUrl, 1)),
        (open) => Effect.promise(open.close)
      )
      const headers = new Headers(key === undefined ? {} : { authorization: `Bearer ${Redacted.value(key)}` })
      const text = yield* Effect.tryPromise(async (signal) => {
        const answer = await wire.fetch(`${baseUrl.replace(/\/+$/, "")}/models`, { method: "GET", headers, signal })
        return answer.ok ? answer.text() : ""
      }).pipe(Effect.timeout(spec.timeoutMillis))
      const list = yield* Effect.try(() => Listing.parse(JSON.parse(text)))
      return list.data.some((model) => model.id === spec.model)
    })
  ).pipe(Effect.orElseSucceed(() => null))
