import { Effect } from "effect"
import type { Filter, FilterServices } from "../../stages/filters/filter.ts"
import { stage } from "../../stages/stage.ts"
import type { MethodCalibration, TrialJudge } from "../calibration.ts"
import type { DialogueView } from "../pipeline.ts"
import { isRule } from "./filter-roles.ts"

/** Everybody whose verdicts are measured: filters in their order, then the method's own judges. */
export const trialJudges = (
  dialogue: DialogueView,
  filters: ReadonlyArray<Filter<FilterServices>>,
  method: MethodCalibration | null
): ReadonlyArray<TrialJudge> => [
  ...filters.map(
    (filter): TrialJudge => ({
      name: filter.name,
      part: "row",
      kind: isRule(filter.name) ? "rule" : "model",
      judge: ({ row }) => Effect.map(filter.judge(dialogue.subject(row)), (judged) => [judged]).pipe(stage(filter.name))
    })
  ),
  ...(method?.judges ?? [])
]
