import { Console, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { ledgerFile } from "../datasets/folder.ts"
import { TableReader } from "../datasets/table-reader.ts"
import { UsageError } from "../engine/usage-error.ts"
import { findCalls, readCalls } from "../models/ledger-read.ts"
import { pipelineOf } from "../pipelines/registry.ts"
import { sqlText } from "../schemas/duckdb-types.ts"
import { compareCalls } from "./compare-calls.ts"
import { datasetName, findDataset, readingLayer } from "./dataset-argument.ts"
import * as flags from "./flags.ts"
import { printable } from "./printable.ts"
import { showCall, showMessages } from "./show-call.ts"
import { textTable } from "./text-table.ts"

/** The whole story of one item: outcome, reasons, and each call in the order in which it was made. */
const explainItem = (name: string, key: string, whole: boolean, config: Option.Option<string>) =>
  Effect.gen(function* () {
    const { folder, record } = yield* findDataset(name, config)
    // Without its pipeline an item still has the story that every item has.
    const pipeline = yield* pipelineOf(record).pipe(Effect.catchTag("UnknownPipeline", () => Effect.succeed(null)))
    yield* Effect.gen(function* () {
      const reader = yield* TableReader
      const plans = yield* reader.query(`SELECT phase, position, payload FROM plan WHERE key = ${sqlText(key)}`)
      if (plans.length === 0) {
        const near = yield* reader.query(
          `SELECT DISTINCT key FROM plan ORDER BY levenshtein(key, ${sqlText(key)}), key LIMIT 5`
        )
        return yield* new UsageError({
          message: `${name} has no item "${key}". Near it: ${near.map((row) => row.key).join(", ") || "(the plan is empty)"}. "npm run query -- ${name} \\"select phase, key, outcome from items\\"" lists them.`
        })
      }
      for (const plan of plans) {
        const phase = String(plan.phase)
        const [item] = yield* reader.query(
          `SELECT * FROM items WHERE phase = ${sqlText(phase)} AND key = ${sqlText(key)}`
        )
        yield* Console.log(`Item ${key} of phase ${phase}, position ${plan.position}`)
        if (item === undefined) yield* Console.log("Pending: it has no outcome yet.")
        else {
          const where = item.outcome === "accepted" ? "" : ` at stage ${item.stage}, reason ${item.code}`
          yield* Console.log(printable(`Outcome: ${item.outcome}${where}`))
          for (const reason of item.reasons as ReadonlyArray<string>) yield* Console.log(`  - ${printable(reason)}`)
          yield* Console.log(
            `Rows ${item.rows}, calls ${item.calls} (${item.cached_calls} from the ledger), tokens ${Number(item.prompt_tokens) + Number(item.completion_tokens)}, USD ${item.cost_usd}, ${item.milliseconds} ms, retries ${item.retries}`
          )
        }
        const story = yield* pipeline?.explain?.({ phase, key }) ?? Effect.succeed([])
        if (story.length > 0) yield* Console.log(`\n${story.map(printable).join("\n")}`)
        const [rejected] = yield* reader.query(
          `SELECT evidence FROM rejected WHERE phase = ${sqlText(phase)} AND key = ${sqlText(key)}`
        )
        // A story tells it better, where there is one.
        if ((whole || story.length === 0) && rejected?.evidence !== undefined && rejected.evidence !== null) {
          yield* Console.log(`Evidence: ${printable(String(rejected.evidence))}`)
        }
        if (whole) yield* Console.log(`Planned as: ${printable(String(plan.payload))}`)
        const calls = [...readCalls(ledgerFile(folder), { phase, item: key, bodies: whole })]
        yield* Console.log(`\nCalls in the ledger: ${calls.length}`)
        if (!whole && calls.length > 0) {
          yield* Console.log(
            textTable(
              ["call", "stage", "role", "draw", "model", "tokens", "ms", "attempts"],
              calls.map((call) => [
                call.address.slice(0, 16),
                call.stage,
                call.role,
                call.draw,
                call.model,
                call.prompt_tokens + call.completion_tokens,
                Math.round(call.milliseconds),
                call.attempts
              ])
            )
          )
          yield* Console.log(`\nWith every message: add --whole. One call: npm run explain -- ${name} --call ID`)
        }
        for (const call of whole ? calls : []) {
          yield* Console.log(
            printable(
              `\n${call.address.slice(0, 16)}  ${call.stage} / ${call.role} / draw ${call.draw} / ${call.model}`
            )
          )
          yield* Console.log(showMessages(call.request, call.reply))
        }
      }
    }).pipe(Effect.provide(readingLayer(folder)))
  })

/** One call: what was sent, what came back, and why a similar call was or was not the same one. */
const explainCall = (name: string, id: string, config: Option.Option<string>) =>
  Effect.gen(function* () {
    const { folder } = yield* findDataset(name, config)
    if (!/^[0-9a-fA-F]{6,64}$/.test(id)) {
      return yield* new UsageError({
        message: `--call takes the first digits of a call's address (at least 6), not "${id}".`
      })
    }
    const [entry, ...more] = yield* Effect.sync(() => findCalls(ledgerFile(folder), id))
    if (entry === undefined) {
      return yield* new UsageError({ message: `The ledger of ${name} has no call whose address begins with ${id}.` })
    }
    yield* Console.log(showCall(entry))
    if (more.length > 0) {
      yield* Console.log(
        `\n${more.length} more calls begin with ${id}: ${more.map((one) => one.address.slice(0, 20)).join(", ")}`
      )
    }
    yield* Console.log(yield* Effect.sync(() => compareCalls(ledgerFile(folder), entry)))
  })

export const explain = Command.make(
  "explain",
  {
    name: datasetName,
    key: Argument.String("key").pipe(Argument.withDescription("the item's key"), Argument.optional),
    call: Flag.String("call").pipe(
      Flag.withDescription("explain one call instead, by the first digits of its address"),
      Flag.optional
    ),
    whole: Flag.Boolean("whole").pipe(
      Flag.withDescription("print every message of every call"),
      Flag.withDefault(false)
    ),
    config: flags.configFile
  },
  Effect.fn("explain")(function* ({ call, config, key, name, whole }) {
    if (Option.isSome(call)) return yield* explainCall(name, call.value, config)
    if (Option.isNone(key)) {
      return yield* new UsageError({
        message: `Which item? Give its key, or --call ID. "npm run query -- ${name} \\"select phase, key, outcome from items\\"" lists the keys.`
      })
    }
    yield* explainItem(name, key.value, whole, config)
  })
).pipe(Command.withDescription("The whole story of one item, or of one model call"))
