import type { Simulated } from "../../pipeline.ts"
import { simulatedAgent } from "./agent.ts"
import { simulatedCritic } from "./critic.ts"
import { simulatedHuman } from "./human.ts"

/** The scripted models of phase 2. */
export const simulatedDialogues: Simulated = {
  user: simulatedHuman,
  critic: simulatedCritic,
  agent: simulatedAgent
}
