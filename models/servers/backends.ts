import { Effect, type Redacted, type Scope } from "effect"
import type { Capability, LocalModelSpec, LocalProvider, LocalRole } from "../../schemas/capability.ts"
import type { ModelCard } from "../../schemas/model-card.ts"
import type { Backend, Backends } from "../capabilities/backend.ts"
import { type CapabilityError, capabilityError } from "../capabilities/capability-error.ts"
import { connect } from "./call.ts"
import { llamaServer } from "./llama-server.ts"
import { ollama } from "./ollama.ts"
import { openai } from "./openai.ts"
import { checkRevision } from "./served-model.ts"
import { sglang } from "./sglang.ts"
import { type Place, type ServerShape, type Task, taskOf } from "./shape.ts"
import { tei } from "./tei.ts"
import { vllm } from "./vllm.ts"

type ServerProvider = Exclude<LocalProvider, "lexical" | "onnx" | "llama">

const SHAPES: Readonly<Record<ServerProvider, ServerShape>> = {
  vllm,
  sglang,
  tei,
  "llama-server": llamaServer,
  ollama,
  openai
}

const isServer = (provider: LocalProvider): provider is ServerProvider => Object.hasOwn(SHAPES, provider)

/**
 * `spec.model` at its server, behind one capability; connections close with the scope. Asks the server first what it serves.
 *
 * Fails with `unsupported` where such servers, or the model that is loaded, cannot do it (named are those that can),
 * `mismatch` for another model or revision than asked for, `unreachable` where nothing answers, `auth` for a refused key.
 * A `run` fails as a whole, by what the server answered; it is not tried again here. `run` costs one request, or for
 * decisions, entailment by vLLM and reranking one for each question, pair or query.
 */
export const serverBackend = Effect.fnUntraced(function* <C extends Capability>(
  capability: C,
  role: LocalRole,
  spec: LocalModelSpec,
  key: Redacted.Redacted<string> | undefined
): Effect.fn.Return<Backends[C], CapabilityError, Scope.Scope> {
  const { baseUrl, provider } = spec
  if (!isServer(provider) || baseUrl === undefined) {
    throw new Error(`serverBackend: ${provider} is no server, or has no URL`)
  }
  const shape = SHAPES[provider]
  const task = taskOf(capability, role)
  const refused = (message: string) => Effect.fail(capabilityError("unsupported", capability, spec.model, message))
  if (shape.routes[task] === undefined) {
    const why = shape.why?.[task] === undefined ? "" : ` ${shape.why[task]}`
    return yield* refused(
      `${shape.name} has nothing for ${wordsFor(task, role)}.${why} Servers that have: ${able(task)}.`
    )
  }
  const call = yield* connect(capability, shape, { ...spec, baseUrl }, key)
  const served = yield* Effect.flatMap(shape.handshake(call, spec), (found) => checkRevision(call, spec, found))
  if (served.tasks !== undefined && !served.tasks.includes(task)) {
    return yield* call.fail(
      "unsupported",
      `has loaded "${served.id}", a model for ${served.tasks.join(", ")} and not for ${wordsFor(task, role)}: start it with another model.`
    )
  }
  const card: ModelCard = {
    id: served.id,
    revision: served.revision,
    backend: provider,
    dtype: served.dtype,
    max_tokens: served.maxTokens
  }
  const place: Place = { call, spec, served }
  return backendOf(shape.routes[task](place), card, spec.concurrency) as Backends[C]
})

/** The task decides which inputs and outputs a route has, and the capability decides the task: what types cannot follow. */
const backendOf = (
  route: { readonly run: unknown; readonly inputs: number },
  card: ModelCard,
  concurrency: number
): Backend<never, unknown> => ({
  card,
  run: route.run as Backend<never, unknown>["run"],
  batching: { inputs: route.inputs, concurrency }
})

const wordsFor = (task: Task, role: LocalRole): string => (task === role ? task : `${role} (${task})`)

const able = (task: Task): string =>
  Object.entries(SHAPES)
    .filter(([, shape]) => shape.routes[task] !== undefined)
    .map(([name]) => name)
    .join(", ") || "none"
