import type { Report } from "../schemas/report.ts"
import type { RunRecord } from "../schemas/run.ts"
import type { Layout } from "./layout.ts"

export interface CardFacts {
  readonly description: string
  readonly paper: { readonly title: string; readonly authors: string; readonly year: number; readonly url: string }
  readonly licence: string
  readonly simulated: boolean
  /** Sections of the method's own, in Markdown; empty where there are none. */
  readonly more: string
  /** Paths of the parts in force, by table: a glob would also match parts that a merge has replaced. */
  readonly files: ReadonlyMap<string, ReadonlyArray<string>>
}

/** The dataset card: what the Hub shows, and what a person reads first. Names each table's files for `load_dataset`. */
export const datasetCard = (record: RunRecord, report: Report, layout: Layout, facts: CardFacts): string => {
  const rows = new Map(report.tables.map((table) => [table.table, table.rows]))
  const shown = layout.tables.filter(
    (table) => (rows.get(table.name) ?? 0) > 0 && !["plan", "items"].includes(table.name)
  )
  const first = [...shown].sort((a, b) => Number(b.name === layout.mainTable) - Number(a.name === layout.mainTable))
  const models = [...new Set(record.models.map((use) => `${use.provider}:${use.model}`))]
  return `---
license: ${yamlText(facts.licence.toLowerCase())}
tags:
  - synthetic
  - ${record.pipeline}
configs:
${first
  .map(
    (table) => `  - config_name: ${table.name}
    data_files:
${(facts.files.get(table.name) ?? []).map((path) => `      - ${path}`).join("\n")}${table.name === layout.mainTable ? "\n    default: true" : ""}`
  )
  .join("\n")}
---

# ${record.name}

${facts.description}
${facts.simulated ? "\n**Made by simulated models.** Good for a first look, for tests and for calibrating filters; not for training.\n" : ""}
Made by Dialoom ${record.dialoom} with the pipeline \`${record.pipeline}\` (version ${record.pipelineVersion}), after
${facts.paper.authors}, *${facts.paper.title}* (${facts.paper.year}), <${facts.paper.url}>.

| run | seed | started | models |
| --- | --- | --- | --- |
| ${record.run} | ${cell(record.seed)} | ${record.startedAt} | ${cell(models.join(", "))} |

## Tables

| table | rows | what it is |
| --- | --- | --- |
${layout.tables.map((table) => `| ${table.name} | ${rows.get(table.name) ?? 0} | ${cell(table.description)} |`).join("\n")}

Each row of the pipeline's tables has a column \`provenance\`: run, item, models, prompt hash, ledger addresses, licence.

## Books

| phase | planned | accepted | rejected | failed | pending |
| --- | --- | --- | --- | --- | --- |
${report.books
  .map(
    (books) =>
      `| ${books.phase} | ${books.planned} | ${books.accepted} | ${books.rejected} | ${books.failed} | ${books.pending} |`
  )
  .join("\n")}

${facts.more === "" ? "" : `${facts.more.trim()}\n\n`}## Config

\`\`\`json
${JSON.stringify(record.config, null, 2)}
\`\`\`
`
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ")
const yamlText = (text: string): string => JSON.stringify(text)
