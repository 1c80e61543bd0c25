import type { Json, JsonObject } from "../../../schemas/json.ts"
import type { Action } from "../../../stages/environment.ts"
import type { Random } from "../../../stages/random.ts"
import type { AttemptStage } from "../blueprint-tables.ts"
import { type DraftContext, type DraftParts, isObject, textsOf } from "./draft-parts.ts"

/** A defect that the simulated generator plants on purpose, to see which gate catches it. */
export interface Mistake {
  readonly code: string
  /** The gate that is there for it. An earlier one may catch it first. */
  readonly gate: AttemptStage
  /** For those that only a reader notices: the criterion on which a reviewer should give 0. */
  readonly criterion?: "correctness" | "completeness" | "satisfaction"
  /** The spoilt draft; null where there is nothing to spoil in this way. */
  readonly plant: (parts: DraftParts, context: DraftContext, random: Random) => DraftParts | null
}

/** Spoils one action that the change applies to. */
const inOneAction =
  (change: (action: Action, context: DraftContext, random: Random) => Action | null): Mistake["plant"] =>
  (parts, context, random) => {
    for (const index of random.shuffle(parts.actions.map((_, position) => position))) {
      const changed = change(parts.actions[index] as Action, context, random)
      if (changed !== null) return { ...parts, actions: parts.actions.with(index, changed) }
    }
    return null
  }

const withArgument = (action: Action, name: string, value: Json): Action => ({
  ...action,
  arguments: { ...action.arguments, [name]: value }
})

const recordsOf = (context: DraftContext, table: string): ReadonlyArray<JsonObject> =>
  Object.entries(context.task.scenario.data).flatMap(([key, record]) =>
    key.startsWith(`${table}/`) && isObject(record) ? [record] : []
  )

/** Variants of the product that `itemId` is one of, that one left out. */
const siblings = (context: DraftContext, itemId: string): ReadonlyArray<JsonObject & { readonly id: string }> => {
  const product = recordsOf(context, "products").find((one) => isObject(one.variants) && itemId in one.variants)
  if (product === undefined || !isObject(product.variants)) return []
  return Object.entries(product.variants).flatMap(([id, variant]) =>
    id !== itemId && isObject(variant) ? [{ ...variant, id }] : []
  )
}

/** Replaces the new variant of the first item by a sibling that `fits`. */
const otherVariant = (fits: (variant: JsonObject) => boolean) =>
  inOneAction((action, context, random) => {
    const [first, ...others] = textsOf(action.arguments.new_item_ids)
    if (first === undefined) return null
    const old = textsOf(action.arguments.item_ids)
    const choices = siblings(context, first).filter(({ id, ...variant }) => !old.includes(id) && fits(variant))
    return choices.length === 0 ? null : withArgument(action, "new_item_ids", [random.pick(choices).id, ...others])
  })

/** What people call tools that they half remember. */
const misnamed = (name: string) => name.replace(/_(pending|delivered)/, "").replace(/^modify_user/, "update_user")

export const mistakes: ReadonlyArray<Mistake> = [
  { code: "broken_json", gate: "format", plant: (parts) => ({ ...parts, form: "broken_json" }) },
  { code: "no_answer_block", gate: "format", plant: (parts) => ({ ...parts, form: "no_answer_block" }) },
  {
    code: "unknown_tool",
    gate: "format",
    plant: inOneAction((action) => {
      const name = misnamed(action.name)
      return name === action.name ? null : { ...action, name }
    })
  },
  {
    code: "missing_argument",
    gate: "format",
    plant: inOneAction((action, _, random) => {
      const names = Object.keys(action.arguments)
      if (names.length === 0) return null
      const lost = random.pick(names)
      return {
        ...action,
        arguments: Object.fromEntries(Object.entries(action.arguments).filter(([name]) => name !== lost))
      }
    })
  },
  {
    code: "wrong_type",
    gate: "format",
    plant: inOneAction((action) => {
      const [list] = Object.entries(action.arguments).filter(([, value]) => Array.isArray(value))
      return list === undefined ? null : withArgument(action, list[0], textsOf(list[1]).join(", "))
    })
  },
  {
    code: "invented_order",
    gate: "format",
    plant: inOneAction((action, _, random) =>
      typeof action.arguments.order_id === "string"
        ? withArgument(action, "order_id", `#W0${random.integer(100000, 999999)}`)
        : null
    )
  },
  {
    code: "blank_output",
    gate: "format",
    plant: (parts) => (parts.outputs.length === 0 ? null : { ...parts, outputs: [...parts.outputs.slice(1), " "] })
  },
  {
    code: "unavailable_variant",
    gate: "execution",
    plant: otherVariant((variant) => variant.available === false)
  },
  {
    code: "wrong_order",
    gate: "execution",
    plant: inOneAction((action, context, random) => {
      const order = recordsOf(context, "orders").find((one) => one.order_id === action.arguments.order_id)
      const others = recordsOf(context, "orders").filter((one) => order !== undefined && one.status !== order.status)
      return others.length === 0 ? null : withArgument(action, "order_id", random.pick(others).order_id as string)
    })
  },
  {
    code: "foreign_item",
    gate: "execution",
    plant: inOneAction((action, context, random) => {
      const [first, ...others] = textsOf(action.arguments.item_ids)
      if (first === undefined) return null
      const choices = siblings(context, first)
      return choices.length === 0 ? null : withArgument(action, "item_ids", [random.pick(choices).id, ...others])
    })
  },
  {
    code: "no_op",
    gate: "execution",
    plant: inOneAction((action, context) => {
      if (action.arguments.address1 === undefined) return null
      const orderId = action.arguments.order_id
      const record =
        orderId === undefined
          ? recordsOf(context, "users")[0]
          : recordsOf(context, "orders").find((one) => one.order_id === orderId)
      return isObject(record?.address) ? { ...action, arguments: { ...action.arguments, ...record.address } } : null
    })
  },
  {
    code: "repeated_write",
    gate: "execution",
    plant: (parts) => {
      const last = parts.actions.at(-1)
      return last === undefined ? null : { ...parts, actions: [...parts.actions, last] }
    }
  },
  {
    code: "wrong_reason",
    gate: "policy",
    plant: inOneAction((action) => {
      if (typeof action.arguments.reason !== "string") return null
      const other = action.arguments.reason === "no longer needed" ? "ordered by mistake" : "no longer needed"
      return withArgument(action, "reason", other)
    })
  },
  {
    code: "no_proof",
    gate: "policy",
    plant: (parts) => ({ ...parts, identity: "They will have to take your word for who you are." })
  },
  {
    code: "wrong_number",
    gate: "policy",
    plant: (parts, _, random) => {
      const index = parts.outputs.findIndex((output) => /^\d+(\.\d+)?$/.test(output))
      if (index < 0) return null
      const right = parts.outputs[index] as string
      const decimals = right.split(".")[1]?.length ?? 0
      return { ...parts, outputs: parts.outputs.with(index, (Number(right) + random.integer(1, 9)).toFixed(decimals)) }
    }
  },
  {
    code: "wrong_refund_method",
    gate: "execution",
    plant: inOneAction((action, context, random) => {
      if (!action.name.startsWith("return_")) return null
      const methods = recordsOf(context, "users").flatMap((user) =>
        isObject(user.payment_methods) ? Object.keys(user.payment_methods) : []
      )
      const others = methods.filter((method) => method !== action.arguments.payment_method_id)
      return others.length === 0 ? null : withArgument(action, "payment_method_id", random.pick(others))
    })
  },
  {
    code: "cancels_what_it_changed",
    gate: "policy",
    plant: (parts, context) => {
      const changed = parts.actions.find((action) => action.name.startsWith("modify_pending_order"))
      if (changed === undefined || !context.task.apiWalk.includes("cancel_pending_order")) return null
      const { order_id } = changed.arguments
      const cancel = {
        name: "cancel_pending_order",
        arguments: { order_id: order_id ?? "", reason: "no longer needed" }
      }
      return { ...parts, actions: [...parts.actions, cancel] }
    }
  },
  {
    code: "other_variant",
    gate: "review",
    criterion: "correctness",
    plant: otherVariant((variant) => variant.available === true)
  },
  {
    code: "wrong_zip",
    gate: "review",
    criterion: "correctness",
    plant: inOneAction((action) => {
      const { zip } = action.arguments
      if (typeof zip !== "string") return null
      const last = Number(zip.at(-1))
      return withArgument(action, "zip", `${zip.slice(0, -1)}${(last + 1) % 10}`)
    })
  },
  {
    code: "unasked_action",
    gate: "review",
    criterion: "correctness",
    plant: (parts, _, random) => {
      if (parts.requests.length < 2) return null
      const dropped = random.integer(0, parts.requests.length - 1)
      return { ...parts, requests: parts.requests.filter((_request, index) => index !== dropped) }
    }
  },
  {
    code: "forgotten_action",
    gate: "review",
    criterion: "completeness",
    plant: (parts, _, random) => {
      if (parts.actions.length < 2) return null
      const dropped = random.integer(0, parts.actions.length - 1)
      return { ...parts, actions: parts.actions.filter((_action, index) => index !== dropped) }
    }
  },
  {
    code: "vague_request",
    gate: "review",
    criterion: "completeness",
    plant: (parts, context, random) => {
      if (parts.requests.length === 0) return null
      const vague = random.integer(0, parts.requests.length - 1)
      const order = context.task.scenario.writes[vague]?.arguments.order_id
      const about = typeof order === "string" ? `order ${order}` : "your account"
      return {
        ...parts,
        requests: parts.requests.with(vague, `There is something about ${about} that you want put right.`)
      }
    }
  },
  {
    code: "unanswered_question",
    gate: "review",
    criterion: "satisfaction",
    plant: (parts, context) => {
      const more = context.task.scenario.questions.find(
        (question) => !parts.questions.some((asked) => asked.includes(question.question))
      )
      if (more === undefined) return null
      return { ...parts, questions: [...parts.questions, `You would also like to know this: ${more.question}`] }
    }
  }
]

/** The mistake of this code, for those who have to tell what a reviewer should notice. */
export const mistakeOf = (code: string): Mistake | undefined => mistakes.find((mistake) => mistake.code === code)

/**
 * Plants one mistake. The gate is drawn first, so that each is tested whatever number of mistakes it is there for: half of
 * them go to the reviewers, who have the hardest part.
 */
export const plantMistake = (
  parts: DraftParts,
  context: DraftContext,
  random: Random
): { readonly parts: DraftParts; readonly code: string } | null => {
  const weights: Readonly<Record<AttemptStage, number>> = { format: 2, execution: 2, policy: 1.5, review: 5 }
  const possible = mistakes.flatMap((mistake) => {
    const spoilt = mistake.plant(parts, context, random.fork(mistake.code))
    return spoilt === null ? [] : [{ mistake, spoilt }]
  })
  if (possible.length === 0) return null
  const gates = [...new Set(possible.map(({ mistake }) => mistake.gate))]
  const gate = random.weighted(gates, (one) => weights[one])
  const { mistake, spoilt } = random.pick(possible.filter((one) => one.mistake.gate === gate))
  return { parts: spoilt, code: mistake.code }
}
