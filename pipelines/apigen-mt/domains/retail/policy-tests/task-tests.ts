import type { JsonObject } from "../../../../../schemas/json.ts"
import type { PolicyTest } from "../../domain.ts"
import { retailWrites } from "../graph.ts"
import { computable, isUnsupportedNumber } from "./computable.ts"
import { derivableIds, provesIdentity } from "./derivable.ts"
import { list, policyTest, targetOf, text, writesOf, writeTest } from "./trace.ts"

/** Facts hold one reason for all cancellations, or one per order under a key with its number. */
export const reasonFact = (facts: JsonObject, orderId: string): string | null => {
  const reason = facts[`cancel_reason ${orderId}`] ?? facts.cancel_reason
  return typeof reason === "string" ? reason : null
}

const idFields = ["user_id", "order_id", "payment_method_id"]
const idLists = ["item_ids", "new_item_ids"]

export const taskTests: ReadonlyArray<PolicyTest> = [
  writeTest(
    "PT-R1",
    ["R3"],
    "All orders and profiles that are changed belong to the one user of the task.",
    retailWrites,
    (write, trace) => {
      const owner = write.tool === "modify_user_address" ? text(write, "user_id") : targetOf(write)?.user_id
      return owner === trace.userId ? [] : [`this changes something of ${owner ?? "nobody"}, not of ${trace.userId}`]
    }
  ),
  writeTest(
    "PT-R9",
    ["R10"],
    "An order is cancelled for the reason that the task's facts state.",
    ["cancel_pending_order"],
    (write, trace) => {
      const reason = reasonFact(trace.task.facts, text(write, "order_id"))
      if (reason === null) return ["the facts state no cancel_reason"]
      return reason === text(write, "reason")
        ? []
        : [`the reason is "${text(write, "reason")}", the facts say "${reason}"`]
    }
  ),
  writeTest("PT-R10", ["R11"], "Every write changes something.", retailWrites, (write) =>
    write.diff === "" ? [`${write.tool} changes nothing`] : []
  ),
  policyTest(
    "PT-R12",
    ["R5"],
    "The instruction proves who the user is, and reads lead from there to every id of the actions.",
    (trace) => {
      const start = trace.states[0]
      if (start === undefined) return []
      const problems: Array<{ step: number | null; message: string }> = []
      if (!provesIdentity(start, trace.userId, trace.task.instruction)) {
        problems.push({
          step: null,
          message: "the instruction gives neither the user's e-mail address nor first name, last name and zip code"
        })
      }
      const known = derivableIds(start, trace.userId)
      for (const write of writesOf(trace)) {
        const ids = [...idFields.map((name) => text(write, name)), ...idLists.flatMap((name) => list(write, name))]
        for (const id of ids) {
          if (id === "" || known.has(id)) continue
          problems.push({ step: write.step, message: `no read leads from user ${trace.userId} to ${id}` })
        }
      }
      return problems
    }
  ),
  policyTest("PT-R13", ["R5"], "Every output that is a number can be worked out from the user's data.", (trace) => {
    const supported = computable(trace)
    return trace.task.outputs
      .filter((output) => isUnsupportedNumber(output, supported))
      .map((output) => ({ step: null, message: `the database gives no value ${output} for this user's matters` }))
  })
]
