import { Effect } from "effect"
import type { Sections } from "../report-cells.ts"
import { bestOfN, planted, putRight } from "./mistakes-report.ts"
import { calls, duplicates, shares, sizes } from "./shape-report.ts"
import { disagreements, faults, gates, spending, success } from "./success-report.ts"

/** The sections of phase 2 (spec, done-means 26 to 28), from the tables alone. */
export const trajectorySections: Sections = Effect.forEach(
  [success, sizes, shares, calls, duplicates, gates, faults, disagreements, bestOfN, planted, putRight, spending],
  (section) => section
).pipe(Effect.map((sections) => sections.flat()))
