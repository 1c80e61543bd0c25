import { stat } from "node:fs/promises"
import { join } from "node:path"
import { shardName } from "../datasets/commits.ts"
import { type DatasetFolder, phaseFolder } from "../datasets/folder.ts"
import type { PhaseInForce } from "../datasets/in-force.ts"

const LOOK_BACK = 20

/** Items settled a minute, by the times of the last commits; null with fewer than two. */
export const recentRate = async (
  folder: DatasetFolder,
  phases: ReadonlyArray<PhaseInForce>
): Promise<{ readonly itemsPerMinute: number | null }> => {
  const last = phases.at(-1)
  if (last === undefined) return { itemsPerMinute: null }
  const times: Array<{ readonly at: number; readonly items: number }> = []
  for (const shard of last.shards.slice(-4 * LOOK_BACK)) {
    const name = shardName(shard.shard, shard.generation, shard.retry)
    const found = await stat(join(phaseFolder(folder, last.phase), name)).catch(() => null)
    if (found !== null) times.push({ at: found.mtimeMs, items: shard.items })
  }
  const recent = times.sort((left, right) => left.at - right.at).slice(-LOOK_BACK)
  const [first, ...rest] = recent
  const end = rest.at(-1)
  // Commits that came in one burst, as of a resumed run that the ledger answers, say nothing of the rate to come.
  if (first === undefined || end === undefined || end.at - first.at < 1_000) return { itemsPerMinute: null }
  return { itemsPerMinute: (rest.reduce((sum, one) => sum + one.items, 0) * 60_000) / (end.at - first.at) }
}
