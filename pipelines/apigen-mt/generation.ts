import { Effect } from "effect"
import { Backstage } from "../../models/call-context.ts"
import type { CallFailure, ChatModel, Completion } from "../../models/chat-model.ts"
import { plantedIn } from "../../models/simulated.ts"
import { type Message, system, user } from "../../schemas/message.ts"
import type { ReplyIssue } from "../../stages/json-reply.ts"
import { fence, fencedJson, fill } from "../../stages/prompt-template.ts"
import { stage } from "../../stages/stage.ts"
import { InvalidReply, structured } from "../../stages/structured.ts"
import type { ApigenMtConfig } from "./config.ts"
import type { Domain, Task } from "./domains/domain.ts"
import type { Example } from "./examples.ts"
import {
  ACTION_RULES,
  GENERATOR_SYSTEM,
  GENERATOR_USER,
  INSTRUCTION_RULES,
  OUTPUT_FORMAT
} from "./prompts/generator.ts"
import { FEEDBACK_ORDER, PERSONA_ORDER, TASK_ORDERS } from "./prompts/orders.ts"
import type { SampledContext, SampledTask, World } from "./samplers.ts"
import { Answer, signatures, taskOf } from "./validation.ts"

/** What a simulated generator sees beyond its prompt. */
export interface GeneratorBackstage {
  readonly part: "generator"
  readonly domain: Domain
  readonly task: SampledTask
  readonly round: number
  /** Stays the same through the rounds of an item: no feedback helps with it. */
  readonly hard: boolean
  readonly mistakes: ApigenMtConfig["mistakes"]
}

/** What the last round wrote, and what it was told. */
export interface Previous {
  readonly raw: string
  readonly feedback: string
}

export interface Draft {
  /** Null where the reply is not of the shape; `issues` then say why. */
  readonly task: Task | null
  readonly issues: ReadonlyArray<ReplyIssue>
  readonly thought: string | null
  readonly raw: string
  readonly planted: ReadonlyArray<string>
}

/**
 * Asks for one blueprint (paper section 4.1.1, fig. 8). Costs 1 call. There is no repair by the model here: a reply without an
 * answer block, with bad JSON or wrong types is a format error, and uses up a round as any other error does. Fails with
 * ModelError where the reply was cut off or refused.
 */
export const generate = Effect.fnUntraced(function* (
  world: World,
  config: ApigenMtConfig,
  options: {
    readonly task: SampledTask
    readonly context: SampledContext
    readonly round: number
    readonly previous: Previous | null
    readonly hard: boolean
  }
): Effect.fn.Return<Draft, CallFailure, ChatModel> {
  const backstage: GeneratorBackstage = {
    part: "generator",
    domain: world.domain,
    task: options.task,
    round: options.round,
    hard: options.hard,
    mistakes: config.mistakes
  }
  return yield* structured({
    role: "blueprint",
    messages: generatorMessages(world, options.task, options.context, options.previous),
    schema: Answer,
    name: "blueprint",
    sampling: { temperature: config.temperatures.generator, maxTokens: config.maxTokens.generator },
    draw: options.round,
    repairs: 0,
    block: "answer"
  }).pipe(
    Effect.map(({ completion, value }): Draft => {
      const thought = thoughtOf(completion)
      // The paper's first format rule: all four parts are present.
      const issues = thought === null ? [{ pointer: "", message: "the reply has no <thought>...</thought> block" }] : []
      return { ...described(completion), task: taskOf(value), issues }
    }),
    Effect.catchIf(
      (error): error is InvalidReply => error instanceof InvalidReply,
      (error) => Effect.succeed<Draft>({ ...described(error.completion), task: null, issues: error.issues })
    ),
    Effect.provideService(Backstage, backstage),
    stage("generate")
  )
})

const described = (completion: Completion) => ({
  thought: thoughtOf(completion),
  raw: completion.message.content ?? "",
  planted: plantedIn(completion.message.reasoning)
})

/** The thought block, or what a reasoning model kept apart from its reply. */
const thoughtOf = (completion: Completion): string | null => {
  const block = /<thought>([\s\S]*?)<\/thought>/.exec(completion.message.content ?? "")
  const text = (block?.[1] ?? completion.message.reasoning ?? "").trim()
  return text === "" ? null : text
}

export const generatorMessages = (
  world: World,
  task: SampledTask,
  context: SampledContext,
  previous: Previous | null
): ReadonlyArray<Message> => {
  const userKeys = Object.keys(context.data).filter((key) => key.startsWith("users/"))
  const records = (keep: (key: string) => boolean) =>
    Object.fromEntries(Object.entries(context.data).filter(([key]) => keep(key)))
  return [
    system(GENERATOR_SYSTEM),
    user(
      fill(GENERATOR_USER, {
        instruction_rules: INSTRUCTION_RULES,
        domain_rules: world.kit.instructionRules,
        user_data: fencedJson(
          "user_data",
          records((key) => userKeys.includes(key))
        ),
        records: fencedJson(
          "records",
          records((key) => !userKeys.includes(key))
        ),
        action_rules: ACTION_RULES,
        policies: context.policies.map((rule) => `- ${rule.id}: ${rule.text}`).join("\n"),
        tools: fencedJson("tools", signatures(world.domain, task.apiWalk)),
        output_format: OUTPUT_FORMAT,
        examples: context.examples.map(exampleText).join("\n"),
        persona: task.persona === null ? "" : fill(PERSONA_ORDER, { persona: fence("persona", task.persona.text) }),
        order: orderText(task),
        feedback:
          previous === null
            ? ""
            : fill(FEEDBACK_ORDER, {
                previous: fence("previous", previous.raw),
                feedback: fence("feedback", previous.feedback)
              })
      }).trim()
    )
  ]
}

const orderText = (task: SampledTask): string => {
  const { questions } = task.scenario
  return fill(TASK_ORDERS[task.kind], {
    walk: task.walk.join(", "),
    questions: fencedJson(
      "questions",
      questions.map(({ answer, question }) => ({ question, answer }))
    ),
    request: fence("request", task.deadEnd === null ? "" : `${task.deadEnd.request} ${task.deadEnd.ending}`)
  })
}

const exampleText = (example: Example): string =>
  fence(
    "example",
    `<thought>\n${example.thought}\n</thought>\n<answer>\n${JSON.stringify({
      intent: example.intent,
      actions: example.actions,
      outputs: example.outputs,
      facts: example.facts
    })}\n</answer>`
  )
