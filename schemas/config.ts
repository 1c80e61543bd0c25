import { z } from "zod"
import { ModelSpec } from "../models/model-spec.ts"

/** `dialoom.config.ts`. Flags and environment override it. */
export const Settings = z.strictObject({
  /** Where datasets land, relative to the working folder. */
  outputs: z.string().default("outputs"),
  models: z.record(z.string(), ModelSpec).default({}),
  /** Model name by role; the role `default` answers for all that are not named. */
  roles: z.record(z.string(), z.string()).default({}),
  /** Config of pipelines, by pipeline name. */
  pipelines: z.record(z.string(), z.record(z.string(), z.unknown())).default({})
})
export type Settings = z.infer<typeof Settings>

/** For `dialoom.config.ts`: `export default defineConfig({ ... })` checks the shape while it is typed. */
export const defineConfig = (settings: z.input<typeof Settings>): z.input<typeof Settings> => settings
