import type { Json, JsonObject } from "../../../schemas/json.ts"
import type { Action } from "../../../stages/environment.ts"
import { replay } from "../../../stages/execute.ts"
import type { Random } from "../../../stages/random.ts"
import { sentences } from "../../../stages/text/sentences.ts"
import type { TrialDefect } from "../../calibration.ts"
import type { Blueprint } from "../blueprint-tables.ts"
import type { Domain } from "../domains/domain.ts"
import { blueprintDefect, type SpoiltTask, taskOfBlueprint } from "./spoilt-blueprint.ts"

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Other values that an argument may have: another available variant, another way to pay, another house number. */
const otherValues = (domain: Domain, blueprint: Blueprint, name: string, value: Json): ReadonlyArray<Json> => {
  const { initial } = domain.environment
  if (name === "new_item_ids" && Array.isArray(value)) {
    const [first, ...others] = value as ReadonlyArray<string>
    return initial.keys("products").flatMap((id) => {
      const product = initial.get("products", id)
      const variants = isObject(product) && isObject(product.variants) ? product.variants : {}
      if (first === undefined || !(first in variants)) return []
      return Object.keys(variants)
        .filter((other) => other !== first && !value.includes(other))
        .map((other) => [other, ...others])
    })
  }
  if (name === "payment_method_id") {
    const user = initial.get("users", blueprint.user_id)
    return isObject(user) && isObject(user.payment_methods)
      ? Object.keys(user.payment_methods).filter((id) => id !== value)
      : []
  }
  if ((name === "zip" || name === "address1") && typeof value === "string") {
    return [value.replace(/\d/, (digit) => String((Number(digit) % 9) + 1))].filter((other) => other !== value)
  }
  return []
}

const misdirectedAction = (domain: Domain): TrialDefect =>
  blueprintDefect(domain, {
    name: "misdirected-action",
    description: "A call of the ground truth has another argument than the instruction asks for.",
    *spoil(blueprint, random) {
      const places = blueprint.actions.flatMap((action, index) =>
        Object.entries(action.arguments).flatMap(([name, value]) =>
          otherValues(domain, blueprint, name, value).map((other) => ({ action, index, name, other }))
        )
      )
      for (const { action, index, name, other } of random.shuffle(places)) {
        const spoilt: Action = { ...action, arguments: { ...action.arguments, [name]: other } }
        const actions = blueprint.actions.with(index, spoilt)
        // The same end by another way is no defect.
        if (replay(domain.environment, actions).final.hash() === blueprint.db_hash_after) continue
        yield {
          task: { ...taskOfBlueprint(blueprint), actions },
          before: JSON.stringify(action.arguments),
          after: JSON.stringify(spoilt.arguments)
        }
      }
    }
  })

/** Sentences of the instruction that ask for one of the calls: they name its order or its address. */
const requests = ({ actions, instruction }: Blueprint) => {
  const named = actions.flatMap(({ arguments: input }) =>
    [input.order_id, input.address1].filter((value): value is string => typeof value === "string")
  )
  return sentences(instruction).filter(({ text }) => named.some((value) => text.includes(value)))
}

const droppedRequest = (domain: Domain): TrialDefect =>
  blueprintDefect(domain, {
    name: "dropped-request",
    description: "The instruction leaves out what one of the calls does.",
    *spoil(blueprint, random): Iterable<SpoiltTask> {
      const { instruction } = blueprint
      for (const { end, start, text } of random.shuffle(requests(blueprint))) {
        const shorter = `${instruction.slice(0, start)}${instruction.slice(end)}`.replaceAll(/ {2,}/g, " ").trim()
        yield { task: { ...taskOfBlueprint(blueprint), instruction: shorter }, before: text, after: null }
      }
    }
  })

const added = (blueprint: Blueprint, at: number, sentence: string): SpoiltTask => {
  const { instruction } = blueprint
  return {
    task: {
      ...taskOfBlueprint(blueprint),
      instruction: `${instruction.slice(0, at)} ${sentence}${instruction.slice(at)}`
    },
    before: null,
    after: sentence
  }
}

const contradictedRequest = (domain: Domain): TrialDefect =>
  blueprintDefect(domain, {
    name: "contradicted-request",
    description: "The instruction forbids what one of the calls does, after having asked for it.",
    *spoil(blueprint, random: Random): Iterable<SpoiltTask> {
      const orders = blueprint.actions.flatMap(({ arguments: input }) =>
        typeof input.order_id === "string" ? [input.order_id] : []
      )
      const [last] = requests(blueprint).slice(-1)
      if (last === undefined || orders.length === 0) return
      const order = random.pick(orders)
      const sentence = random.pick([
        `Under no circumstances may anything about order ${order} be changed.`,
        `You have decided to leave order ${order} exactly as it is.`,
        `You refuse any change to order ${order}.`
      ])
      yield added(blueprint, last.end, sentence)
    }
  })

const unansweredQuestion = (domain: Domain): TrialDefect =>
  blueprintDefect(domain, {
    name: "unanswered-question",
    description: "The instruction asks for something that no output answers.",
    *spoil(blueprint, random: Random): Iterable<SpoiltTask> {
      const [last] = requests(blueprint).slice(-1)
      if (last === undefined) return
      const sentence = random.pick([
        "You insist on being told how many orders you have placed with the shop so far.",
        "You also want to know which e-mail address the shop has for you.",
        "You need to hear what the cheapest thing in the whole shop costs.",
        "Before you leave you want to be told the name of every article you have ever ordered."
      ])
      yield added(blueprint, last.end, sentence)
    }
  })

/** What can be wrong with a blueprint although all its checks pass: the committee's business. */
export const blueprintDefects = (domain: Domain): ReadonlyArray<TrialDefect> => [
  misdirectedAction(domain),
  droppedRequest(domain),
  contradictedRequest(domain),
  unansweredQuestion(domain)
]
