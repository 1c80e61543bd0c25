import { Effect, Stream } from "effect"
import { z } from "zod"
import { withProvenance } from "../../datasets/house-tables.ts"
import { TableReader } from "../../datasets/table-reader.ts"
import { rowCodec } from "../../schemas/row-codec.ts"
import { type Entry, row, type Table } from "../../schemas/table.ts"
import { embed } from "../../stages/filters/ask.ts"
import {
  type CascadeOptions,
  type CascadeResult,
  cascadeOptions,
  orderFilters,
  powerOf,
  runCascade
} from "../../stages/filters/cascade.ts"
import type { Filter, FilterServices, FilterSubject } from "../../stages/filters/filter.ts"
import { Rejected } from "../../stages/stage.ts"
import { type DialogueView, type Phase, phase } from "../pipeline.ts"
import { comparedText } from "./compared-text.ts"
import type { CurateConfig } from "./config.ts"
import { wantedRows } from "./source-rows.ts"
import { Judgements, Removals, Vectors } from "./tables.ts"

export const PILOT = "pilot"
export const FILTERS = "filters"

/** Whether each row is looked at by itself before the whole is: by filters, or for its vector. */
export const looksAtRows = (config: CurateConfig): boolean =>
  Object.keys(config.filters).length > 0 || wantsVectors(config)

/** Whether the role `embedding` is asked at all, but by filters. */
export const wantsEmbeddings = (config: CurateConfig): boolean =>
  wantsVectors(config) || (config.contamination !== false && config.contamination.similarity !== null)

export const wantsVectors = ({ diversity, semantic }: CurateConfig): boolean =>
  semantic !== false || diversity !== false

const Item = z.strictObject({
  /** JSON text of the stored row. */
  line: z.string(),
  /** Filters in the order in which they look. */
  order: z.array(z.string())
})

interface Spec {
  readonly table: Table
  readonly dialogue: DialogueView
  readonly config: CurateConfig
  readonly seed: string
  readonly filters: ReadonlyArray<Filter<FilterServices>>
}

/**
 * The first rows that are wanted, seen by every filter whatever the others say, so that the order of the cascade follows from how much each
 * rejects. Its rows are judged again in the next phase; what models answered is kept, and not asked twice.
 */
export const pilotPhase = (spec: Spec): Phase => {
  const order = orderFilters(spec.filters, new Map()).map(({ name }) => name)
  const cascade = cascadeOf(spec)
  return phase({
    name: PILOT,
    item: Item,
    plan: wantedRows(spec.config, spec.table).pipe(
      Stream.take(spec.config.pilot),
      Stream.map(({ key, line }) => ({ key, item: { line, order } }))
    ),
    synthesize: ({ line, order }, key) =>
      Effect.map(cascade(order, subjectOf(spec, line, key), true), (result) => judgements(key, result))
  })
}

/** Every row that is wanted, by itself: through the cascade, and to its vector where one is wanted. Costs what the filters cost. */
export const filterPhase = (spec: Spec): Phase => {
  const cascade = cascadeOf(spec)
  return phase({
    name: FILTERS,
    item: Item,
    plan: Stream.unwrap(
      Effect.map(orderOfPilot(spec), (order) =>
        wantedRows(spec.config, spec.table).pipe(Stream.map(({ key, line }) => ({ key, item: { line, order } })))
      )
    ),
    synthesize: Effect.fnUntraced(function* ({ line, order }, key) {
      const subject = subjectOf(spec, line, key)
      const result = yield* cascade(order, subject, false)
      const judged = judgements(key, result)
      if (result.verdict === "keep") return [...judged, ...(yield* vectorOf(spec, subject))]
      const codes = [...new Set(result.findings.map(({ code }) => code))]
      const reasons = result.findings.map(({ reason }) => reason)
      const evidence = result.findings.map(({ code, evidence }) => ({ code, ...evidence }))
      return yield* new Rejected({
        stage: result.rejectedBy ?? "cascade",
        code: codes[0] ?? "UNSURE",
        reasons,
        evidence,
        entries: [
          ...judged,
          row(Removals, {
            key,
            step: FILTERS,
            code: codes[0] ?? "UNSURE",
            reasons,
            partner: null,
            similarity: null,
            evidence: JSON.stringify(evidence)
          })
        ]
      })
    })
  })
}

/** The key is the row's only name that is its own in all sources: the audit is drawn by it. */
const subjectOf = ({ dialogue, table }: Spec, line: string, key: string): FilterSubject => {
  const { provenance: _, ...own } = rowCodec(withProvenance(table)).decode(line)
  return { ...dialogue.subject(own), id: key }
}

const cascadeOf = ({ config, filters, seed }: Spec) => {
  const byName = new Map(filters.map((filter) => [filter.name, filter]))
  const options = optionsOf(config, seed)
  return (order: ReadonlyArray<string>, subject: FilterSubject, pilot: boolean) =>
    runCascade(
      order.flatMap((name) => byName.get(name) ?? []),
      subject,
      options,
      pilot
    )
}

const optionsOf = ({ audit, settledBy, unsure }: CurateConfig, seed: string): CascadeOptions =>
  cascadeOptions.parse({ leftover: unsure, settledBy, auditShare: audit, seed })

const judgements = (key: string, { runs }: CascadeResult): ReadonlyArray<Entry> =>
  runs.map(({ failure, filter, judged, why }) =>
    row(Judgements, {
      key,
      filter,
      verdict: judged?.verdict ?? "failed",
      codes: [...new Set((judged?.findings ?? []).map(({ code }) => code))],
      score: judged?.score ?? null,
      model: judged?.model ?? null,
      failure,
      extra: why === "extra"
    })
  )

const vectorOf = ({ config }: Spec, subject: FilterSubject) =>
  Effect.gen(function* () {
    const { diversity, semantic } = config
    const over = semantic !== false ? semantic.over : diversity !== false ? (diversity.over ?? "dialogue") : undefined
    if (over === undefined) return []
    const { card, vectors } = yield* embed([comparedText(subject, over)])
    return [row(Vectors, { key: subject.id, vector: [...(vectors[0] ?? [])], model: card })]
  })

/** By what each filter rejected in the pilot; by declared cost alone where there was none. */
const orderOfPilot = ({ filters }: Spec) =>
  Effect.gen(function* () {
    if (filters.length < 2) return filters.map(({ name }) => name)
    const reader = yield* TableReader
    const rows = yield* reader.query(
      `SELECT filter, count(*) AS seen, count(*) FILTER (verdict = 'reject') AS rejected
       FROM judgements WHERE provenance.phase = '${PILOT}' AND verdict <> 'failed' GROUP BY filter`
    )
    const power = new Map(rows.map((one) => [String(one.filter), powerOf(Number(one.rejected), Number(one.seen))]))
    return orderFilters(filters, power).map(({ name }) => name)
  })
