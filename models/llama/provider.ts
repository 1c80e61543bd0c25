import { Effect, type Scope, Semaphore } from "effect"
import type { LlamaDevice, ModelSpec, StructuredMode } from "../../schemas/config.ts"
import type { JsonObject } from "../../schemas/json.ts"
import { type ModelError, modelError } from "../model-error.ts"
import type { Provider, ProviderReply, ProviderRequest } from "../provider.ts"
import { withSchema } from "../schema-instruction.ts"
import { messageOf } from "./gguf-file.ts"
import { grammarSchema } from "./grammar-schema.ts"
import { functionsOf, historyOf } from "./history.ts"
import type { ChatWrapper, Functions, Grammar, HistoryItem, LlamaChat, Token } from "./library.ts"
import { type LoadedModel, loadModel, openContext } from "./load-model.ts"
import { replyOf } from "./reply.ts"

/** Every sequence holds a context of its own in memory, and past a few they gain little: who wants more runs a server. */
const MOST_SEQUENCES = 8
/** The longest prompts of the house have some 8,000 tokens, and a reply of 3,000. */
const USUAL_CONTEXT_TOKENS = 16_384
/** What the chat template may put round a reply, and the place that the library keeps free. */
const RESERVED_TOKENS = 16
/** A prompt goes in by slices, so that an interruption waits for one and not for a prompt of minutes. */
const SLICE_TOKENS = 256
/** The capability that a failed load names; this provider says it in a ModelError. */
const CAPABILITY = "sequence"

/**
 * A GGUF file that answers in this process, with its own chat template: no server, no network, no price. At most eight calls
 * are worked on at a time, others wait for their turn. `structured` is kept by grammars: `auto` holds the reply to the schema
 * and shows it in the prompt, `native` only holds it, `json_object` holds it to JSON, `prompt` only shows it. A schema that
 * grammars cannot say falls back to JSON of any shape. With tools there is no grammar.
 *
 * One call alone with a seed gives the same text each time on the same machine; on a GPU, calls beside it may change its
 * rounding. Interruption stops a generation within a token, or a slice of its prompt.
 *
 * Fails with `auth`, which stops the run, where the model cannot be loaded at all; a call fails with `bad_request` where its
 * prompt does not fit the context, with `timeout`, or with `server`.
 */
export const llamaProvider = Effect.fnUntraced(function* (
  spec: ModelSpec
): Effect.fn.Return<Provider, ModelError, Scope.Scope> {
  const device: LlamaDevice = spec.device ?? "auto"
  const sequences = Math.min(spec.concurrency, MOST_SEQUENCES)
  const { context, loaded } = yield* Effect.gen(function* () {
    const loaded = yield* loadModel(CAPABILITY, { model: spec.model, device })
    const context = yield* openContext(CAPABILITY, loaded, () => {
      const { trainContextSize } = loaded.model
      const contextSize =
        spec.contextTokens === undefined
          ? { max: Math.min(USUAL_CONTEXT_TOKENS, trainContextSize) }
          : Math.min(spec.contextTokens, trainContextSize)
      return loaded.model.createContext({
        sequences,
        contextSize,
        // A fixed size is an order: too large must fail, not shrink.
        ...(spec.contextTokens === undefined ? {} : { failedCreationRemedy: false })
      })
    })
    return { loaded, context }
    // As a 404 does: no other call can succeed.
  }).pipe(Effect.mapError((error) => modelError("auth", spec.model, error.message)))

  const wrapper = yield* Effect.try({
    try: () => loaded.library.resolveChatWrapper(loaded.model),
    catch: (cause) =>
      modelError("auth", spec.model, `The chat template of ${spec.model} cannot be read: ${messageOf(cause)}`)
  })
  const idle = Array.from(
    { length: sequences },
    () => new loaded.library.LlamaChat({ contextSequence: context.getSequence(), chatWrapper: wrapper })
  )
  const turns = yield* Semaphore.make(sequences)
  const grammars = grammarsOf(loaded)

  const generate = async (chat: LlamaChat, prepared: Prepared, request: ProviderRequest, signal: AbortSignal) => {
    const { sampling } = request
    const before = chat.sequence.tokenMeter.getState()
    await readPrompt(chat, prepared.tokens, signal)
    const grammar = await grammars(request, spec.structured)
    const response = await chat.generateResponse(prepared.history, {
      signal,
      maxTokens: prepared.maxTokens,
      temperature: sampling.temperature,
      topP: sampling.topP ?? 1,
      // Off, as they are for hosted models: the library's own defaults would change what a temperature means.
      topK: 0,
      minP: 0,
      repeatPenalty: false,
      ...(sampling.seed === undefined ? {} : { seed: sampling.seed }),
      ...(sampling.stop === undefined ? {} : { customStopTriggers: sampling.stop }),
      // There is room for the whole reply: nothing is ever dropped from a prompt unseen.
      contextShift: { size: 1 },
      ...(grammar === undefined ? {} : { grammar }),
      ...(prepared.functions === undefined
        ? {}
        : { functions: prepared.functions, documentFunctionParams: true as const })
    })
    const after = chat.sequence.tokenMeter.getState()
    return replyOf(response, request, {
      model: loaded.file.name,
      prompt: prepared.tokens.length,
      evaluated: after.usedInputTokens - before.usedInputTokens,
      completion: after.usedOutputTokens - before.usedOutputTokens,
      count: (text) => loaded.model.tokenize(text).length
    })
  }

  const complete = (request: ProviderRequest): Effect.Effect<ProviderReply, ModelError> =>
    Effect.gen(function* () {
      const prepared = yield* prepare(spec, wrapper, loaded, context.contextSize, request)
      const answered = Effect.acquireUseRelease(
        Effect.sync(() => takeBest(idle, prepared.tokens)),
        (chat) =>
          Effect.callback<ProviderReply, ModelError>((resume) => {
            const stop = new AbortController()
            const running = generate(chat, prepared, request, stop.signal).then(
              (reply) => resume(Effect.succeed(reply)),
              (cause) => resume(Effect.fail(modelError("server", spec.model, `${spec.model}: ${messageOf(cause)}`)))
            )
            // The sequence is given back when it stands still.
            return Effect.promise(() => {
              stop.abort()
              return running
            })
          }).pipe(
            Effect.timeoutOrElse({
              duration: spec.timeoutMillis,
              orElse: () =>
                Effect.fail(
                  modelError("timeout", spec.model, `${spec.model} gave no whole answer in ${spec.timeoutMillis} ms.`)
                )
            })
          ),
        (chat) => Effect.sync(() => idle.push(chat))
      )
      return yield* turns.withPermits(1)(answered)
    })

  return { name: "llama", complete }
})

interface Prepared {
  readonly history: ReadonlyArray<HistoryItem>
  readonly functions: Functions | undefined
  /** The whole prompt. */
  readonly tokens: Array<Token>
  /** Of the reply: what is asked for, or what there is room for. */
  readonly maxTokens: number
}

const prepare = (
  spec: ModelSpec,
  wrapper: ChatWrapper,
  loaded: LoadedModel,
  contextSize: number,
  request: ProviderRequest
): Effect.Effect<Prepared, ModelError> =>
  Effect.suspend(() => {
    const { response, tools } = request
    const shown = response !== undefined && spec.structured !== "native"
    const history = historyOf(shown ? withSchema(request.messages, response.schema) : request.messages)
    const functions = tools === undefined || tools.length === 0 ? undefined : functionsOf(tools)
    let tokens: Array<Token>
    try {
      tokens = wrapper
        .generateContextState({
          chatHistory: history,
          documentFunctionParams: true,
          ...(functions === undefined ? {} : { availableFunctions: functions })
        })
        .contextText.tokenize(loaded.model.tokenizer)
    } catch (cause) {
      // Templates refuse what they were not written for, such as two user messages in a row.
      return Effect.fail(
        modelError(
          "bad_request",
          spec.model,
          `The chat template of ${spec.model} refuses these messages: ${messageOf(cause)}`
        )
      )
    }
    const room = contextSize - tokens.length - RESERVED_TOKENS
    return room >= 1
      ? Effect.succeed({ history, functions, tokens, maxTokens: Math.min(request.sampling.maxTokens, room) })
      : Effect.fail(
          modelError(
            "bad_request",
            spec.model,
            `The prompt has ${tokens.length} tokens, and the context of ${spec.model} holds ${contextSize} with the reply: raise contextTokens of the model, or shorten the prompt.`
          )
        )
  })

/** The idle sequence that has most of the prompt in memory already: dialogues grow by a turn. There is one for each permit. */
const takeBest = (idle: Array<LlamaChat>, tokens: Array<Token>): LlamaChat => {
  let best = 0
  let longest = -1
  idle.forEach((chat, index) => {
    const { firstDifferentIndex } = chat.sequence.compareContextTokens(tokens)
    if (firstDifferentIndex > longest) {
      best = index
      longest = firstDifferentIndex
    }
  })
  const [chat] = idle.splice(best, 1)
  if (chat === undefined) throw new Error("llamaProvider: a call has a permit, and no sequence is idle")
  return chat
}

/** All but the last token, which is left to the generation. */
const readPrompt = async ({ sequence }: LlamaChat, tokens: Array<Token>, signal: AbortSignal): Promise<void> => {
  const last = tokens.length - 1
  await sequence.adaptStateToTokens(tokens.slice(0, last), false)
  for (let at = sequence.nextTokenIndex; at < last; at = sequence.nextTokenIndex) {
    signal.throwIfAborted()
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(at, Math.min(last, at + SLICE_TOKENS)))
  }
  signal.throwIfAborted()
}

/** Grammars by schema, each made once: stages ask with the same few objects. */
const grammarsOf = ({ llama }: LoadedModel) => {
  const made = new WeakMap<JsonObject, Promise<Grammar>>()
  const anyJson = () => llama.getGrammarFor("json")
  const fromSchema = async (schema: JsonObject): Promise<Grammar> => {
    const said = grammarSchema(schema)
    if (said === undefined) return anyJson()
    try {
      return await llama.createGrammarForJsonSchema(said)
    } catch {
      return anyJson()
    }
  }
  return (request: ProviderRequest, structured: StructuredMode): Promise<Grammar> | undefined => {
    const { response, tools } = request
    if (response === undefined || structured === "prompt" || (tools !== undefined && tools.length > 0)) return undefined
    if (structured === "json_object") return anyJson()
    let grammar = made.get(response.schema)
    if (grammar === undefined) {
      grammar = fromSchema(response.schema)
      made.set(response.schema, grammar)
    }
    return grammar
  }
}
