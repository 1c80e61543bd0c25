/** The parts of a chat completion request that the server looks at. */
export interface WireRequest {
  readonly model: string
  readonly messages: ReadonlyArray<WireMessage>
  readonly tools?: ReadonlyArray<{ readonly function: { readonly name: string; readonly parameters?: unknown } }>
  readonly response_format?: {
    readonly type: "json_schema" | "json_object" | "text"
    readonly json_schema?: { readonly name: string; readonly schema: unknown; readonly strict?: boolean }
  }
  readonly temperature?: number
  readonly top_p?: number
  readonly max_tokens?: number
  readonly max_completion_tokens?: number
  readonly stop?: ReadonlyArray<string>
  readonly seed?: number
}

export interface WireMessage {
  readonly role: "system" | "user" | "assistant" | "tool"
  readonly content: string | null
  readonly tool_call_id?: string
  readonly tool_calls?: ReadonlyArray<{
    readonly id: string
    readonly function: { readonly name: string; readonly arguments: string }
  }>
}

/** What the server answers, before it becomes a body. */
export interface Answer {
  readonly content: string | null
  readonly reasoning?: string | null
  readonly toolCalls?: ReadonlyArray<{ readonly id: string; readonly name: string; readonly arguments: string }>
  readonly finishReason?: string
  readonly refusal?: string
}

export const isWireRequest = (value: unknown): value is WireRequest =>
  typeof value === "object" &&
  value !== null &&
  "messages" in value &&
  Array.isArray(value.messages) &&
  "model" in value &&
  typeof value.model === "string"
