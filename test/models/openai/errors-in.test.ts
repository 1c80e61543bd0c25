import { assert, describe, it } from "@effect/vitest"
import { APIError } from "openai"
import { errorBodyIn } from "../../../models/openai/error-body.ts"
import { errorIn, retryAfterMillis } from "../../../models/openai/errors-in.ts"
import { redactor } from "../../../models/openai/redact.ts"

const now = Date.parse("2025-03-14T09:26:53Z")
const place = {
  model: "m",
  baseUrl: "http://host/v1",
  apiKeyEnv: undefined,
  timeoutMillis: 1_000,
  redact: redactor(["our-secret-key"])
}
const failed = (status: number, error: Record<string, unknown>) =>
  errorIn(APIError.generate(status, { error }, undefined, new Headers()), place, now)

describe("errorIn", () => {
  it("tells used up credit from too many requests", () => {
    const credit = [
      failed(402, { message: "Payment required" }),
      failed(429, { message: "You exceeded your current quota", code: "insufficient_quota" }),
      failed(400, { message: "Insufficient balance" })
    ]
    for (const error of credit) {
      assert.deepStrictEqual([error.kind, error.retryAfterMillis], ["rate_limit", 60_000])
      assert.match(error.message, /add credit or another key/)
    }
    const busy = failed(429, { message: "Rate limit reached. To raise it, see https://host/account/billing." })
    assert.deepStrictEqual([busy.kind, busy.retryAfterMillis], ["rate_limit", undefined])
  })

  it("tells a refused prompt from a wrong request", () => {
    assert.strictEqual(failed(400, { message: "filtered", code: "content_filter" }).kind, "refused")
    assert.strictEqual(failed(400, { message: "maximum context length is 8192 tokens" }).kind, "bad_request")
    for (const status of [413, 422, 501]) assert.strictEqual(failed(status, { message: "no" }).kind, "bad_request")
  })

  it("tells what passes from what does not", () => {
    const kinds = [301, 403, 408, 409, 500, 502, 529].map((status) => {
      const { kind, retryable } = failed(status, { message: "no" })
      return [status, kind, retryable]
    })
    assert.deepStrictEqual(kinds, [
      [301, "bad_request", false],
      [403, "auth", false],
      [408, "timeout", true],
      [409, "server", true],
      [500, "server", true],
      [502, "server", true],
      [529, "server", true]
    ])
  })

  it("says that no key was sent where the model names no variable", () => {
    assert.match(failed(401, { message: "Unauthorized" }).message, /No key was sent: set apiKeyEnv/)
  })

  it("keeps keys out of what a server echoes, ours and others'", () => {
    const { message } = failed(500, { message: "our-secret-key sk-abcdefgh12345 Bearer xyz http://u:p@host/ end" })
    assert.include(message, "<redacted> <redacted> <redacted> http://<redacted>host/ end")
  })
})

describe("retryAfterMillis", () => {
  it("reads milliseconds before seconds before a date", () => {
    const read = (headers: Record<string, string>) => retryAfterMillis(new Headers(headers), now)
    assert.strictEqual(read({ "retry-after-ms": "1500", "retry-after": "9" }), 1_500)
    assert.strictEqual(read({ "retry-after": "2" }), 2_000)
    assert.strictEqual(read({ "retry-after": "0.5" }), 500)
    assert.strictEqual(read({ "retry-after": "Fri, 14 Mar 2025 09:27:23 GMT" }), 30_000)
  })

  it("makes nothing of nonsense, and never waits a negative time or beyond an hour", () => {
    const read = (text: string) => retryAfterMillis(new Headers({ "retry-after": text }), now)
    assert.deepStrictEqual(["soon", "-5", "999999", "Fri, 14 Mar 2025 09:00:00 GMT"].map(read), [
      undefined,
      0,
      3_600_000,
      0
    ])
    assert.isUndefined(retryAfterMillis(undefined, now))
  })
})

describe("errorBodyIn", () => {
  it("brings the words of other servers into the SDK's shape", () => {
    const message = (text: string) => (JSON.parse(errorBodyIn(text)) as { error: { message: string } }).error.message
    assert.strictEqual(message('{"object":"error","message":"no json_schema","code":400}'), "no json_schema")
    assert.strictEqual(message('{"detail":"Not found"}'), "Not found")
    assert.include(message('{"detail":[{"loc":["body","seed"],"type":"extra_forbidden"}]}'), '"seed"')
  })

  it("leaves the usual shape and what is no JSON alone", () => {
    for (const text of ['{"error":{"message":"m"}}', "Bad Gateway", "[1]x"]) assert.strictEqual(errorBodyIn(text), text)
  })
})
