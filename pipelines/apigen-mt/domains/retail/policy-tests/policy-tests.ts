import type { PolicyTest } from "../../domain.ts"
import { orderTests } from "./order-tests.ts"
import { sequenceTests } from "./sequence-tests.ts"
import { taskTests } from "./task-tests.ts"

const number = (test: PolicyTest): number => Number(test.id.slice("PT-R".length))

/** PT-R1 to PT-R13 (spec section 4.5). */
export const retailPolicyTests: ReadonlyArray<PolicyTest> = [...sequenceTests, ...orderTests, ...taskTests].sort(
  (a, b) => number(a) - number(b)
)
