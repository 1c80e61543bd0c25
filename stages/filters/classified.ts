import { Effect } from "effect"
import { z } from "zod"
import type { LabelScore } from "../../models/capabilities/backend.ts"
import { type CapabilityError, capabilityError } from "../../models/capabilities/capability-error.ts"
import { Classifier, type ClassifierRole } from "../../models/capabilities/classifier.ts"
import type { Role } from "../../schemas/message.ts"
import type { ModelCard } from "../../schemas/model-card.ts"
import { type Bands, bandOptions, bandsInOrder, verdictOf } from "./bands.ts"
import type { FilterSubject, Judged } from "./filter.ts"
import { judgedByWorst, nothingToJudge, type Rated } from "./rated.ts"
import { rolesOption, spoken } from "./spoken.ts"

/** Options of a filter whose classifier has good and bad labels. */
export const labelOptions = (
  defaults: Bands & { readonly roles: ReadonlyArray<Role>; readonly bad: ReadonlyArray<string> }
) =>
  z
    .strictObject({
      roles: rolesOption(defaults.roles),
      bad: z
        .array(z.string().min(1))
        .min(1)
        .default([...defaults.bad])
        .describe("Labels of the model that are bad, whatever their case. All others are not."),
      ...bandOptions(defaults)
    })
    .check(bandsInOrder)
export type LabelOptions = z.output<ReturnType<typeof labelOptions>>

interface Settings {
  readonly filter: string
  readonly role: ClassifierRole
  readonly code: string
  /** "is toxic": what is said of a message. */
  readonly says: string
}

/**
 * Classifies each message of the roles; the risk of a message is its most probable bad label, and the worst message counts. A model
 * that has none of the bad labels fails as `mismatch`: it would pass everything.
 */
export const judgeByLabels = Effect.fnUntraced(function* (
  settings: Settings,
  options: LabelOptions,
  subject: FilterSubject
): Effect.fn.Return<Judged, CapabilityError, Classifier> {
  const messages = spoken(subject.messages, options.roles)
  if (messages.length === 0) return nothingToJudge(settings.filter)
  const classifier = yield* Classifier
  const { card, results } = yield* classifier.classify(
    settings.role,
    messages.map(({ text }) => text)
  )
  const bad = new Set(options.bad.map((label) => label.toLowerCase()))
  const rated: Array<Rated & { readonly score: number }> = []
  for (const [position, { index, role }] of messages.entries()) {
    const labels = results[position] ?? []
    const worst = worstOf(labels, bad)
    if (worst === undefined) return yield* unknownLabels(settings.role, card, labels, options.bad)
    rated.push({
      score: worst.score,
      verdict: verdictOf(worst.score, options),
      finding: {
        code: settings.code,
        reason: `Message ${index} (${role}) ${settings.says}: ${worst.label} ${worst.score.toFixed(2)}.`,
        evidence: { message: index, role, label: worst.label, score: worst.score, threshold: options.rejectAbove }
      }
    })
  }
  return judgedByWorst(settings.filter, rated, Math.max(...rated.map(({ score }) => score)), card)
})

const worstOf = (labels: ReadonlyArray<LabelScore>, bad: ReadonlySet<string>): LabelScore | undefined =>
  labels
    .filter(({ label }) => bad.has(label.toLowerCase()))
    .reduce<LabelScore | undefined>(
      (worst, each) => (worst === undefined || each.score > worst.score ? each : worst),
      undefined
    )

const unknownLabels = (
  role: ClassifierRole,
  card: ModelCard,
  labels: ReadonlyArray<LabelScore>,
  bad: ReadonlyArray<string>
): CapabilityError =>
  capabilityError(
    "mismatch",
    "classifier",
    card.id,
    `The ${role} model ${card.id} gives the labels ${labels.map(({ label }) => label).join(", ") || "(none)"}, of which none is in the option bad (${bad.join(", ")}): name the labels of it that are bad.`
  )
