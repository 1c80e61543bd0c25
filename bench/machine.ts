import { cpus, loadavg, totalmem } from "node:os"

/** One line about where figures come from. A load above a few tenths before a benchmark starts means: others were at work. */
export const machine = (): string => {
  const all = cpus()
  const load = loadavg()[0] ?? 0
  return [
    `${all.length} x ${all[0]?.model.trim() ?? "unknown processor"}`,
    `${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    `Node ${process.version}`,
    process.platform,
    `load ${load.toFixed(1)} at the start`
  ].join(", ")
}

/** Rows as a Markdown table, ready for README.md; the first row is its head. */
export const markdown = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const [head = [], ...body] = rows
  const line = (cells: ReadonlyArray<string>) => `| ${cells.join(" | ")} |`
  return [line(head), line(head.map(() => "---")), ...body.map(line)].join("\n")
}

export const count = (value: number): string => Math.round(value).toLocaleString("en")
export const megabytes = (bytes: number): string => `${count(bytes / 2 ** 20)} MB`
export const seconds = (millis: number): string => `${(millis / 1000).toFixed(millis < 10_000 ? 2 : 1)} s`
