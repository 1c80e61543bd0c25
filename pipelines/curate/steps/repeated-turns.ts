import { Effect, Stream } from "effect"
import { nearDuplicates } from "../../../datasets/curate/near-duplicates.ts"
import { assistantTurns } from "../compared-text.ts"
import type { Selection } from "../selection.ts"

/** Turns of one row have ids next to each other; rows of more turns than this are compared by their first ones. */
const MOST_TURNS = 1_000

/**
 * Rows of which too few of the assistant's turns are new. Rows are taken by rank, then in their order; a turn is new where no row
 * that stays has one nearly like it.
 */
export const repeatedTurns = (selection: Selection) =>
  Effect.gen(function* () {
    const { alive, config, folder, rank, remove } = selection
    if (config.turns === false) return
    const { fresh, shingle, threshold } = config.turns
    const counts = new Map<number, number>()
    const found = yield* nearDuplicates(
      alive.pipe(
        Stream.map(({ index, subject }) => {
          const turns = assistantTurns(subject.messages).slice(0, MOST_TURNS)
          counts.set(index, turns.length)
          return turns.map((text, turn) => ({ id: index * MOST_TURNS + turn, text }))
        }),
        Stream.flattenIterable
      ),
      { shingle, threshold },
      folder
    )
    const clusterOf = new Map<number, number>()
    yield* Stream.runForEach(found.clusters, ({ members, survivor }) =>
      Effect.sync(() => {
        for (const member of members) clusterOf.set(member, survivor)
      })
    )
    const said = new Map<number, number>()
    const ordered = [...counts.keys()].sort(
      (left, right) => (rank(right) ?? -Infinity) - (rank(left) ?? -Infinity) || left - right
    )
    for (const row of ordered) {
      const turns = counts.get(row) ?? 0
      const clusters = Array.from({ length: turns }, (_, turn) => clusterOf.get(row * MOST_TURNS + turn))
      const repeated = clusters.flatMap((cluster, turn) => {
        const by = cluster === undefined ? undefined : said.get(cluster)
        return by === undefined ? [] : [{ turn, row: by }]
      })
      if (turns > 0 && (turns - repeated.length) / turns < fresh) {
        remove(row, {
          step: "turns",
          code: "REPEATED_TURNS",
          reasons: [`${repeated.length} of its ${turns} turns of the assistant stand in rows before it.`],
          partner: repeated[0]?.row ?? null,
          similarity: null,
          evidence: { turns: repeated.map(({ turn, row: by }) => ({ turn, row: selection.keyOf(by) })) }
        })
        continue
      }
      for (const cluster of clusters) if (cluster !== undefined && !said.has(cluster)) said.set(cluster, row)
    }
  })
