import { Effect, Layer } from "effect"
import { type CallFailure, ChatModel, type ChatRequest, type Completion } from "../../models/chat-model.ts"
import { roleNames } from "../../models/role-family.ts"

/** What a scripted model does: a text, a completion in parts, or a failure. */
export type ScriptedReply =
  | string
  | (Partial<Omit<Completion["message"], "role">> & Pick<Partial<Completion>, "finishReason" | "model">)
  | CallFailure

/** The replies of a role, in order of asking, or a function of the request and its number among the role's. */
export type Script = ReadonlyArray<ScriptedReply> | ((request: ChatRequest, number: number) => ScriptedReply)

/**
 * A ChatModel that plays a script by role (a member of a family may use the family's), and what it was asked. Asked more often than
 * the script is long, or for a role that has none, it dies, and with it the test.
 */
export const chatScript = (scripts: Readonly<Record<string, Script>>) => {
  const requests: Array<ChatRequest> = []
  const asked = new Map<string, number>()
  const layer = Layer.succeed(
    ChatModel,
    ChatModel.of({
      complete: (request) =>
        Effect.suspend((): Effect.Effect<Completion, CallFailure> => {
          requests.push(request)
          const name = roleNames(request.role).find((candidate) => Object.hasOwn(scripts, candidate)) ?? ""
          const number = asked.get(name) ?? 0
          asked.set(name, number + 1)
          const script = scripts[name]
          const reply = typeof script === "function" ? script(request, number) : script?.[number]
          if (reply === undefined)
            return Effect.die(new Error(`chatScript: no reply ${number} for role ${request.role}`))
          if (reply instanceof Error) return Effect.fail(reply)
          return Effect.succeed(completion(typeof reply === "string" ? { content: reply } : reply))
        })
    })
  )
  return { layer, requests }
}

const completion = ({ finishReason, model, ...message }: Exclude<ScriptedReply, string | CallFailure>): Completion => ({
  message: { content: null, ...message, role: "assistant" },
  finishReason: finishReason ?? (message.tool_calls === undefined ? "stop" : "tool_calls"),
  usage: { prompt: 1, completion: 1, cached: 0, reasoning: 0 },
  id: "0".repeat(64),
  model: model ?? "script",
  cached: false
})
