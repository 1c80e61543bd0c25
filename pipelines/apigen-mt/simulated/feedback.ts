import type { Simulated } from "../../pipeline.ts"
import type { FeedbackBackstage } from "../feedback.ts"

const starts = ["What was found:", "Summing up the findings:", "The findings come to this:"]

const plans = [
  "Keep user and request as they are; put right only what is named, and check every argument against the data once more.",
  "Next time, write the actions first, compare each with its sentence in the instruction, and then fill in the outputs.",
  "Change the named fields, leave the rest alone, and read the instruction as the customer would before you send it."
]

/** Sums up what it was given and adds a plan; it has no findings of its own. */
export const simulatedFeedback: Simulated[string] = ({ backstage, random }) => {
  const { findings } = backstage as FeedbackBackstage
  return {
    content: [random.pick(starts), ...findings.slice(0, 6).map((finding) => `- ${finding}`), random.pick(plans)].join(
      "\n"
    )
  }
}
