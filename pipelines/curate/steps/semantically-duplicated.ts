import { Effect, Stream } from "effect"
import { semanticDuplicates } from "../../../datasets/curate/semantic-duplicates.ts"
import { type Vectors as VectorRows, vectorsAt } from "../../../datasets/curate/vectors.ts"
import { TableReader } from "../../../datasets/table-reader.ts"
import { PlanError } from "../../pipeline.ts"
import { wantsVectors } from "../filter-phase.ts"
import type { Selection } from "../selection.ts"
import { Vectors } from "../tables.ts"
import { removeClusters } from "./duplicated.ts"

/** The vectors of the rows that are left, all in memory (4 bytes a number); null where none were asked for. */
export const vectorsOf = ({ config, isAlive, keyOf }: Selection) =>
  Effect.gen(function* () {
    if (!wantsVectors(config)) return null
    const reader = yield* TableReader
    const [size] = yield* reader.query("SELECT max(len(vector)) AS dimensions, count(*) AS rows FROM vectors")
    const dimensions = Number(size?.dimensions ?? 0)
    const ids: Array<number> = []
    const values = new Float32Array(dimensions * Number(size?.rows ?? 0))
    // Rows without a vector failed or were rejected: the next one by its key is looked for.
    let index = 0
    yield* Stream.runForEach(reader.rows(Vectors), ({ key, vector }) =>
      Effect.suspend(() => {
        for (; keyOf(index) !== key; index++) {
          if (keyOf(index) === undefined) throw new Error(`curate: no row after the last one has the key ${key}`)
        }
        if (!isAlive(index)) return Effect.void
        if (vector.length !== dimensions) {
          return new PlanError({
            phase: "select",
            message: `The vectors of this dataset have ${dimensions} numbers, that of ${key} has ${vector.length}: two models answered. Choose another --out, or one model.`
          })
        }
        values.set(vector, ids.length * dimensions)
        ids.push(index)
        return Effect.void
      })
    )
    return { ids, dimensions, values: values.subarray(0, ids.length * dimensions) }
  })

export const semanticallyDuplicated = (selection: Selection, vectors: VectorRows) =>
  Effect.gen(function* () {
    const { config, folder, rank, seed } = selection
    if (config.semantic === false) return
    // A text without any known word has no direction, and is like nothing.
    const directed = vectorsAt(vectors, (place) =>
      vectors.values.subarray(place * vectors.dimensions, (place + 1) * vectors.dimensions).some((value) => value !== 0)
    )
    if (directed.ids.length === 0) return
    const ranks = Float64Array.from(directed.ids, (index) => rank(index) ?? Number.NEGATIVE_INFINITY)
    const found = yield* semanticDuplicates(directed, { threshold: config.semantic.threshold, ranks, seed }, folder)
    yield* removeClusters(selection, found, "semantic", "SEMANTIC_DUPLICATE", "means nearly the same")
  })
