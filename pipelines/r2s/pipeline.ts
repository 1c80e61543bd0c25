import { pipeline } from "../pipeline.ts"
import { chunksPhase } from "./chunks-phase.ts"
import { R2sConfig } from "./config.ts"
import { dialoguesPhase } from "./dialogues-phase.ts"
import { documentsOf } from "./documents-of.ts"
import { documentsPhase, sourceFiles } from "./documents-phase.ts"
import { Extracted } from "./extracted-table.ts"
import { packOf } from "./languages/packs.ts"
import { prompts } from "./prompts/prompts.ts"
import { r2sDialogue } from "./r2s-dialogue.ts"
import { card } from "./report/card.ts"
import { problems } from "./report/problems.ts"
import { report } from "./report/report.ts"
import { selectPhase } from "./select-phase.ts"
import { simulated } from "./simulated/simulated.ts"
import { story } from "./story.ts"
import { Candidates, ChatGroundedTrain, ChatTrain, Dialogues, Documents, EvalInput, GllmTrain } from "./tables.ts"

/**
 * R2S: from raw documents dialogues whose every answer is traced to the text. Before B speaks, the logic of the round is chosen, the
 * passage is looked up, and code checks that it is there (chain of dialogue).
 */
export const r2s = pipeline({
  name: "r2s",
  version: 1,
  description:
    "Raw documents into knowledge-grounded dialogues, the logic of each turn explicit and each answer traced.",
  paper: {
    title: "Raw Text is All you Need: Knowledge-intensive Multi-turn Instruction Tuning for Large Language Model",
    authors: "Hou et al.",
    year: 2024,
    url: "https://arxiv.org/abs/2407.03040"
  },
  config: R2sConfig,
  itemsKey: "items",
  tables: [Dialogues, Candidates, GllmTrain, ChatTrain, ChatGroundedTrain, EvalInput, Documents, Extracted],
  mainTable: Dialogues.name,
  roles: [
    { name: "planner", description: "invents the two speakers and chooses the logic of each round" },
    { name: "finder", description: "names what to look up, and copies the passage" },
    { name: "writer", description: "writes what A and B say; in one pass, the whole dialogue" },
    {
      name: "judge",
      description: "scores a dialogue by eight metrics; holds it against the text where no local model does"
    }
  ],
  asks: ["language", "embedding", "entailment", "relevance", "decision"],
  prompts,
  licence: ({ documents, licence }) => (documents === undefined ? "CC0-1.0" : (licence ?? "other")),
  sources: (config) => sourceFiles(documentsOf(config)),
  phases: (config, seed) => [
    documentsPhase(documentsOf(config)),
    chunksPhase(config, seed, (tag) => packOf(tag) !== null),
    dialoguesPhase(config, seed),
    selectPhase(config)
  ],
  simulated,
  dialogue: r2sDialogue,
  card,
  report,
  problems,
  explain: story
})
