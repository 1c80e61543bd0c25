import type { Effect } from "effect"
import type { TableReader, TableReadError } from "../../datasets/table-reader.ts"
import type { ReportSection } from "../pipeline.ts"
import { blueprintSections } from "./blueprint-report.ts"

/** The sections of both phases, in their order. */
export const report = (): Effect.Effect<ReadonlyArray<ReportSection>, TableReadError, TableReader> => blueprintSections
