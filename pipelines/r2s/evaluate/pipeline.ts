import { commitsFolder } from "../../../datasets/folder.ts"
import { filesBelow } from "../../curate/pipeline.ts"
import { pipeline } from "../../pipeline.ts"
import { JUDGE_SYSTEM } from "../judge/prompts.ts"
import { r2s } from "../pipeline.ts"
import { EvaluateConfig } from "./config.ts"
import { evaluateReport } from "./report.ts"
import { scoresPhase } from "./scores-phase.ts"
import { EvalScores } from "./tables.ts"

/** Scores dialogues of R2S, or what models trained on them answer, by the protocols of section 5. Its items are what is scored. */
export const evaluate = pipeline({
  name: "evaluate",
  version: 1,
  description: "Dialogues scored by eight metrics and by how much of their document they cover.",
  paper: r2s.paper,
  config: EvaluateConfig,
  itemsKey: "items",
  tables: [EvalScores],
  mainTable: EvalScores.name,
  roles: [{ name: "judge", description: "scores a dialogue by eight metrics" }],
  asks: ["embedding"],
  prompts: { judge: JUDGE_SYSTEM },
  sources: ({ outputs, source }) => [
    ...filesBelow(commitsFolder({ name: "source", path: source })),
    ...(outputs === null ? [] : [outputs])
  ],
  licence: ({ licence }) => licence,
  phases: (config) => [scoresPhase(config)],
  simulated: r2s.simulated,
  report: evaluateReport
})
