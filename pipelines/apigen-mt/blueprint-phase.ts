import { Stream } from "effect"
import { z } from "zod"
import { type Phase, phase } from "../pipeline.ts"
import { makeBlueprint } from "./blueprint.ts"
import type { ApigenMtConfig } from "./config.ts"
import type { World } from "./samplers.ts"

/** `items` blueprints, numbered from 0: an item is its number, and everything else is drawn from its random stream. */
export const blueprintPhase = (config: ApigenMtConfig, world: World): Phase =>
  phase({
    name: "blueprints",
    item: z.strictObject({ n: z.number().int().min(0) }),
    plan: Stream.range(0, config.items - 1).pipe(Stream.map((n) => ({ key: `b${n}`, item: { n } }))),
    synthesize: ({ n }, key) => makeBlueprint(world, config, n, key)
  })
