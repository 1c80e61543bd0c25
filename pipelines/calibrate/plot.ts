import type { Rate } from "../../stages/interval.ts"
import { type DefectFigures, FEW, type Figures, tellsApart } from "./figures.ts"
import { ALARM, ALARM_TINT, colourOf, inkOn } from "./plot-colours.ts"

const CELL = 44
const ROW = 26
const LEFT = 268
const HEADER = 136
const TITLE = 76
const BARS = 120
const RIGHT = 24
const FONT = "font-family=\"'DejaVu Sans', Verdana, Arial, sans-serif\""

/** Text is data: a judge or a model may be called anything. */
export const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write them.
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")

interface Style {
  readonly size?: number
  readonly anchor?: "start" | "middle" | "end"
  readonly fill?: string
  readonly weight?: "bold"
  readonly turn?: number
}

const label = (x: number, y: number, text: string, style: Style = {}): string => {
  const { anchor = "start", fill = "#222222", size = 12, turn, weight } = style
  const attributes = [
    `x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}" fill="${fill}"`,
    ...(weight === undefined ? [] : [`font-weight="${weight}"`]),
    ...(turn === undefined ? [] : [`transform="rotate(${turn} ${x} ${y})"`])
  ]
  return `<text ${attributes.join(" ")}>${escaped(shortened(text))}</text>`
}

const shortened = (text: string): string => (text.length > 160 ? `${text.slice(0, 159)}…` : text)
const nameOf = (text: string): string => (text.length > 28 ? `${text.slice(0, 27)}…` : text)

const rectangle = (x: number, y: number, width: number, height: number, fill: string): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"/>`
const line = (x1: number, y1: number, x2: number, y2: number, stroke: string, width = 1): string =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${stroke}" stroke-width="${width}"/>`

interface Column {
  readonly name: string
  readonly bold: boolean
  readonly recall: (of: DefectFigures) => Rate | undefined
  readonly falseAlarms: Rate
}

/**
 * A calibration as one picture (SVG): a heat map of recall, a row a defect, a column a judge, and under each column its false alarms
 * on clean rows with their 95 % interval. Dark is high; numbers stand in the cells, so that nothing hangs on colour alone.
 */
export const plot = (figures: Figures, title: string): string => {
  const { defects, falseAlarms, judges } = figures
  const columns: ReadonlyArray<Column> = [
    { name: "all rules", bold: true, recall: ({ byRules }) => byRules, falseAlarms: falseAlarms.byRules },
    { name: "all trusted", bold: true, recall: ({ byTrusted }) => byTrusted, falseAlarms: falseAlarms.byTrusted },
    ...judges.map(
      ({ falseAlarms: own, judge }): Column => ({
        name: judge,
        bold: false,
        recall: ({ recall }) => recall.get(judge),
        falseAlarms: own
      })
    )
  ]
  // Room for the last slanted name.
  const width = Math.max(LEFT + columns.length * CELL + RIGHT + 110, 620)
  const top = TITLE + HEADER
  const bars = top + defects.length * ROW + 34
  const height = bars + BARS + 44
  const rows = defects.map((one, index) => heatRow(one, columns, defects[index - 1]?.family, top + index * ROW))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" ${FONT}>`,
    `<title>${escaped(title)}</title>`,
    rectangle(0, 0, width, height, "#ffffff"),
    label(16, 26, title, { size: 16, weight: "bold" }),
    label(16, 46, "Share of the rows with a planted defect that a judge rejects: 0 is missed, 1 is caught.", {
      fill: "#555555"
    }),
    label(
      16,
      64,
      `Orange: it rejects clean rows about as often. Grey: not asked. Trusted: at most ${FEW * 100} % false alarms.`,
      {
        fill: "#555555"
      }
    ),
    ...columns.map(({ bold, name }, index) =>
      label(LEFT + index * CELL + CELL / 2 + 4, top - 8, nameOf(name), {
        turn: -50,
        ...(bold ? { weight: "bold" as const } : {})
      })
    ),
    ...rows,
    ...falseAlarmBars(columns, bars),
    "</svg>",
    ""
  ].join("\n")
}

const heatRow = (
  one: DefectFigures,
  columns: ReadonlyArray<Column>,
  familyBefore: string | undefined,
  y: number
): string =>
  [
    ...(one.family === familyBefore ? [] : [line(12, y, LEFT + columns.length * CELL, y, "#999999")]),
    ...(one.family === familyBefore ? [] : [label(16, y + 17, one.family, { size: 11, fill: "#555555" })]),
    label(LEFT - 8, y + 17, `${nameOf(one.defect)} (${one.planted})`, { anchor: "end" }),
    ...columns.map((column, index) => {
      const x = LEFT + index * CELL
      const recall = column.recall(one)
      if (recall === undefined || recall.rate === null) return rectangle(x + 1, y + 1, CELL - 2, ROW - 2, "#eeeeee")
      const { rate } = recall
      const isBlind = rate > 0 && !tellsApart(recall, column.falseAlarms)
      return (
        rectangle(x + 1, y + 1, CELL - 2, ROW - 2, isBlind ? ALARM_TINT : colourOf(rate)) +
        label(x + CELL / 2, y + 17, share(rate), {
          size: 11,
          anchor: "middle",
          fill: isBlind ? "#5a4a3f" : inkOn(rate)
        })
      )
    })
  ].join("\n")

/** Two decimals, of which none makes a 0 or a 1 of what is not. */
const share = (rate: number): string => {
  if (rate === 0 || rate === 1) return String(rate)
  return rate < 0.005 ? "<.01" : rate >= 0.995 ? ">.99" : rate.toFixed(2)
}

/** The scale ends at the least of 5, 10, 20, 50 and 100 % that holds every rate. */
const falseAlarmBars = (columns: ReadonlyArray<Column>, top: number): ReadonlyArray<string> => {
  const most = Math.max(...columns.map(({ falseAlarms }) => falseAlarms.rate ?? 0))
  const end = [0.05, 0.1, 0.2, 0.5].find((limit) => most <= limit) ?? 1
  const bottom = top + BARS
  const at = (rate: number) => bottom - (Math.min(rate, end) / end) * BARS
  const right = LEFT + columns.length * CELL
  const ticks = [0, end / 2, end].flatMap((rate) => [
    line(LEFT, at(rate), right, at(rate), rate === 0 ? "#444444" : "#dddddd"),
    label(LEFT - 8, at(rate) + 4, `${Number((rate * 100).toFixed(2))} %`, {
      size: 11,
      anchor: "end",
      fill: "#555555"
    })
  ])
  return [
    label(16, top + 4, "False alarms", { weight: "bold" }),
    label(16, top + 20, "on clean rows,", { size: 11, fill: "#555555" }),
    label(16, top + 34, "95 % interval", { size: 11, fill: "#555555" }),
    ...ticks,
    ...columns.map(({ falseAlarms }, index) => {
      const x = LEFT + index * CELL
      const { high, low, rate } = falseAlarms
      if (rate === null) return label(x + CELL / 2, bottom + 16, "-", { size: 11, anchor: "middle" })
      const middle = x + CELL / 2
      return [
        rectangle(x + 10, at(rate), CELL - 20, bottom - at(rate), ALARM),
        line(middle, at(low), middle, at(high), "#222222", 1.5),
        line(middle - 4, at(low), middle + 4, at(low), "#222222", 1.5),
        line(middle - 4, at(high), middle + 4, at(high), "#222222", 1.5),
        label(middle, bottom + 16, `${Number((rate * 100).toFixed(1))} %`, { size: 10, anchor: "middle" })
      ].join("\n")
    })
  ]
}
