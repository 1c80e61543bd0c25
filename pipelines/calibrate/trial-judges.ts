import { Effect } from "effect"
import type { Filter, FilterServices } from "../../stages/filters/filter.ts"
import { askedBy } from "../../stages/filters/registry.ts"
import { stage } from "../../stages/stage.ts"
import type { MethodCalibration, TrialJudge } from "../calibration.ts"
import type { DialogueView } from "../pipeline.ts"

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
      kind: askedBy([filter.name]).length === 0 ? "rule" : "model",
      judge: ({ row }) => Effect.map(filter.judge(dialogue.subject(row)), (judged) => [judged]).pipe(stage(filter.name))
    })
  ),
  ...(method?.judges ?? [])
]
