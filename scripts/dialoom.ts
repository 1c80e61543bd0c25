import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Logger } from "effect"
import { Command } from "effect/cli"
import { VERSION } from "../engine/run-record.ts"
import { toCommandFailed } from "./exit.ts"
import { printable } from "./printable.ts"

/** One file a command. Only the one asked for is loaded, so that `status` starts fast. */
const commands = {
  generate: () => import("./generate.ts").then((module) => module.generate),
  status: () => import("./status.ts").then((module) => module.status),
  query: () => import("./query.ts").then((module) => module.query),
  report: () => import("./report.ts").then((module) => module.report),
  explain: () => import("./explain.ts").then((module) => module.explain),
  retry: () => import("./retry.ts").then((module) => module.retry),
  calibrate: () => import("./calibrate.ts").then((module) => module.calibrate),
  curate: () => import("./curate.ts").then((module) => module.curate),
  evaluate: () => import("./evaluate.ts").then((module) => module.evaluate),
  models: () => import("./models.ts").then((module) => module.models),
  verify: () => import("./verify.ts").then((module) => module.verify),
  salvage: () => import("./salvage.ts").then((module) => module.salvage)
} as const

const names = Object.keys(commands) as ReadonlyArray<keyof typeof commands>
const wanted = process.argv.slice(2).find((word) => Object.hasOwn(commands, word)) as keyof typeof commands | undefined

/**
 * Whoever reads along may stop early (`| head`, a terminal that is gone). Results without a reader end the command, which has
 * nothing else to do by then; a run goes on without anybody watching.
 */
process.stdout.on("error", () => process.exit())
process.stderr.on("error", () => undefined)

/** Results go to stdout, all else to stderr. */
const LogsOnStderr = Logger.layer([Logger.withConsoleError(Logger.formatSimple)])

const program = Effect.gen(function* () {
  const subcommands = yield* Effect.promise(() =>
    Promise.all((wanted === undefined ? names : [wanted]).map((name) => commands[name]()))
  )
  const dialoom = Command.make("dialoom").pipe(
    Command.withDescription(
      "Weaves verified multi-turn dialogue datasets. Start with: generate apigen-mt. Then ask: query apigen-mt"
    ),
    Command.withSubcommands(subcommands)
  )
  yield* Command.run(dialoom, { version: VERSION })
})

program.pipe(
  toCommandFailed,
  Effect.tapError((error) =>
    // A message may quote data: a key, a server's words.
    Effect.sync(() => (error.message === "" ? undefined : process.stderr.write(`${printable(error.message)}\n`)))
  ),
  Effect.provide([NodeServices.layer, LogsOnStderr]),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
