/** What stands round a line and is none of it: space, tab, no-break space, ideographic space. SQL and code trim the same. */
const ROUND = " \t\u00a0\u3000"

/** The line without the spaces round it. By hand: a pattern for the end of it would be quadratic. */
export const trimmedLine = (line: string): string => {
  let [start, end] = [0, line.length]
  while (start < end && ROUND.includes(line.charAt(start))) start++
  while (end > start && ROUND.includes(line.charAt(end - 1))) end--
  return line.slice(start, end)
}

/** The same in DuckDB's SQL. */
export const trimmedLineSql = (expression: string): string =>
  `trim(${expression}, ${Array.from(ROUND, (character) => `chr(${character.codePointAt(0)})`).join(" || ")})`
