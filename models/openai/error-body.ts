/**
 * The SDK reads messages of the shape `{ "error": { "message" } }` and drops all others. Older vLLM says `{ "message" }`,
 * FastAPI servers say `{ "detail" }`: their words are brought into the one shape, since they tell what to change.
 */
export const errorBodyIn = (text: string): string => {
  const body = parsed(text)
  if (typeof body !== "object" || body === null || "error" in body) return text
  const { code, detail, message, param, type } = body as Record<string, unknown>
  const said = message ?? detail ?? text
  return JSON.stringify({
    error: { message: typeof said === "string" ? said : JSON.stringify(said), code, param, type }
  })
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
