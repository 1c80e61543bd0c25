import type { Action, Environment } from "../../../../../stages/environment.ts"
import { execute, replay } from "../../../../../stages/execute.ts"
import type { Random } from "../../../../../stages/random.ts"
import type { State } from "../../../../../stages/state.ts"
import type { FeasibleWrite, PolicyTest, Scenario } from "../../domain.ts"
import { allowedOnSameOrder } from "../graph.ts"
import { orderOf, userOf } from "../tables.ts"
import { identify, spokenIdentity } from "./identity.ts"
import { propose } from "./propose.ts"
import { questionsFor } from "./questions.ts"
import { sampledData } from "./sampled-data.ts"

/** Users tried before a walk is given up. */
const tries = 200

interface Counts {
  readonly userId: string
  readonly orders: number
  readonly pending: number
  readonly delivered: number
}

const countOrders = (state: State): ReadonlyArray<Counts> =>
  state.keys("users").map((userId) => {
    const statuses = (userOf(state, userId)?.orders ?? []).map((id) => orderOf(state, id)?.status)
    return {
      userId,
      orders: statuses.length,
      pending: statuses.filter((status) => status === "pending").length,
      delivered: statuses.filter((status) => status === "delivered").length
    }
  })

/** The fewest orders of each status that the walk can do with: writes that end an order's life each need their own. */
const needs = (walk: ReadonlyArray<string>) => {
  const count = (...tools: ReadonlyArray<string>) => walk.filter((tool) => tools.includes(tool)).length
  const shared = count("modify_pending_order_address", "modify_pending_order_payment") > 0 ? 1 : 0
  return {
    pending: Math.max(shared, count("cancel_pending_order", "modify_pending_order_items")),
    delivered: count("return_delivered_order_items", "exchange_delivered_order_items")
  }
}

/** Two cancellations may have two reasons; then each fact names its order. */
const separateReasons = (writes: ReadonlyArray<FeasibleWrite>): ReadonlyArray<FeasibleWrite> => {
  const cancels = writes.filter((write) => write.facts.cancel_reason !== undefined)
  if (cancels.length < 2) return writes
  return writes.map((write) => {
    const { cancel_reason: reason, ...facts } = write.facts
    return reason === undefined
      ? write
      : { ...write, facts: { ...facts, [`cancel_reason ${String(write.arguments.order_id)}`]: reason } }
  })
}

const asAction = (write: FeasibleWrite): Action => ({ name: write.tool, arguments: write.arguments })

/**
 * Finds, for a walk over writes, a user and concrete arguments by inverse look-up: the writes replay in order without
 * error and pass all policy tests, and each changes something. Orders are shared between writes only where the write
 * edges allow it. A walk of no writes gives a scenario of questions alone. Null after 200 users who cannot carry it.
 */
export const scenarioFinder = (
  environment: Environment,
  policyTests: ReadonlyArray<PolicyTest>
): ((walk: ReadonlyArray<string>, random: Random) => Scenario | null) => {
  const { initial } = environment
  let counts: ReadonlyArray<Counts> | undefined

  const writesFor = (
    walk: ReadonlyArray<string>,
    userId: string,
    random: Random
  ): ReadonlyArray<FeasibleWrite> | null => {
    const knownUser = userOf(initial, userId)
    if (knownUser === undefined) return null
    const state = initial.fork()
    const writes: Array<FeasibleWrite> = []
    const mostItems = walk.length < 3 ? 3 : 1
    for (const tool of walk) {
      const mayTarget = (orderId: string) =>
        writes.every((write) => write.arguments.order_id !== orderId || allowedOnSameOrder(write.tool, tool))
      const write = propose(tool, { state, userId, knownUser, random, mostItems, mayTarget })
      if (write === null || execute(environment, state, asAction(write)).isError) return null
      writes.push(write)
    }
    return separateReasons(writes)
  }

  const attempt = (walk: ReadonlyArray<string>, userId: string, random: Random): Scenario | null => {
    const user = userOf(initial, userId)
    const writes = writesFor(walk, userId, random)
    if (user === undefined || writes === null) return null
    const actions = writes.map(asAction)
    const { final, states, steps } = replay(environment, actions)
    const questions = questionsFor(initial, final, userId, steps, random)
    if (questions.length === 0) return null
    const identity = spokenIdentity(userId, user)
    const task = {
      instruction: identity,
      actions,
      outputs: questions.map((question) => question.answer),
      facts: Object.assign({}, ...writes.map((write) => write.facts))
    }
    const broken = policyTests.some((test) => test.check({ task, userId, steps, states }).length > 0)
    if (broken) return null
    const asked = questions.flatMap((question) => question.reads)
    return {
      userId,
      writes,
      data: sampledData(initial, userId, [...actions, ...asked]),
      identity,
      questions: questions.map((question) => ({
        ...question,
        reads: [identify(userId, user), ...question.reads]
      }))
    }
  }

  return (walk, random) => {
    counts ??= countOrders(initial)
    const { delivered, pending } = needs(walk)
    const able = counts.filter(
      (one) => one.pending >= pending && one.delivered >= delivered && (walk.length > 0 || one.orders > 0)
    )
    if (able.length === 0) return null
    const users = random.shuffle(able)
    for (let index = 0; index < tries; index++) {
      const found = attempt(walk, (users[index % users.length] as Counts).userId, random)
      if (found !== null) return found
    }
    return null
  }
}
