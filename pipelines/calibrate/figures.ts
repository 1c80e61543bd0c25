import { Effect } from "effect"
import { type TableReadError, TableReader } from "../../datasets/table-reader.ts"
import { type Rate, wilson } from "../../stages/interval.ts"

export interface JudgeFigures {
  readonly judge: string
  readonly kind: "rule" | "model"
  /** Who gave its scores; null for rules, and where it never had to ask. */
  readonly model: string | null
  /** Share of the clean rows that it rejects. */
  readonly falseAlarms: Rate
  /** Share of the clean rows of which it is unsure. */
  readonly unsure: Rate
}

export interface DefectFigures {
  readonly defect: string
  readonly family: string
  /** Rows that it was planted in. */
  readonly planted: number
  /** Share that at least one rule rejects. */
  readonly byRules: Rate
  /** Share that at least one judge with few false alarms rejects. */
  readonly byTrusted: Rate
  /** By judge: only those that were asked. */
  readonly recall: ReadonlyMap<string, Rate>
  /** Share of the planted rows of which a judge is unsure: neither caught nor missed. By judge. */
  readonly unsure: ReadonlyMap<string, Rate>
}

/** What a calibration has measured so far. */
export interface Figures {
  /** Rules first, each kind by name. */
  readonly judges: ReadonlyArray<JudgeFigures>
  /** By family, then by name. */
  readonly defects: ReadonlyArray<DefectFigures>
  /** Share of the clean rows that at least one rule, and one judge with few false alarms, rejects. */
  readonly falseAlarms: { readonly byRules: Rate; readonly byTrusted: Rate }
}

/** A judge is trusted up to this share of false alarms: whoever rejects everything catches everything. */
export const FEW = 0.02

/** Whether a judge rejects spoilt rows more often than clean ones, by more than chance: their 95 % intervals lie apart. */
export const tellsApart = (recall: Rate, falseAlarms: Rate): boolean => recall.low > falseAlarms.high

const JUDGES = `
  SELECT judge, any_value(kind) AS kind, any_value(model.id) AS model,
    count(*) FILTER (defect IS NULL) AS clean,
    count(*) FILTER (defect IS NULL AND verdict = 'reject') AS alarms,
    count(*) FILTER (defect IS NULL AND verdict = 'unsure') AS unsure
  FROM trials GROUP BY judge ORDER BY any_value(kind) DESC, judge`

const PAIRS = `
  SELECT defect, judge, count(*) AS n, count(*) FILTER (verdict = 'reject') AS caught,
    count(*) FILTER (verdict = 'unsure') AS unsure
  FROM trials WHERE defect IS NOT NULL GROUP BY defect, judge ORDER BY defect, judge`

/** A key is a row with one defect, or clean: what all of its judges said together. */
const UNIONS = `
  WITH trusted AS (
    SELECT judge FROM trials WHERE defect IS NULL GROUP BY judge HAVING avg((verdict = 'reject')::INT) <= ${FEW})
  SELECT family, defect, count(*) AS n, count(*) FILTER (by_rules) AS by_rules, count(*) FILTER (by_trusted) AS by_trusted
  FROM (SELECT key, family, defect, bool_or(verdict = 'reject' AND kind = 'rule') AS by_rules,
          bool_or(verdict = 'reject' AND judge IN (FROM trusted)) AS by_trusted
        FROM trials GROUP BY key, family, defect)
  GROUP BY family, defect ORDER BY family, defect`

export const figures: Effect.Effect<Figures, TableReadError, TableReader> = Effect.gen(function* () {
  const reader = yield* TableReader
  const judges = yield* reader.query(JUDGES)
  const pairs = yield* reader.query(PAIRS)
  const unions = yield* reader.query(UNIONS)
  const clean = unions.find(({ defect }) => defect === null)
  return {
    judges: judges.map((one) => ({
      judge: String(one.judge),
      kind: one.kind === "rule" ? ("rule" as const) : ("model" as const),
      model: one.model === null ? null : String(one.model),
      falseAlarms: wilson(Number(one.alarms), Number(one.clean)),
      unsure: wilson(Number(one.unsure), Number(one.clean))
    })),
    defects: unions
      .filter(({ defect }) => defect !== null)
      .map((one) => ({
        defect: String(one.defect),
        family: String(one.family),
        planted: Number(one.n),
        byRules: wilson(Number(one.by_rules), Number(one.n)),
        byTrusted: wilson(Number(one.by_trusted), Number(one.n)),
        recall: ratesOf(pairs, one.defect, "caught"),
        unsure: ratesOf(pairs, one.defect, "unsure")
      })),
    falseAlarms: {
      byRules: wilson(Number(clean?.by_rules ?? 0), Number(clean?.n ?? 0)),
      byTrusted: wilson(Number(clean?.by_trusted ?? 0), Number(clean?.n ?? 0))
    }
  }
})

/** Of the rows with a defect, by judge. */
const ratesOf = (
  pairs: ReadonlyArray<Readonly<Record<string, unknown>>>,
  defect: unknown,
  counted: "caught" | "unsure"
): ReadonlyMap<string, Rate> =>
  new Map(
    pairs
      .filter((pair) => pair.defect === defect)
      .map((pair) => [String(pair.judge), wilson(Number(pair[counted]), Number(pair.n))])
  )
