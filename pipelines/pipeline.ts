import { Data, Effect, Stream } from "effect"
import type { EmbeddingModel } from "effect/ai"
import type { z } from "zod"
import type { Duck } from "../datasets/duck.ts"
import type { TableReadError, TableReader } from "../datasets/table-reader.ts"
import type { CapabilityError } from "../models/capabilities/capability-error.ts"
import type { ModelCards } from "../models/capabilities/model-cards.ts"
import type { CallFailure, ChatModel } from "../models/chat-model.ts"
import type { SimulatedBy } from "../models/simulated.ts"
import type { LocalRole } from "../schemas/capability.ts"
import type { Message } from "../schemas/message.ts"
import type { ReportSection } from "../schemas/report.ts"
import type { Entry, Table } from "../schemas/table.ts"
import type { FilterServices, FilterSubject } from "../stages/filters/filter.ts"
import type { Random } from "../stages/random.ts"
import type { Rejected } from "../stages/stage.ts"
import type { Calibration } from "./calibration.ts"
import type { Labels } from "./labels.ts"

/** The plan of a phase could not be made: a source is missing, unreadable or wrong. Stops the run before any call. */
export class PlanError extends Data.TaggedError("PlanError")<{
  readonly phase: string
  /** What is wrong, where (file, row), and what to do. */
  readonly message: string
}> {}

/** An item ended without an outcome of its own, with a typed cause. */
export class ItemFailed extends Data.TaggedError("ItemFailed")<{
  readonly stage: string
  /** "JUDGE_ERROR", "QUORUM"... */
  readonly code: string
  readonly message: string
  readonly entries?: ReadonlyArray<Entry>
}> {}

export type Failure = CallFailure | ItemFailed | TableReadError | CapabilityError

/** What the plan of a phase may ask of the house: its own tables, other datasets and files by SQL, and vectors of texts. */
export type PlanServices = ChatModel | TableReader | Duck | EmbeddingModel.EmbeddingModel | ModelCards

/** What a pipeline may ask of the house. */
export type Services = PlanServices | FilterServices

/** The item type is known inside a phase and hidden outside: the engine sees keys and JSON payloads. */
export interface Phase {
  readonly name: string
  readonly plan: Stream.Stream<
    { readonly key: string; readonly payload: string },
    PlanError | TableReadError,
    PlanServices
  >
  readonly settle: (payload: string) => Effect.Effect<ReadonlyArray<Entry>, Rejected | Failure, Services>
}

export const phase = <S extends z.ZodType>(spec: {
  readonly name: string
  readonly item: S
  /** In a stable order, never all in memory; keys unique and stable across runs. */
  readonly plan: Stream.Stream<
    { readonly key: string; readonly item: z.output<S> },
    PlanError | TableReadError,
    PlanServices
  >
  /** One item: rows for any of the pipeline's tables, or Rejected, or a failure. */
  readonly synthesize: (
    item: z.output<S>,
    key: string
  ) => Effect.Effect<ReadonlyArray<Entry>, Rejected | Failure, Services>
}): Phase => ({
  name: spec.name,
  plan: Stream.map(spec.plan, ({ item, key }) => ({ key, payload: JSON.stringify({ key, item }) })),
  settle: (payload) => {
    const { item, key } = JSON.parse(payload) as { item: unknown; key: string }
    return spec.synthesize(spec.item.parse(item), key)
  }
})

export type { ReportSection } from "../schemas/report.ts"

/** Who speaks in a pipeline's model calls. */
export interface RoleSpec {
  readonly name: string
  readonly description: string
}

export interface Paper {
  readonly title: string
  readonly authors: string
  readonly year: number
  readonly url: string
}

export type { SimulatedReply } from "../models/simulated.ts"

/** The pipeline's own scripted models, by role. */
export type Simulated = SimulatedBy<Random>

/** The rows of a table, as dialogues. Rows are values that the table's schema has checked. */
export interface DialogueView {
  readonly subject: (row: unknown) => FilterSubject
  /** The row with another dialogue in it, for planted defects. The system message, if any, is not among `messages`. */
  readonly withMessages: (row: unknown, messages: ReadonlyArray<Message>) => unknown
}

export interface Pipeline {
  /** `kebab-case`: the word after `generate`. */
  readonly name: string
  /** Grows when the same config would give other rows. */
  readonly version: number
  readonly description: string
  readonly paper: Paper
  /** Every knob with its paper's default, range and unit. Strict: an unknown key is an error. */
  readonly config: z.ZodObject
  /** The key of `config` that `--items N` sets. */
  readonly itemsKey: string
  readonly tables: ReadonlyArray<Table>
  /** The table whose rows people come for: previewed after a run and named first in the card. */
  readonly mainTable: string
  readonly roles: ReadonlyArray<RoleSpec>
  /** Prompt templates by name: their hashes stand in run.json, and an edited one starts a new generation. */
  readonly prompts: Readonly<Record<string, string>>
  /** SPDX name of the licence of the sources that rows are made from; "other" where rows name their own. */
  readonly licence: (config: unknown) => string
  /** Files that the config names and rows are made from: their hashes stand in run.json, and a changed one is another run. */
  readonly sources: (config: unknown) => ReadonlyArray<string>
  /** Later phases read earlier tables through TableReader. Throws nothing: config has been validated. */
  readonly phases: (config: unknown, seed: string) => ReadonlyArray<Phase>
  readonly simulated: Simulated
  /** Local models that the pipeline's own checks ask. With any, the config has a key `localModels`, which `generate` fills in. */
  readonly asks?: ReadonlyArray<LocalRole>
  /** How filters look at a row of the main table. Absent where its rows are no dialogues. */
  readonly dialogue?: DialogueView
  /** What `calibrate` can measure of this method beside filters: its own judges, and defects that only its rows can have. */
  readonly calibration?: Calibration
  /** SQL-backed sections of the report that only this method has. */
  readonly report: (config: unknown) => Effect.Effect<ReadonlyArray<ReportSection>, TableReadError, TableReader>
  /** What makes a finished run end with exit code 1 although its books balance, a sentence each; none where all is well. */
  readonly problems: (config: unknown) => Effect.Effect<ReadonlyArray<string>, TableReadError, TableReader>
  /** Lines that `explain` adds to the story of an item, for a person to check: empty where there is nothing to say of it. */
  readonly explain?: (item: ItemName) => Effect.Effect<ReadonlyArray<string>, TableReadError, TableReader>
  /** Sections that only this method's dataset card has, in Markdown. */
  readonly card: (config: unknown) => Effect.Effect<string, TableReadError, TableReader>
  /** Where people's judgements can stand beside the method's own: `report NAME --labels FILE`. */
  readonly labels?: Labels
}

export interface ItemName {
  readonly phase: string
  readonly key: string
}

/** Ties the config's type to the phases, and hides it from the engine. */
export const pipeline = <S extends z.ZodObject>(
  spec: Omit<Pipeline, "card" | "config" | "licence" | "phases" | "problems" | "report" | "sources"> & {
    readonly config: S
    readonly licence: string | ((config: z.output<S>) => string)
    readonly sources?: (config: z.output<S>) => ReadonlyArray<string>
    readonly phases: (config: z.output<S>, seed: string) => ReadonlyArray<Phase>
    readonly report?: (config: z.output<S>) => Effect.Effect<ReadonlyArray<ReportSection>, TableReadError, TableReader>
    readonly problems?: (config: z.output<S>) => Effect.Effect<ReadonlyArray<string>, TableReadError, TableReader>
    readonly card?: (config: z.output<S>) => Effect.Effect<string, TableReadError, TableReader>
  }
): Pipeline => ({
  ...spec,
  licence: (config) => (typeof spec.licence === "string" ? spec.licence : spec.licence(config as z.output<S>)),
  problems: (config) => spec.problems?.(config as z.output<S>) ?? Effect.succeed([]),
  card: (config) => spec.card?.(config as z.output<S>) ?? Effect.succeed(""),
  sources: (config) => spec.sources?.(config as z.output<S>) ?? [],
  phases: (config, seed) => spec.phases(config as z.output<S>, seed),
  report: (config) => spec.report?.(config as z.output<S>) ?? Effect.succeed([])
})
