import { Effect } from "effect"
import type { ApigenMtConfig } from "./config.ts"
import { retailKit } from "./domains/retail/kit.ts"
import type { RetailDataError } from "./domains/retail/load.ts"
import { retail, retailFromFolder } from "./domains/retail/retail.ts"
import type { World } from "./samplers.ts"

/** What the domain of a config is made of, database included. Fails where a folder of tables cannot be used. */
type OpenWorld = (config: ApigenMtConfig, seed: string) => Effect.Effect<World, RetailDataError>

const openRetail: OpenWorld = (config, seed) =>
  config.databaseFolder === undefined
    ? Effect.sync(() => ({ domain: retail({ seed, profile: config.profile }), kit: retailKit, seed, source: seed }))
    : Effect.map(retailFromFolder({ folder: config.databaseFolder, profile: config.profile }), (domain) => ({
        domain,
        kit: retailKit,
        seed,
        // A path says nothing on another machine; the content does.
        source: `folder ${domain.environment.initial.hash().slice(0, 16)}`
      }))

/** The domains there are. `airline` becomes a line here and a word in config.ts when its environment is built. */
const worlds: Readonly<Record<ApigenMtConfig["domain"], OpenWorld>> = { retail: openRetail }

/**
 * Opens a config's world when it is first asked for, and once: building a database takes a while, which commands that only
 * read a dataset do not pay.
 */
export const lazyWorld = (config: ApigenMtConfig, seed: string): Effect.Effect<World, RetailDataError> => {
  let opened: World | undefined
  return Effect.suspend(() =>
    opened === undefined
      ? Effect.tap(worlds[config.domain](config, seed), (world) =>
          Effect.sync(() => {
            opened = world
          })
        )
      : Effect.succeed(opened)
  )
}
