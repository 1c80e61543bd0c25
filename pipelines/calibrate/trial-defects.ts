import type { Message } from "../../schemas/message.ts"
import type { Defect } from "../../stages/defects/defect.ts"
import { defects } from "../../stages/defects/defects.ts"
import type { MethodCalibration, TrialDefect } from "../calibration.ts"
import type { DialogueView } from "../pipeline.ts"

/** Every defect that can be planted in a method's rows: those of any dialogue, then the method's own. */
export const trialDefects = (dialogue: DialogueView, method: MethodCalibration | null): ReadonlyArray<TrialDefect> => [
  ...defects.map((defect) => inDialogue(dialogue, defect)),
  ...(method?.defects ?? [])
]

const inDialogue = ({ subject, withMessages }: DialogueView, defect: Defect): TrialDefect => ({
  name: defect.name,
  family: defect.family,
  description: defect.description,
  part: "row",
  plant: (trial, random) => {
    const spoilt = defect.plant(subject(trial.row), random)
    return spoilt === null
      ? null
      : { row: withMessages(trial.row, withoutSystem(spoilt.messages)), origin: trial.origin, planted: spoilt.planted }
  }
})

/** The view puts the system message before those of the row, and takes it from the row again. */
export const withoutSystem = (messages: ReadonlyArray<Message>): ReadonlyArray<Message> =>
  messages[0]?.role === "system" ? messages.slice(1) : messages
