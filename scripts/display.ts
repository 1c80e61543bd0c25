import { Effect, Schedule, type Scope } from "effect"
import { liveCalls, type Progress } from "../engine/progress.ts"

const TERMINAL_MILLIS = 250
const PLAIN_MILLIS = 10_000

const duration = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return "?"
  const whole = Math.round(seconds)
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`
}

const phaseLine = (progress: Progress, index: number, now: number): string => {
  const phase = progress.phases[index]
  if (phase === undefined) return ""
  const settled = phase.accepted + phase.rejected + phase.failed
  const share = phase.planned === 0 ? 1 : settled / phase.planned
  const here = settled - phase.inherited
  const rate = here / Math.max(0.001, (now - progress.startedAt) / 1000)
  const left = phase.planned - settled
  return [
    `${phase.name} ${settled}/${phase.planned} (${Math.floor(share * 100)} %)`,
    `accepted ${phase.accepted}, rejected ${phase.rejected}, failed ${phase.failed}`,
    left > 0 && here > 0 ? `${duration(left / rate)} left` : ""
  ]
    .filter((part) => part !== "")
    .join("  ")
}

const spendLine = (progress: Progress, now: number): string => {
  const { cached, sent } = liveCalls(progress)
  const seconds = Math.max(0.001, (now - progress.startedAt) / 1000)
  return [
    `calls ${sent} (${(sent / seconds).toFixed(1)}/s)`,
    cached > 0 ? `from the ledger ${cached}` : "",
    `tokens ${progress.tokens}`,
    progress.costUsd > 0 ? `USD ${progress.costUsd.toFixed(4)}` : "",
    `open items ${progress.open.size}`,
    duration(seconds)
  ]
    .filter((part) => part !== "")
    .join("  ")
}

/**
 * Shows a run on stderr until the scope closes: redrawn in place on a terminal, a plain line every ten seconds (and one at
 * the end) elsewhere, so that logs stay readable.
 */
export const showProgress = (
  progress: Progress,
  output: NodeJS.WriteStream
): Effect.Effect<void, never, Scope.Scope> => {
  let drawn = 0
  const clear = () => {
    if (drawn > 0) output.write(`\u001b[${drawn}A\u001b[0J`)
    drawn = 0
  }
  const drawTerminal = Effect.sync(() => {
    const now = Date.now()
    const width = Math.max(40, output.columns ?? 80) - 1
    const lines = [...progress.phases.map((_, index) => phaseLine(progress, index, now)), spendLine(progress, now)]
    clear()
    output.write(lines.map((line) => `${line.slice(0, width)}\n`).join(""))
    drawn = lines.length
  })
  const drawPlain = Effect.sync(() => {
    if (progress.phases.length === 0) return
    const now = Date.now()
    output.write(`${phaseLine(progress, progress.phases.length - 1, now)}  ${spendLine(progress, now)}\n`)
  })
  const [draw, every] = output.isTTY ? [drawTerminal, TERMINAL_MILLIS] : [drawPlain, PLAIN_MILLIS]
  return draw.pipe(
    Effect.delay(every),
    Effect.repeat(Schedule.forever),
    Effect.forkScoped,
    Effect.andThen(Effect.addFinalizer(() => draw))
  )
}
