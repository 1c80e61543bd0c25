import { Effect } from "effect"
import type { TableReadError, TableReader } from "../../datasets/table-reader.ts"
import type { ReportSection } from "../pipeline.ts"
import { blueprintSections } from "./blueprint-report.ts"
import { trajectorySections } from "./trajectory-report.ts"

/** The sections of both phases, in their order. */
export const report = (): Effect.Effect<ReadonlyArray<ReportSection>, TableReadError, TableReader> =>
  Effect.all([blueprintSections, trajectorySections]).pipe(Effect.map((parts) => parts.flat()))
