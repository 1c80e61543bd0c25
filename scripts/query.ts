import { createInterface } from "node:readline/promises"
import { Console, Effect, Option, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { type Catalogue, openCatalogue } from "../datasets/catalogue.ts"
import { UsageError } from "../engine/usage-error.ts"
import { toCsv } from "./csv.ts"
import { datasetName, findDataset, readingLayer } from "./dataset-argument.ts"
import * as flags from "./flags.ts"
import { printable } from "./printable.ts"
import { textTable } from "./text-table.ts"

const FORMATS = ["table", "json", "csv", "parquet"] as const
/** A file or a program gets the very characters of the data, a terminal none that would steer it. */
const forOutput = (line: string): string => (process.stdout.isTTY ? printable(line) : line)

/** Rows that a terminal is shown; the other formats give all. */
const TABLE_ROWS = 200

const printed = (catalogue: Catalogue, sql: string, format: (typeof FORMATS)[number], output: Option.Option<string>) =>
  Effect.gen(function* () {
    if (format === "parquet") {
      if (Option.isNone(output)) {
        return yield* new UsageError({ message: "--format parquet needs a file: add --output FILE.parquet." })
      }
      const file = output.value.replaceAll("'", "''")
      yield* catalogue.query(`COPY (${sql.replace(/;\s*$/, "")}) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`)
      return yield* Console.error(`Written: ${output.value}`)
    }
    if (format === "table") {
      const result = yield* catalogue.query(sql)
      const names = result.columns.map((column) => column.name)
      yield* Console.log(
        textTable(
          names,
          result.rows.slice(0, TABLE_ROWS).map((row) => names.map((name) => row[name]))
        )
      )
      const left = result.rows.length - TABLE_ROWS
      return left > 0 ? yield* Console.error(`(${left} more rows; --format csv or json gives all)`) : undefined
    }
    const result = yield* catalogue.stream(sql)
    const names = result.columns.map((column) => column.name)
    if (format === "csv") yield* Console.log(forOutput(toCsv([names])))
    yield* Stream.runForEach(result.rows, (row) =>
      Console.log(forOutput(format === "csv" ? toCsv([names.map((name) => row[name])]) : JSON.stringify(row)))
    )
  }).pipe(Effect.scoped)

/** Reads statements, each ending with a semicolon, until the input ends or `.quit`. An error is shown and forgotten. */
const prompt = (catalogue: Catalogue) =>
  Effect.gen(function* () {
    const layout = yield* catalogue.layout
    yield* Console.error(
      `Tables: ${[...layout.tables.map((table) => table.name), "calls"].join(", ")}. End a statement with ";". DESCRIBE x; shows columns, .quit leaves.`
    )
    const lines = yield* Effect.acquireRelease(
      Effect.sync(() =>
        createInterface({ input: process.stdin, output: process.stderr, terminal: process.stdin.isTTY })
      ),
      (opened) => Effect.sync(() => opened.close())
    )
    // A pipe is read to its end, and closed, long before its last statement is answered.
    let isOpen = true
    lines.once("close", () => {
      isOpen = false
    })
    const ask = (prompt: string) => {
      if (!isOpen) return
      lines.setPrompt(prompt)
      lines.prompt()
    }
    let statement = ""
    ask("dialoom> ")
    yield* Stream.fromAsyncIterable(lines, (cause) => cause).pipe(
      Stream.takeWhile((line) => line.trim() !== ".quit"),
      Stream.runForEach((line) =>
        Effect.gen(function* () {
          statement = `${statement}\n${line}`.trim()
          if (statement.endsWith(";")) {
            const sql = statement
            statement = ""
            yield* printed(catalogue, sql, "table", Option.none()).pipe(
              Effect.catch((error) => Console.error(printable(error.message)))
            )
          }
          ask(statement === "" ? "dialoom> " : "    ...> ")
        })
      ),
      Effect.ignore
    )
    if (statement !== "") yield* printed(catalogue, statement, "table", Option.none())
  }).pipe(Effect.scoped)

export const query = Command.make(
  "query",
  {
    name: datasetName,
    sql: Argument.String("sql").pipe(
      Argument.withDescription("one SQL statement; without it, an interactive prompt"),
      Argument.optional
    ),
    config: flags.configFile,
    format: Flag.Literals("format", FORMATS).pipe(
      Flag.withDescription("table, json (one object a line), csv, or parquet with --output"),
      Flag.withDefault("table" as const)
    ),
    output: Flag.String("output").pipe(Flag.withDescription("file for --format parquet"), Flag.optional)
  },
  Effect.fn("query")(function* (given) {
    const { folder } = yield* findDataset(given.name, given.config)
    yield* Effect.gen(function* () {
      const catalogue = yield* openCatalogue(folder)
      yield* Option.match(given.sql, {
        onNone: () => prompt(catalogue),
        onSome: (sql) => printed(catalogue, sql, given.format, given.output)
      })
    }).pipe(Effect.provide(readingLayer(folder)))
  })
).pipe(
  Command.withDescription("Ask SQL (DuckDB) of a dataset, also while it is being made"),
  Command.withExamples([
    {
      command: 'dialoom query apigen-mt "select domain, count(*), avg(n_tool_calls) from trajectories group by 1"',
      description: "one question"
    },
    {
      command: 'dialoom query apigen-mt "select stage, code, count(*) from rejected group by all"',
      description: "what was turned down"
    }
  ])
)
