import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const ENTRY = fileURLToPath(new URL("../../scripts/dialoom.mjs", import.meta.url))

export interface CliResult {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliOptions {
  /** Relative names (`outputs/`, `dialoom.config.ts`) are looked up here. */
  readonly cwd: string
  /** On top of an environment that names no model, no key and no address. */
  readonly env?: Readonly<Record<string, string>>
  /** Written to standard input, which then ends. */
  readonly input?: string
  /** A shell's words before the command, as `ulimit -f 100;`. */
  readonly shellBefore?: string
}

export interface RunningCli {
  readonly child: ChildProcess
  readonly ended: Promise<CliResult>
}

/** What a process needs to start, and nothing that would choose a model for it. */
const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(OPENAI_|DIALOOM_|VITEST|NODE_OPTIONS|HTTPS?_PROXY)/i.test(name))
  )

/** Starts the real command line as a process of its own: a signal to `child` reaches the run itself. */
export const startCli = (words: ReadonlyArray<string>, options: CliOptions): RunningCli => {
  const command = [process.execPath, ENTRY, ...words]
  const [file = "", ...rest] =
    options.shellBefore === undefined ? command : ["sh", "-c", `${options.shellBefore} exec "$@"`, "sh", ...command]
  const child = spawn(file, rest, {
    cwd: options.cwd,
    env: { ...cleanEnvironment(), ...options.env },
    stdio: ["pipe", "pipe", "pipe"]
  })
  const texts = { stdout: "", stderr: "" }
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (piece: string) => {
      texts[name] += piece
    })
  }
  // A command that ends without reading its input closes the pipe: no news.
  child.stdin.on("error", () => undefined)
  child.stdin.end(options.input ?? "")
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (code, signal) => resolve({ code, signal, ...texts }))
  })
  return { child, ended }
}

export const cli = (words: ReadonlyArray<string>, options: CliOptions): Promise<CliResult> =>
  startCli(words, options).ended
