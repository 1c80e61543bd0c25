import type { ModelError } from "../models/model-error.ts"
import type { DialogueCounts, DialogueMessage, Termination } from "../schemas/dialogue.ts"
import type { Message } from "../schemas/message.ts"
import { type AgentStep, clip, readAgentReply } from "./agent-reply.ts"
import type { AgentReply, Conversation, TranscriptOptions, UserReply, UserView } from "./conversation.ts"
import type { Observation } from "./environment.ts"
import { splitReasoning } from "./reasoning.ts"

const noCounts = (): { -readonly [K in keyof DialogueCounts]: number } => ({
  user_turns: 0,
  agent_steps: 0,
  agent_replies: 0,
  tool_calls: 0,
  tool_errors: 0,
  parallel_calls: 0,
  dropped_calls: 0,
  text_with_call: 0,
  unknown_tool: 0,
  duplicate_call_id: 0,
  non_object_arguments: 0,
  agent_stop_marker: 0,
  inline_reasoning: 0,
  long_message: 0
})

/** What was said and done so far: once for the dataset, once as each party sees it. */
export class Transcript {
  readonly messages: Array<DialogueMessage> = []
  readonly history: Array<Message> = []
  readonly lines: Array<UserView["lines"][number]> = []
  readonly counts = noCounts()
  readonly #options: TranscriptOptions
  readonly #tools: ReadonlySet<string>
  readonly #callIds = new Set<string>()
  #errorsInRow = 0

  constructor(options: TranscriptOptions) {
    this.#options = options
    this.#tools = new Set(options.tools.map((tool) => tool.name))
    if (options.greeting !== null) this.lines.push({ from: "agent", text: options.greeting })
  }

  /** Takes the person's line; the conversation where it ends here. */
  hear(said: UserReply): Conversation | null {
    if ("failure" in said) return this.end("user_failure", said.failure)
    const { stopMarker } = this.#options
    const line = splitReasoning(said.text).text
    if (line.includes(stopMarker)) {
      const closing = line.replaceAll(stopMarker, "").trim()
      return this.#conversation("user_stop", null, { closing: closing === "" ? null : closing })
    }
    const text = this.#clip(line.trim())
    if (text === "") return this.end("user_failure", "an empty message")
    this.counts.user_turns++
    this.lines.push({ from: "user", text })
    this.#add({ role: "user", content: text })
    return null
  }

  /** Takes the agent's reply and carries out its call; the conversation where it ends here. */
  act(reply: AgentReply): Conversation | null {
    this.counts.agent_steps++
    const step = readAgentReply(reply, {
      stopMarker: this.#options.stopMarker,
      maxCharacters: this.#options.limits.messageCharacters,
      knownTools: this.#tools,
      usedCallIds: this.#callIds
    })
    for (const irregularity of step.irregularities) this.counts[irregularity]++
    this.counts.dropped_calls += step.droppedCalls
    const refused = step.irregularities.find((irregularity) => this.#options.reject.includes(irregularity))
    if (refused !== undefined) return this.end("parse_error", `irregular reply: ${refused}`)
    if (step.kind === "unusable") return this.end("parse_error", step.reason)
    return step.kind === "text" ? this.#say(step) : this.#call(step)
  }

  end(termination: Termination, detail: string): Conversation {
    return this.#conversation(termination, detail, {})
  }

  fail(error: ModelError): Conversation {
    return this.#conversation("infra_error", `${error.kind}: ${error.message}`, { error })
  }

  #say(step: Extract<AgentStep, { readonly kind: "text" }>): null {
    this.counts.agent_replies++
    this.lines.push({ from: "agent", text: step.text })
    this.#add({ role: "assistant", content: step.text, ...reasoning(step) })
    return null
  }

  #call(step: Extract<AgentStep, { readonly kind: "call" }>): Conversation | null {
    const { call } = step
    this.counts.tool_calls++
    this.#callIds.add(call.id)
    this.#add({ role: "assistant", content: null, ...reasoning(step), tool_calls: [call] })
    if (step.input === null) {
      // Servers that parse the arguments of past calls would choke on it; the observation quotes what the agent wrote.
      this.history[this.history.length - 1] = {
        role: "assistant",
        content: null,
        tool_calls: [{ ...call, arguments: "{}" }]
      }
    }
    const observation = this.#observe(step)
    this.#add({ role: "tool", content: observation.text, tool_call_id: call.id, name: call.name }, observation.isError)
    if (observation.terminated) return this.#conversation("transfer", null, {})
    if (!observation.isError) this.#errorsInRow = 0
    else {
      this.counts.tool_errors++
      this.#errorsInRow++
      if (this.#errorsInRow > this.#options.limits.consecutiveToolErrors) {
        return this.end("max_errors", `${this.#errorsInRow} tool errors in a row`)
      }
    }
    return null
  }

  #observe({ call, input }: Extract<AgentStep, { readonly kind: "call" }>): Observation {
    const refuse = (text: string): Observation => ({ text, isError: true, terminated: false })
    if (!this.#tools.has(call.name)) return refuse(`Error: there is no tool named ${JSON.stringify(call.name)}`)
    if (input === null) {
      return refuse(`Error: the arguments must be one JSON object, not ${JSON.stringify(call.arguments.slice(0, 200))}`)
    }
    return this.#options.execute({ name: call.name, arguments: input })
  }

  #add(message: Message, isError?: boolean) {
    this.messages.push({
      ...message,
      index: this.messages.length,
      ...(isError === undefined ? {} : { is_error: isError })
    })
    const { reasoning: _, ...seen } = message
    this.history.push(seen)
  }

  #clip(text: string): string {
    const { messageCharacters } = this.#options.limits
    if (text.length <= messageCharacters) return text
    this.counts.long_message++
    return clip(text, messageCharacters)
  }

  #conversation(
    termination: Termination,
    detail: string | null,
    more: { readonly closing?: string | null; readonly error?: ModelError }
  ): Conversation {
    return {
      messages: this.messages,
      termination,
      detail,
      closing: more.closing ?? null,
      counts: this.counts,
      error: more.error ?? null
    }
  }
}

const reasoning = (step: { readonly reasoning: string | null }) =>
  step.reasoning === null ? {} : { reasoning: step.reasoning }
