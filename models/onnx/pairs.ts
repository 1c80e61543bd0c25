import { Effect } from "effect"
import type { LocalRole } from "../../schemas/capability.ts"
import type { LabelScore, Pair, PairBackend } from "../capabilities/backend.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import { sigmoid, softmax } from "./activation.ts"
import { headOf, logitsOf } from "./head.ts"
import type { OnnxModel } from "./model.ts"
import { rowBackend } from "./row-backend.ts"

/**
 * A cross encoder. For `entailment` it must have the three labels of natural language inference, whatever their order and
 * case; for `relevance` and `reward` one logit, which becomes `score`: through a sigmoid for `relevance` (0 to 1) and as it is
 * for `reward`, unless `config.json` names an activation (`sentence_transformers.activation_fn`), as cross encoders of
 * sentence-transformers do.
 */
export const pairBackend = (model: OnnxModel, role: LocalRole): Effect.Effect<PairBackend, CapabilityError> =>
  Effect.gen(function* () {
    const { labels, output } = yield* headOf(model, 2)
    const answer =
      role === "entailment"
        ? entailmentOf(labels)
        : scoreOf(labels, role, model.folder.config.sentence_transformers?.activation_fn)
    if (answer === undefined) {
      return yield* model.fail(
        "unsupported",
        role === "entailment"
          ? `its labels are ${labels.join(", ")}; ${role} needs entailment, neutral and contradiction.`
          : `it has ${labels.length} labels; ${role} needs a model with a single one.`
      )
    }
    return rowBackend(model, {
      textOf: ({ first, second }: Pair) => JSON.stringify([first, second]),
      encode: ({ first, second }) => model.encode(first, second),
      output,
      take: logitsOf,
      answer
    })
  })

type Answer = (logits: ReadonlyArray<number>) => ReadonlyArray<LabelScore>

const NLI: ReadonlyArray<readonly [label: string, names: RegExp]> = [
  ["entailment", /^entail(s|ed|ment)?$/i],
  ["neutral", /^neutral$/i],
  ["contradiction", /^contradict(s|ory|ion)$/i]
]

const entailmentOf = (names: ReadonlyArray<string>): Answer | undefined => {
  const columns = NLI.map(([, pattern]) => names.findIndex((name) => pattern.test(name.trim())))
  if (names.length !== NLI.length || columns.includes(-1)) return undefined
  return (logits) => {
    const probabilities = softmax(columns.map((column) => logits[column] as number))
    return NLI.map(([label], column) => ({ label, score: probabilities[column] as number }))
  }
}

const scoreOf = (
  labels: ReadonlyArray<string>,
  role: LocalRole,
  activation: string | undefined
): Answer | undefined => {
  if (labels.length !== 1) return undefined
  const name = activation?.split(".").at(-1)
  const raw = name === "Identity" || (name !== "Sigmoid" && role === "reward")
  return ([logit]) => [{ label: "score", score: raw ? (logit as number) : sigmoid(logit as number) }]
}
