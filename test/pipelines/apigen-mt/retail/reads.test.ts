import { assert, describe, it } from "@effect/vitest"
import type { Profile } from "../../../../pipelines/apigen-mt/domains/domain.ts"
import type { JsonObject } from "../../../../schemas/json.ts"
import { execute } from "../../../../stages/execute.ts"
import { ada, lamp, orders, smallShop } from "./small-shop.ts"

const ask = (name: string, input: JsonObject, profile: Profile = "strict") => {
  const environment = smallShop(profile)
  const state = environment.initial.fork()
  const observation = execute(environment, state, { name, arguments: input })
  assert.strictEqual(state.hash(), environment.initial.hash())
  return observation
}

describe("reads", () => {
  it("find a user by e-mail whatever the case, and answer with the bare id", () =>
    assert.strictEqual(ask("find_user_id_by_email", { email: "ADA.quill@EXAMPLE.com" }).text, "ada_quill_1000"))

  it("find a user by name, whatever the case, and zip code", () =>
    assert.strictEqual(
      ask("find_user_id_by_name_zip", { first_name: "ada", last_name: "QUILL", zip: "83702" }).text,
      "ada_quill_1000"
    ))

  it("show profiles, orders and products as JSON", () => {
    assert.deepStrictEqual(JSON.parse(ask("get_user_details", { user_id: "ada_quill_1000" }).text), ada)
    assert.deepStrictEqual(JSON.parse(ask("get_order_details", { order_id: "#W3" }).text), orders["#W3"])
    assert.deepStrictEqual(JSON.parse(ask("get_product_details", { product_id: "p-lamp" }).text), lamp)
  })

  it("list products by name, sorted", () =>
    assert.strictEqual(ask("list_all_product_types", {}).text, '{"Floor Lamp":"p-lamp","Mug":"p-mug"}'))
})

describe("generic tools", () => {
  it("calculate to two decimals, a whole result as the benchmark writes it in tau1 only", () => {
    assert.strictEqual(ask("calculate", { expression: "10 / 3" }).text, "3.33")
    assert.strictEqual(ask("calculate", { expression: "2 * (3 + 4)" }).text, "14")
    assert.strictEqual(ask("calculate", { expression: "2 * (3 + 4)" }, "tau1").text, "14.0")
  })

  it("think without an answer", () => assert.strictEqual(ask("think", { thought: "hm" }).text, ""))

  it("end the episode by a transfer", () =>
    assert.deepStrictEqual(ask("transfer_to_human_agents", { summary: "s" }), {
      text: "Transfer successful",
      isError: false,
      terminated: true
    }))
})
