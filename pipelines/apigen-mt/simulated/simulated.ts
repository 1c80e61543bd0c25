import type { Simulated } from "../../pipeline.ts"
import { simulatedBlueprints } from "./blueprints.ts"
import { simulatedDialogues } from "./dialogues.ts"

/** The scripted models of both phases, by role. */
export const simulated: Simulated = { ...simulatedBlueprints, ...simulatedDialogues }
