import type { JsonObject } from "../../../../../schemas/json.ts"
import type { EnvironmentTool } from "../../../../../stages/environment.ts"
import type { State } from "../../../../../stages/state.ts"

/** Arguments by name. Every parameter is required, and `execute` has checked types and enums before a tool runs. */
type Parameter = JsonObject & { readonly type: "string" | "array" }

export const text = (description: string): Parameter => ({ type: "string", description })

export const choice = (values: ReadonlyArray<string>, description: string): Parameter => ({
  type: "string",
  enum: values,
  description
})

export const texts = (description: string): Parameter => ({ type: "array", items: { type: "string" }, description })

/** What a run sees of its arguments: strings, and lists of strings. */
interface Arguments {
  readonly text: (name: string) => string
  readonly list: (name: string) => ReadonlyArray<string>
}

export const define = (
  kind: EnvironmentTool["kind"],
  name: string,
  description: string,
  parameters: Readonly<Record<string, Parameter>>,
  run: (state: State, input: Arguments) => string
): EnvironmentTool => ({
  kind,
  terminates: false,
  tool: {
    name,
    description,
    parameters: { type: "object", properties: parameters, required: Object.keys(parameters) }
  },
  run: (state, input) =>
    run(state, {
      text: (field) => input[field] as string,
      list: (field) => input[field] as ReadonlyArray<string>
    })
})

/** An observation of failure. Says what is wrong in words that an agent can act on. */
export const failure = (message: string): string => `Error: ${message}`

export const addressParameters = {
  address1: text("Street and number, such as '214 Juniper Court'."),
  address2: text("Apartment, suite or unit, such as 'Unit 12'; empty if there is none."),
  city: text("City."),
  state: text("Two-letter code of the state, such as 'OR'."),
  country: text("Country, such as 'USA'."),
  zip: text("Postal code.")
} as const

/** The six address fields of a call, as stored. */
export const addressFrom = (input: Arguments) => ({
  address1: input.text("address1"),
  address2: input.text("address2"),
  city: input.text("city"),
  country: input.text("country"),
  state: input.text("state"),
  zip: input.text("zip")
})

export const orderIdParameter = text("The order's number with the leading '#', such as '#W4410375'.")
