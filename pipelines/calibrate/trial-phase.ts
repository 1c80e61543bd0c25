import { Effect, Stream } from "effect"
import { z } from "zod"
import type { Duck } from "../../datasets/duck.ts"
import { Backstage, CurrentItem } from "../../models/call-context.ts"
import { type Entry, row } from "../../schemas/table.ts"
import type { Filter, FilterServices, Judged } from "../../stages/filters/filter.ts"
import { nearestName } from "../../stages/nearest-name.ts"
import { random } from "../../stages/random.ts"
import { Rejected } from "../../stages/stage.ts"
import type { PlantedInTrial, Trial, TrialDefect, TrialJudge } from "../calibration.ts"
import {
  type DialogueView,
  type Failure,
  ItemFailed,
  type Phase,
  PlanError,
  phase,
  type Services
} from "../pipeline.ts"
import type { CalibrateConfig } from "./config.ts"
import { copies } from "./duplicates-phase.ts"
import type { OpenSource } from "./source.ts"
import { Plants, Trials } from "./tables.ts"
import { trialDefects } from "./trial-defects.ts"
import { trialJudges } from "./trial-judges.ts"

/** What a simulated judge sees beyond its prompt. */
export interface JudgeBackstage {
  readonly part: "judge"
  /** Name of the planted defect; null where the row is clean. */
  readonly planted: string | null
}

/** Reasons that are kept of one verdict. */
const REASONS = 3

const TrialItem = z.strictObject({ row: z.int32(), defect: z.string().nullable() })

interface Spec {
  readonly dialogue: DialogueView
  readonly config: CalibrateConfig
  readonly filters: ReadonlyArray<Filter<FilterServices>>
  readonly source: Effect.Effect<OpenSource, PlanError, Duck>
}

/**
 * One item a row and defect, and one for the row as it is. The defect is planted, then every judge looks, whatever the others said.
 * Rejected with NOT_APPLICABLE where the row has no place for the defect; a judge that fails fails the item with its own reason.
 * Costs what the judges cost, once an item.
 */
export const trialPhase = (spec: Spec): Phase =>
  phase({
    name: "trials",
    item: TrialItem,
    plan: Stream.unwrap(
      Effect.gen(function* () {
        const source = yield* spec.source
        const all = trialDefects(spec.dialogue, source.method)
        const { defects } = spec.config
        yield* checkNames(
          defects ?? [],
          [...all, ...copies].map(({ name }) => name)
        )
        const chosen = all.filter(({ name }) => defects?.includes(name) ?? true)
        return Stream.fromIterable(source.rows.keys()).pipe(
          Stream.flatMap((position) =>
            Stream.fromIterable(
              [null, ...chosen.map(({ name }) => name)].map((defect) => ({
                key: `${position}/${defect ?? "clean"}`,
                item: { row: position, defect }
              }))
            )
          )
        )
      })
    ),
    synthesize: (item, key) => tryRow(spec, item, key)
  })

const tryRow = Effect.fnUntraced(function* (
  spec: Spec,
  item: z.output<typeof TrialItem>,
  key: string
): Effect.fn.Return<ReadonlyArray<Entry>, Rejected | Failure, Services> {
  const { dialogue, filters } = spec
  const source = yield* spec.source.pipe(
    Effect.mapError(({ message }) => new ItemFailed({ stage: "source", code: "SOURCE", message }))
  )
  const stored = source.rows.get(item.row)
  if (stored === undefined) {
    return yield* new ItemFailed({
      stage: "source",
      code: "SOURCE_CHANGED",
      message: `${spec.config.source} no longer has the row ${item.row} that was planned. Choose another --out.`
    })
  }
  const clean: Trial = { row: stored, origin: source.method?.originOf(stored) ?? null }
  const defect = trialDefects(dialogue, source.method).find(({ name }) => name === item.defect) ?? null
  const { seed } = yield* CurrentItem
  const spoilt = defect?.plant(clean, random(`${seed}/plant`)) ?? null
  if (defect !== null && spoilt === null) {
    return yield* new Rejected({
      stage: "plant",
      code: "NOT_APPLICABLE",
      reasons: [`row ${item.row} has no place for ${defect.name}: ${defect.description}`]
    })
  }
  const judges = trialJudges(dialogue, filters, source.method).filter(
    ({ part }) => defect === null || defect.part === part
  )
  const backstage: JudgeBackstage = { part: "judge", planted: item.defect }
  const verdicts = yield* Effect.forEach(judges, (judge) =>
    Effect.map(judge.judge(spoilt ?? clean, item.defect), (judged) => ({ judge, judged: judged ?? [] }))
  ).pipe(Effect.provideService(Backstage, backstage))
  const trials = verdicts.flatMap(({ judge, judged }) =>
    judged.map((one) => trialEntry({ key, item, defect, judge, judged: one }))
  )
  if (defect === null || spoilt === null) return trials
  return [plantEntry({ key, item, defect, subject: dialogue.subject(stored).id, planted: spoilt.planted }), ...trials]
})

const trialEntry = (trial: {
  readonly key: string
  readonly item: z.output<typeof TrialItem>
  readonly defect: TrialDefect | null
  readonly judge: TrialJudge
  readonly judged: Judged
}): Entry => {
  const { defect, item, judge, judged, key } = trial
  const { findings } = judged
  return row(Trials, {
    key,
    row: item.row,
    defect: defect?.name ?? null,
    family: defect?.family ?? null,
    judge: judged.filter,
    kind: judge.kind,
    verdict: judged.verdict,
    codes: [...new Set(findings.map(({ code }) => code))],
    reasons: findings.slice(0, REASONS).map(({ reason }) => reason),
    score: judged.score,
    model: judged.model
  })
}

const plantEntry = (plant: {
  readonly key: string
  readonly item: z.output<typeof TrialItem>
  readonly defect: TrialDefect
  readonly subject: string
  readonly planted: PlantedInTrial
}): Entry => {
  const { defect, item, key, planted, subject } = plant
  const { family, name, part } = defect
  return row(Plants, { key, row: item.row, subject, defect: name, family, part, ...planted })
}

const checkNames = (names: ReadonlyArray<string>, known: ReadonlyArray<string>): Effect.Effect<void, PlanError> => {
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return Effect.void
  const guess = nearestName(unknown, known)
  return Effect.fail(
    new PlanError({
      phase: "trials",
      message: `There is no defect "${unknown}"${guess === undefined ? "" : ` (did you mean "${guess}"?)`}. There are ${known.join(", ")}.`
    })
  )
}
