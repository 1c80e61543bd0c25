import { Effect } from "effect"
import type { Sections } from "../../report-cells.ts"
import type { R2sConfig } from "../config.ts"
import { accountsReport } from "./accounts-report.ts"
import { dialoguesReport } from "./dialogues-report.ts"
import { groundingReport } from "./grounding-report.ts"
import { judgeReport } from "./judge-report.ts"
import { plantedReport } from "./planted-report.ts"
import { sourcesReport } from "./sources-report.ts"

/** What R2S says of itself beside the sections that every dataset has (section 7, items 19 and 20). */
export const report = (config: R2sConfig): Sections =>
  Effect.map(
    Effect.all([
      accountsReport,
      sourcesReport,
      dialoguesReport(config),
      groundingReport(config),
      judgeReport(config),
      plantedReport
    ]),
    (sections) => sections.flat()
  )
