import type { Simulated } from "../../pipeline.ts"
import { simulatedFeedback } from "./feedback.ts"
import { simulatedGenerator } from "./generator.ts"
import { simulatedReviewer } from "./reviewer.ts"

/** As many seats as `judges` may have. */
const SEATS = 15

/** The scripted models of the first phase, by role. A committee asks for its seats by number. */
export const simulatedBlueprints: Simulated = {
  blueprint: simulatedGenerator,
  feedback: simulatedFeedback,
  reviewer: simulatedReviewer,
  ...Object.fromEntries(Array.from({ length: SEATS }, (_, seat) => [`reviewer-${seat + 1}`, simulatedReviewer]))
}
