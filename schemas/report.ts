import { z } from "zod"

/** One table of the report for people, and of report.json. */
export const ReportSection = z.strictObject({
  title: z.string(),
  /** One or two sentences: how to read it. */
  note: z.string().optional(),
  columns: z.array(z.string()).readonly(),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()])).readonly()).readonly()
})
export type ReportSection = z.infer<typeof ReportSection>

/** planned = accepted + rejected + failed + pending. */
export const PhaseBooks = z.strictObject({
  phase: z.string(),
  planned: z.number().int(),
  accepted: z.number().int(),
  rejected: z.number().int(),
  failed: z.number().int(),
  pending: z.number().int()
})
export type PhaseBooks = z.infer<typeof PhaseBooks>

/** `report.json`. Written last: its existence means that the run finished. */
export const Report = z.strictObject({
  name: z.string(),
  pipeline: z.string(),
  run: z.string(),
  finishedAt: z.string(),
  books: z.array(PhaseBooks),
  balanced: z.boolean(),
  tables: z.array(z.strictObject({ table: z.string(), rows: z.number().int(), bytes: z.number().int() })),
  sections: z.array(ReportSection)
})
export type Report = z.infer<typeof Report>
