import { assert, describe, it } from "@effect/vitest"
import { addressed, type CallScope } from "../../models/address.ts"
import type { ProviderRequest } from "../../models/provider.ts"
import { user } from "../../schemas/message.ts"

const scope: CallScope = { phase: "p", item: "i", itemSeed: "s", draw: 0, redraw: 0 }
const request = (over: Partial<ProviderRequest> = {}): ProviderRequest => ({
  model: "m",
  messages: [user("hello")],
  sampling: { temperature: 0, maxTokens: 100 },
  ...over
})
const hot = { temperature: 1, maxTokens: 100 }
const addressOf = (made: ProviderRequest, where: Partial<CallScope> = {}, schema?: string) =>
  addressed(made, schema, { ...scope, ...where }).address

describe("addressed", () => {
  it("answers 64 hexadecimal digits, the same for the same call", () => {
    assert.match(addressOf(request()), /^[0-9a-f]{64}$/)
    assert.strictEqual(addressOf(request()), addressOf(request({ messages: [user("hello")] })))
  })

  it("shares one address among items and draws at temperature 0", () => {
    assert.strictEqual(addressOf(request()), addressOf(request(), { item: "other", draw: 3, itemSeed: "t" }))
  })

  it("lets a redraw ask anew, also at temperature 0", () => {
    assert.notStrictEqual(addressOf(request()), addressOf(request(), { redraw: 1 }))
    assert.notStrictEqual(addressOf(request(), { redraw: 1 }), addressOf(request(), { redraw: 2 }))
  })

  it("gives every phase, item, draw and redraw its own address above temperature 0", () => {
    const places: ReadonlyArray<Partial<CallScope>> = [{}, { phase: "q" }, { item: "j" }, { draw: 1 }, { redraw: 1 }]
    const addresses = places.map((place) => addressOf(request({ sampling: hot }), place))
    assert.strictEqual(new Set(addresses).size, places.length)
  })

  it("changes with all that is sent", () => {
    const tool = { name: "t", description: "d", parameters: { type: "object" } }
    const variants: ReadonlyArray<ProviderRequest> = [
      request(),
      request({ model: "n" }),
      request({ messages: [user("hallo")] }),
      request({ messages: [user("hello"), user("")] }),
      request({ messages: [{ role: "assistant", content: "hello" }] }),
      request({ messages: [{ role: "tool", content: "hello", tool_call_id: "1" }] }),
      request({ tools: [tool] }),
      request({ tools: [{ ...tool, description: "e" }] }),
      request({ response: { name: "a", schema: {} } }),
      request({ response: { name: "b", schema: {} } }),
      request({ sampling: { temperature: 0, maxTokens: 101 } }),
      request({ sampling: { temperature: 0, maxTokens: 100, topP: 0.9 } }),
      request({ sampling: { temperature: 0, maxTokens: 100, stop: ["x"] } }),
      request({ sampling: { temperature: 0, maxTokens: 100, seed: 1 } })
    ]
    assert.strictEqual(new Set(variants.map((made) => addressOf(made))).size, variants.length)
    assert.notStrictEqual(
      addressOf(request({ response: { name: "a", schema: {} } }), {}, "one"),
      addressOf(request({ response: { name: "a", schema: {} } }), {}, "two")
    )
  })

  it("derives a seed of 31 bits that differs by item and draw, not by model", () => {
    const seedOf = (made: ProviderRequest, where: Partial<CallScope> = {}) =>
      addressed(made, undefined, { ...scope, ...where }).request.sampling.seed
    const seed = seedOf(request({ sampling: hot }))
    assert.isTrue(Number.isInteger(seed) && seed !== undefined && seed >= 0 && seed < 2 ** 31)
    assert.strictEqual(seed, seedOf(request({ model: "n", sampling: hot })))
    assert.notStrictEqual(seed, seedOf(request({ sampling: hot }), { itemSeed: "t" }))
    assert.notStrictEqual(seed, seedOf(request({ sampling: hot }), { draw: 1 }))
  })

  it("keeps the caller's seed, and adds none at temperature 0", () => {
    assert.strictEqual(addressed(request({ sampling: { ...hot, seed: 7 } }), undefined, scope).request.sampling.seed, 7)
    assert.isUndefined(addressed(request(), undefined, scope).request.sampling.seed)
  })
})
