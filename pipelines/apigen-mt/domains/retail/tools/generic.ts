import type { EnvironmentTool } from "../../../../../stages/environment.ts"
import { evaluate } from "../../arithmetic.ts"
import type { Profile } from "../../domain.ts"
import { define, failure, text } from "./definition.ts"

/** tau1 writes a whole result as "5.0", as the benchmark does; strict writes "5". */
export const calculate = (profile: Profile): EnvironmentTool =>
  define(
    "generic",
    "calculate",
    "Work out a sum of numbers with + - * / and brackets. The result is rounded to two decimals.",
    { expression: text("What to work out, such as '2 * (18.50 + 4.25)': digits, + - * / ( ) . and spaces only.") },
    (_, input) => {
      try {
        const value = Math.round(evaluate(input.text("expression")) * 100) / 100
        return profile === "tau1" && Number.isInteger(value) ? `${value}.0` : String(value)
      } catch (cause) {
        return failure(cause instanceof Error ? cause.message : String(cause))
      }
    }
  )

export const think = define(
  "generic",
  "think",
  "Write down a thought before going on. Looks nothing up and changes nothing.",
  { thought: text("What to think about.") },
  () => ""
)

export const transferToHumanAgents: EnvironmentTool = {
  ...define(
    "generic",
    "transfer_to_human_agents",
    "Hand the conversation over to a person, for requests that neither the tools nor the rules provide for. Ends it.",
    { summary: text("What the customer wants and what has been done so far.") },
    () => "Transfer successful"
  ),
  terminates: true
}
