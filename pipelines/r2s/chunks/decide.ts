import { Effect, Stream } from "effect"
import { splits } from "../../../datasets/curate/splits.ts"
import { type TableReadError, TableReader } from "../../../datasets/table-reader.ts"
import { table } from "../../../schemas/table.ts"
import { PlanError } from "../../pipeline.ts"
import type { R2sConfig } from "../config.ts"
import { Extracted } from "../extracted-table.ts"
import { Split } from "../tables.ts"
import { boilerplateLines } from "./boilerplate.ts"
import { type DocumentIds, documentIds } from "./document-ids.ts"
import { type DuplicateDocument, duplicateDocuments } from "./duplicate-documents.ts"
import { unfitness } from "./fit-document.ts"
import { withoutLines } from "./without-lines.ts"

/** The columns that are compared. */
const Texts = table(Extracted.name, Extracted.description, Extracted.schema.pick({ given_id: true, text: true }))

/** What only all documents together can decide, by position among the rows of `extracted`. */
export interface Decisions {
  readonly boilerplate: ReadonlySet<string>
  readonly ids: DocumentIds
  readonly duplicates: ReadonlyMap<number, DuplicateDocument>
  /** Of the documents that stay; those that are unfit by themselves are not among them. */
  readonly splits: ReadonlyMap<number, Split>
}

/**
 * Boilerplate, names, duplicates and splits, in this order. Documents that are too short or too thin take no part in the last two, so
 * that none of them stays in the place of a longer one. Reads the texts three times, one after another; holds some 500 bytes a
 * document. `E_DUPLICATE_ID` where one id names two texts. No model calls.
 */
export const decide = (
  config: R2sConfig,
  seed: string,
  folder: string
): Effect.Effect<Decisions, PlanError | TableReadError, TableReader> =>
  Effect.gen(function* () {
    const reader = yield* TableReader
    const boilerplate = yield* boilerplateLines(config.boilerplate)
    const ids = documentIds()
    const fit = new Set<number>()
    const cleaned = Stream.suspend(() =>
      reader.rows(Texts).pipe(
        Stream.zipWithIndex,
        Stream.map(([{ given_id, text }, index]) => ({
          index,
          given: given_id,
          text: withoutLines({ text, map: [] }, boilerplate).text
        }))
      )
    )
    yield* Stream.runForEach(cleaned, ({ given, index, text }) => {
      const other = ids.note(given, text)
      if (other !== null) return failForDuplicateId(other, index)
      if (unfitness(text, config) === null) fit.add(index)
      return Effect.void
    })
    const duplicates = yield* duplicateDocuments(
      cleaned.pipe(Stream.filter(({ index }) => fit.has(index))),
      config.dedupe.document,
      folder
    ).pipe(
      Effect.scoped,
      Effect.catchTag("DatasetError", (error) =>
        Effect.fail(new PlanError({ phase: "chunks", message: `${error.message}. ${error.remedy}` }))
      )
    )
    const left = Array.from(fit).filter((index) => !duplicates.has(index))
    const divided = splits(
      left.map((id) => ({ id, group: ids.idOf(id) })),
      [],
      { shares: config.splits, seed }
    )
    return { boilerplate, ids, duplicates, splits: new Map(left.map((id) => [id, Split.parse(divided.of(id))])) }
  })

/** Both documents are read once more, for their names: so they need not be held of all the others. */
const failForDuplicateId = (
  first: number,
  second: number
): Effect.Effect<never, PlanError | TableReadError, TableReader> =>
  Effect.gen(function* () {
    const reader = yield* TableReader
    const both = yield* reader.rows(Extracted).pipe(
      Stream.zipWithIndex,
      Stream.filter(([, index]) => index === first || index === second),
      Stream.map(([{ file, given_id, record }]) => ({ file, given_id, record })),
      Stream.take(2),
      Stream.runCollect
    )
    const [one, other] = both.map(({ file, record }) => (record === null ? file : `${file}, record ${record}`))
    return yield* new PlanError({
      phase: "chunks",
      message: `E_DUPLICATE_ID: the id ${JSON.stringify(both[0]?.given_id)} names two documents with different texts: ${one} and ${other}. Give each document an id of its own, or take one of them out; documents without an id are named by their text.`
    })
  })
