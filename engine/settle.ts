import { Cause, Effect, Exit } from "effect"
import { TableReadError } from "../datasets/table-reader.ts"
import { type CallRecord, CurrentItem, type ItemContext } from "../models/call-context.ts"
import { CapabilityError, type CapabilityErrorKind } from "../models/capabilities/capability-error.ts"
import { BudgetExhausted } from "../models/chat-model.ts"
import { LedgerError } from "../models/ledger.ts"
import { ModelError } from "../models/model-error.ts"
import { type Failure, ItemFailed, type Phase, type Services } from "../pipelines/pipeline.ts"
import type { ItemRow, Outcome, PlanRow, RejectedRow } from "../schemas/item.ts"
import { sha256 } from "../schemas/json.ts"
import type { Provenance } from "../schemas/provenance.ts"
import type { Entry } from "../schemas/table.ts"
import { Rejected } from "../stages/stage.ts"

/** An item with its outcome, ready to be committed: rows are encoded, so that what is held is text. */
export interface Settled {
  readonly item: ItemRow
  readonly rejected: RejectedRow | null
  /** Encoded rows by table. */
  readonly lines: ReadonlyMap<string, ReadonlyArray<string>>
}

/** Why the whole run must stop: no other item could fare better. The item itself stays pending. */
export type Stop = BudgetExhausted | LedgerError | TableReadError | ModelError | CapabilityError

/** Checks a row against its table and gives its JSON text, every column written. Throws on a row that does not fit. */
export type RowEncoder = (row: unknown) => string

/** All that does not differ between the items of a run. */
export interface RunFacts {
  readonly run: string
  readonly seed: string
  readonly pipeline: string
  readonly pipelineVersion: number
  readonly prompts: string
  readonly licence: string
  readonly encoders: ReadonlyMap<string, RowEncoder>
}

const REASON_LIMIT = 2_000
const shorten = (text: string) => (text.length > REASON_LIMIT ? `${text.slice(0, REASON_LIMIT)}...` : text)

/** The item's own random stream starts here. */
export const itemSeed = (runSeed: string, phase: string, key: string): string =>
  sha256(`${runSeed}\n${phase}\n${key}`).slice(0, 32)

/**
 * Runs one item to its outcome. Fails only with what must stop the run; a defect in a stage is the item's own failure
 * (code DEFECT), so that one bad row cannot end a night's work, and it is counted where nobody overlooks it.
 */
export const settle = (
  facts: RunFacts,
  phase: Phase,
  planned: PlanRow,
  context: ItemContext,
  retries: number
): Effect.Effect<Settled, Stop, Services> =>
  Effect.suspend(() => {
    const started = performance.now()
    const conclude = (
      outcome: Outcome,
      entries: ReadonlyArray<Entry>,
      verdict: { readonly stage: string; readonly code: string; readonly reasons: ReadonlyArray<string> } | null,
      evidence: unknown
    ): Settled => {
      const provenance = provenanceOf(facts, planned, context)
      const lines = new Map<string, Array<string>>()
      let rows = 0
      for (const entry of entries) {
        const encode = facts.encoders.get(entry.table)
        if (encode === undefined) throw new Error(`pipeline ${facts.pipeline} has no table "${entry.table}"`)
        const line = encode({ ...(entry.row as object), provenance: entry.provenance ?? provenance })
        const list = lines.get(entry.table)
        if (list === undefined) lines.set(entry.table, [line])
        else list.push(line)
        rows++
      }
      const reasons = (verdict?.reasons ?? []).map((reason) => shorten(reason).toWellFormed())
      return {
        item: {
          phase: planned.phase,
          position: planned.position,
          key: planned.key,
          outcome,
          stage: verdict?.stage ?? null,
          code: verdict?.code ?? null,
          reasons,
          rows,
          ...sums(context.calls),
          milliseconds: Math.round((performance.now() - started) * 10) / 10,
          retries
        },
        rejected:
          outcome === "rejected" && verdict !== null
            ? {
                phase: planned.phase,
                position: planned.position,
                key: planned.key,
                stage: verdict.stage,
                code: verdict.code,
                reasons,
                evidence: evidence === undefined ? null : JSON.stringify(evidence),
                payload: planned.payload
              }
            : null,
        lines
      }
    }
    const failed = (stage: string, code: string, message: string, entries: ReadonlyArray<Entry> = []): Settled =>
      conclude("failed", entries, { stage, code, reasons: [message] }, undefined)

    return Effect.suspend(() => phase.settle(planned.payload)).pipe(
      Effect.provideService(CurrentItem, context),
      Effect.exit,
      Effect.flatMap((exit): Effect.Effect<Settled, Stop> => {
        try {
          if (Exit.isSuccess(exit)) return Effect.succeed(conclude("accepted", exit.value, null, undefined))
          if (Cause.hasInterruptsOnly(exit.cause)) return Effect.interrupt
          const error = Cause.squash(exit.cause) as Rejected | Failure | Error
          if (error instanceof Rejected) {
            return Effect.succeed(conclude("rejected", error.entries ?? [], error, error.evidence))
          }
          if (stopsTheRun(error)) return Effect.fail(error)
          if (error instanceof ModelError) {
            const stage = context.calls.at(-1)?.stage ?? phase.name
            return Effect.succeed(failed(stage, error.kind.toUpperCase(), error.message))
          }
          if (error instanceof CapabilityError) {
            return Effect.succeed(failed(error.capability, `MODEL_${error.kind.toUpperCase()}`, error.message))
          }
          if (error instanceof ItemFailed) {
            return Effect.succeed(failed(error.stage, error.code, error.message, error.entries))
          }
          return Effect.succeed(failed(phase.name, "DEFECT", describeDefect(error)))
        } catch (defect) {
          // The rows themselves could not be encoded: a stage made a row that its table's schema refuses.
          return Effect.succeed(failed(phase.name, "DEFECT", describeDefect(defect)))
        }
      })
    )
  })

const stopsTheRun = (error: unknown): error is Stop =>
  error instanceof BudgetExhausted ||
  error instanceof LedgerError ||
  error instanceof TableReadError ||
  (error instanceof ModelError && error.kind === "auth") ||
  (error instanceof CapabilityError && HOPELESS.has(error.kind))

/** A local model that is not there, or is another one, or a disk that keeps no answers: no item could fare better until somebody mends it. */
const HOPELESS: ReadonlySet<CapabilityErrorKind> = new Set(["missing", "unsupported", "mismatch", "auth", "store"])

const describeDefect = (error: unknown): string =>
  error instanceof Error
    ? `${error.name}: ${error.message} ${(error.stack ?? "").split("\n")[1]?.trim() ?? ""}`
    : String(error)

const sums = (calls: ReadonlyArray<CallRecord>) => {
  const result = { calls: calls.length, cached_calls: 0, prompt_tokens: 0, completion_tokens: 0, cost_usd: 0 }
  for (const call of calls) {
    if (call.cached) result.cached_calls++
    result.prompt_tokens += call.usage.prompt
    result.completion_tokens += call.usage.completion
    result.cost_usd += call.costUsd
  }
  return result
}

const provenanceOf = (facts: RunFacts, planned: PlanRow, context: ItemContext): Provenance => {
  const models = new Map(context.calls.map((call) => [`${call.role}\n${call.model}`, call]))
  return {
    run: facts.run,
    phase: planned.phase,
    item: planned.key,
    pipeline: facts.pipeline,
    pipeline_version: facts.pipelineVersion,
    seed: facts.seed,
    models: [...models.keys()].sort().map((pair) => {
      const [role = "", model = ""] = pair.split("\n")
      return { role, model }
    }),
    prompts: facts.prompts,
    calls: [...new Set(context.calls.map((call) => call.id.slice(0, 16)))].sort(),
    licence: facts.licence,
    synthetic: true,
    simulated: context.calls.some((call) => call.provider === "simulated")
  }
}
