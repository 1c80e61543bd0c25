import type { Json } from "../../schemas/json.ts"
import { type Random, random } from "../../stages/random.ts"
import type { Sampled, TaskKind } from "./blueprint-tables.ts"
import type { ApigenMtConfig } from "./config.ts"
import type { Domain, PolicyRule, Scenario } from "./domains/domain.ts"
import type { DeadEnd, DomainKit } from "./domains/domain-kit.ts"
import { type Example, sampleExamples } from "./examples.ts"
import { startWrite, withReads, writeTools, writeWalk } from "./graph.ts"
import { personaCollection, personas } from "./personas.ts"
import { MIN_OUTPUT_CHARACTERS } from "./validation.ts"

/** What a domain's tasks are drawn from. */
export interface World {
  readonly domain: Domain
  readonly kit: DomainKit
  /** Of the run. */
  readonly seed: string
  /** What the database was made from: the seed, or a folder's fingerprint. */
  readonly source: string
}

/** What stays the same through all rounds of a blueprint, since feedback on one task is no use for another. */
export interface SampledTask {
  readonly kind: TaskKind
  /** Writes, in order; empty for tasks that change nothing. */
  readonly walk: ReadonlyArray<string>
  /** The walk with the reads on the way. */
  readonly apiWalk: ReadonlyArray<string>
  readonly scenario: Scenario
  /** The forbidden or out-of-scope request; null for the other kinds. */
  readonly deadEnd: DeadEnd | null
  readonly persona: { readonly text: string; readonly source: string } | null
}

/** What is drawn anew in each round (spec section 2.3). */
export interface SampledContext {
  readonly policies: ReadonlyArray<PolicyRule>
  readonly data: Readonly<Record<string, Json>>
  readonly examples: ReadonlyArray<Example>
  readonly log: Sampled
}

const GOLDEN = (Math.sqrt(5) - 1) / 2

/**
 * The kind of item `n`. The points n * golden ratio (mod 1) spread evenly however many there are, so every run holds each
 * kind at its share, give or take one, and small runs do not exceed the cap on tasks with an empty diff by bad luck.
 */
export const kindOf = (config: Pick<ApigenMtConfig, "taskKinds">, seed: string, n: number): TaskKind => {
  const point = (random(`${seed}/kinds`).next() + n * GOLDEN) % 1
  const shares = Object.entries(config.taskKinds) as Array<[TaskKind, number]>
  let sum = 0
  for (const [kind, share] of shares) {
    sum += share
    if (point < sum) return kind
  }
  return shares.filter(([, share]) => share > 0).at(-1)?.[0] ?? "write"
}

/** Tries at finding a user whose data can carry the task, before the item is turned down. */
const TRIES = 12

/**
 * Walk, user, data and persona of item `n`. Null where no user is found: the walk is redrawn, then shortened, and
 * after half of the tries it starts elsewhere.
 */
export const sampleTask = (
  world: World,
  config: Pick<ApigenMtConfig, "taskKinds" | "walkLengths" | "personaShare">,
  n: number,
  dice: Random
): SampledTask | null => {
  const { domain, kit, seed } = world
  const kind = kindOf(config, seed, n)
  const writes = kind === "write" || kind === "mixed"
  const lengths = config.walkLengths.map((_, index) => index + 1)
  const length = dice.fork("length").weighted(lengths, (one) => config.walkLengths[one - 1] ?? 0)
  const persona = samplePersona(config.personaShare, dice.fork("persona"))

  for (let attempt = 0; attempt < TRIES; attempt++) {
    const draw = dice.fork(`walk/${attempt}`)
    const start = attempt < TRIES / 2 ? startWrite(domain, seed, n) : draw.pick(writeTools(domain))
    const wanted = Math.max(1, length - Math.floor(attempt / 3))
    const walk = writes ? writeWalk(domain, { start, length: wanted, random: draw }) : []
    const found = domain.scenario(walk, draw.fork("scenario"))
    if (found === null) continue
    // What is too short to be an output cannot be asked for.
    const questions = found.questions.filter((question) => question.answer.length >= MIN_OUTPUT_CHARACTERS)
    const scenario = { ...found, questions }
    if ((kind === "mixed" || kind === "info") && scenario.questions.length === 0) continue
    const deadEnd = kind === "refusal" || kind === "transfer" ? kit.deadEnd(kind, scenario, draw.fork("end")) : null
    if ((kind === "refusal" || kind === "transfer") && deadEnd === null) continue
    const apiWalk = writes ? withReads(domain, walk) : readTools(domain, scenario, deadEnd)
    return { kind, walk, apiWalk, scenario, deadEnd, persona }
  }
  return null
}

/** Tools on the way to an answer or a refusal, each once. */
const readTools = (domain: Domain, scenario: Scenario, deadEnd: DeadEnd | null): ReadonlyArray<string> => [
  ...new Set(
    [
      ...domain.readsFor(scenario.userId, []),
      ...(deadEnd?.reads ?? scenario.questions.flatMap((question) => question.reads))
    ].map((read) => read.name)
  )
]

const samplePersona = (share: number, dice: Random): SampledTask["persona"] => {
  if (!dice.boolean(share)) return null
  const index = dice.integer(0, personas.length - 1)
  return { text: personas[index] as string, source: `${personaCollection}/${index}` }
}

/**
 * Policy rules, records and examples for one round. How many there are beyond the necessary is drawn anew each time and
 * logged; the persona stays, so that a revised task is still the same person's.
 */
export const sampleContext = (
  world: World,
  config: Pick<ApigenMtConfig, "extraPolicies" | "extraRecords" | "examples">,
  task: SampledTask,
  dice: Random
): SampledContext => {
  const attached = (rule: PolicyRule) =>
    rule.tools.length === 0 || rule.tools.some((tool) => task.apiWalk.includes(tool))
  const drawn = <A>(values: ReadonlyArray<A>, range: { readonly low: number; readonly high: number }, name: string) => {
    const source = dice.fork(name)
    return new Set(source.sample(values, source.integer(range.low, range.high)))
  }
  const { rules } = world.domain
  const extraRules = drawn(
    rules.filter((rule) => !attached(rule)),
    config.extraPolicies,
    "policies"
  )
  const policies = rules.filter((rule) => attached(rule) || extraRules.has(rule))

  const records = Object.keys(task.scenario.data)
  const needed = new Set(neededRecords(task))
  const extraRecords = drawn(
    records.filter((key) => !needed.has(key)),
    config.extraRecords,
    "records"
  )
  const keys = records.filter((key) => needed.has(key) || extraRecords.has(key))

  const exampleDice = dice.fork("examples")
  const examples = sampleExamples(world.kit.examples, {
    kind: task.kind,
    tools: task.walk,
    count: exampleDice.integer(config.examples.low, config.examples.high),
    random: exampleDice
  })

  return {
    policies,
    data: Object.fromEntries(keys.map((key) => [key, task.scenario.data[key] as Json])),
    examples,
    log: {
      n_policies: extraRules.size,
      n_data_rows: extraRecords.size,
      n_examples: examples.length,
      use_persona: task.persona !== null,
      policies: policies.map((rule) => rule.id),
      data_keys: keys,
      example_ids: examples.map((example) => example.id)
    }
  }
}

/** The user, every record that the targets or the answers are in, and for a dead end all of them. */
const neededRecords = (task: SampledTask): ReadonlyArray<string> => {
  const { data, questions, userId, writes } = task.scenario
  const asked = task.kind === "mixed" || task.kind === "info" ? questions.flatMap((question) => question.reads) : []
  const wanted = new Set(
    [...writes, ...asked, ...(task.deadEnd?.reads ?? [])].flatMap((call) =>
      Object.values(call.arguments).flatMap((value) =>
        Array.isArray(value) ? (value as ReadonlyArray<Json>) : [value]
      )
    )
  )
  return Object.keys(data).filter((key) => {
    const id = key.slice(key.indexOf("/") + 1)
    if (id === userId || wanted.has(id)) return true
    // A product is needed where one of its variants is a target.
    const record = data[key]
    const parts = record !== null && typeof record === "object" ? Object.values(record) : []
    return parts.some(
      (part) => part !== null && typeof part === "object" && Object.keys(part).some((inner) => wanted.has(inner))
    )
  })
}
