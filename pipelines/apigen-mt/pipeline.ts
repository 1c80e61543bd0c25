import { join } from "node:path"
import { Effect, Stream } from "effect"
import { ItemFailed, type Phase, PlanError, pipeline } from "../pipeline.ts"
import { blueprintPhase } from "./blueprint-phase.ts"
import { BlueprintAttempts, Blueprints } from "./blueprint-tables.ts"
import { apigenMtCalibration } from "./calibration.ts"
import { ApigenMtConfig } from "./config.ts"
import { peopleLabels } from "./people-report.ts"
import { prompts } from "./prompts/prompts.ts"
import { report } from "./report.ts"
import type { World } from "./samplers.ts"
import { simulated } from "./simulated/simulated.ts"
import { trajectoryDialogue } from "./trajectory-dialogue.ts"
import { trajectoryPhase } from "./trajectory-phase.ts"
import { failedTrajectories, trajectories } from "./trajectory-tables.ts"
import { lazyWorld } from "./world.ts"

/**
 * APIGen-MT: first fix and verify the destination of a dialogue (a blueprint with executable ground truth), then simulate the
 * journey between a human and an agent, and keep only journeys that arrive.
 *
 * Recombination (paper section 4.1.3) takes its place between the two phases: it needs all accepted blueprints at once, and its
 * rows go into `blueprints` too, with `parent_ids`.
 */
export const apigenMt = pipeline({
  name: "apigen-mt",
  version: 1,
  description:
    "Multi-turn agent dialogues with verified ground truth: blueprints first, then simulated human-agent interplay.",
  paper: {
    title: "APIGen-MT: Agentic Pipeline for Multi-Turn Data Generation via Simulated Agent-Human Interplay",
    authors: "Prabhakar et al., Salesforce AI Research",
    year: 2025,
    url: "https://arxiv.org/abs/2504.03601"
  },
  config: ApigenMtConfig,
  itemsKey: "items",
  tables: [trajectories, failedTrajectories, Blueprints, BlueprintAttempts],
  mainTable: trajectories.name,
  roles: [
    { name: "blueprint", description: "writes a task with its ground truth" },
    {
      name: "reviewer",
      description: "votes on a task; seats are reviewer-1, reviewer-2... and may have models of their own"
    },
    { name: "feedback", description: "sums up what was found wrong with a task, for the next try" },
    { name: "user", description: "plays the human" },
    { name: "critic", description: "scores the human's candidate lines, 0 to 10" },
    { name: "agent", description: "the assistant, with tools" }
  ],
  prompts,
  sources: (config) =>
    config.databaseFolder === undefined
      ? []
      : ["users.json", "orders.json", "products.json"].map((name) => join(config.databaseFolder ?? "", name)),
  licence: "Apache-2.0",
  phases: (config, seed) => {
    const world = lazyWorld(config, seed)
    const inWorld = (name: string, make: (world: World) => Phase): Phase => {
      const made = new WeakMap<World, Phase>()
      const phaseOf = (opened: World): Phase => {
        const phase = made.get(opened) ?? make(opened)
        made.set(opened, phase)
        return phase
      }
      return {
        name,
        plan: Stream.unwrap(
          world.pipe(
            Effect.map((opened) => phaseOf(opened).plan),
            Effect.mapError((error) => new PlanError({ phase: name, message: error.message }))
          )
        ),
        settle: (payload) =>
          world.pipe(
            Effect.mapError((error) => new ItemFailed({ stage: "database", code: "DATABASE", message: error.message })),
            Effect.flatMap((opened) => phaseOf(opened).settle(payload))
          )
      }
    }
    return [
      inWorld("blueprints", (opened) => blueprintPhase(config, opened)),
      inWorld("trajectories", (opened) => trajectoryPhase(config, opened.domain))
    ]
  },
  simulated,
  dialogue: trajectoryDialogue,
  calibration: apigenMtCalibration,
  report,
  labels: peopleLabels
})
