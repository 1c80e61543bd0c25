import { tmpdir } from "node:os"
import { Effect, Stream } from "effect"
import { z } from "zod"
import { CurateConfig } from "../../pipelines/curate/config.ts"
import type { Removal } from "../../pipelines/curate/removal.ts"
import type { Selection } from "../../pipelines/curate/selection.ts"
import { assistant, user } from "../../schemas/message.ts"
import { table } from "../../schemas/table.ts"

/** A selection over rows in memory, each one message of a user and a fixed answer, and what the steps removed of them. */
export const selectionOf = (
  says: ReadonlyArray<string>,
  config: Record<string, unknown>,
  ranks: ReadonlyArray<number> = []
): { readonly selection: Selection; readonly removals: ReadonlyMap<number, Removal> } => {
  const removals = new Map<number, Removal>()
  const selection: Selection = {
    config: CurateConfig.parse({ sources: ["/a"], method: "m", table: "t", licence: "CC0-1.0", ...config }),
    seed: "0",
    table: table("t", "Rows.", z.strictObject({ text: z.string() })),
    folder: tmpdir(),
    isAlive: (index) => !removals.has(index),
    alive: Stream.suspend(() =>
      Stream.fromIterable(
        says.flatMap((text, index) =>
          removals.has(index)
            ? []
            : [{ index, subject: { id: `a/${index}`, messages: [user(text), assistant("Yes.")], tools: [] } }]
        )
      )
    ),
    rank: (index) => ranks[index],
    keyOf: (index) => `a/${index}`,
    values: () => Effect.succeed(says.map(() => null)),
    remove: (index, removal) => removals.set(index, removal)
  }
  return { selection, removals }
}
