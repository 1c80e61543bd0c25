import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { closeSync, existsSync, openSync, readSync } from "node:fs"
import type { Pipeline } from "../pipelines/pipeline.ts"
import { canonicalJson, fingerprint, sha256 } from "../schemas/json.ts"
import type { ModelUse, RunRecord } from "../schemas/run.ts"

/** The version of Dialoom, as in package.json. */
export const VERSION = "0.1.0"

const hashes = (texts: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, sha256(text)]))

/** The commit that this code is at, and whether the tree was changed since; null outside a git checkout. */
const codeVersion = (root: string): RunRecord["code"] => {
  const git = (...words: ReadonlyArray<string>): string | null => {
    try {
      return execFileSync("git", ["-C", root, ...words], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"]
      }).trim()
    } catch {
      return null
    }
  }
  return {
    commit: git("rev-parse", "HEAD"),
    modified: (git("status", "--porcelain", "--untracked-files=no") ?? "") !== "",
    node: process.versions.node
  }
}

/** What a run is, apart from when and where: equal runs have equal ids. Prices, keys, URLs and limits are no part of it. */
export const runId = (
  pipeline: Pipeline,
  config: unknown,
  seed: string,
  models: ReadonlyArray<ModelUse>,
  sources: RunRecord["sources"]
): string =>
  fingerprint({
    pipeline: pipeline.name,
    version: pipeline.version,
    config,
    seed,
    models: models.map(({ model, provider, role }) => ({ role, provider, model })),
    prompts: hashes(pipeline.prompts),
    // By content: the same files in another place are the same sources.
    sources: sources.map((source) => source.sha256)
  }).slice(0, 24)

const PIECE_BYTES = 2 ** 20

/** Piece by piece: an evaluation set may be larger than memory. */
const hashOfFile = (path: string): string => {
  const hash = createHash("sha256")
  const piece = Buffer.allocUnsafe(PIECE_BYTES)
  const file = openSync(path, "r")
  try {
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) hash.update(piece.subarray(0, read))
  } finally {
    closeSync(file)
  }
  return hash.digest("hex")
}

/** A file that is not there has no hash: whoever reads it says so, with what to do. */
const hashSources = (paths: ReadonlyArray<string>): RunRecord["sources"] =>
  paths.filter((path) => existsSync(path)).map((path) => ({ path, sha256: hashOfFile(path) }))

export const promptsHash = (pipeline: Pipeline): string => fingerprint(hashes(pipeline.prompts)).slice(0, 24)

export const newRunRecord = (options: {
  readonly name: string
  readonly pipeline: Pipeline
  readonly config: Record<string, unknown>
  readonly seed: string
  readonly models: ReadonlyArray<ModelUse>
  readonly startedAt: string
  readonly root: string
  readonly previous: RunRecord | null
}): RunRecord => {
  const { config, models, name, pipeline, previous, root, seed, startedAt } = options
  const sources = hashSources(pipeline.sources(config))
  return {
    dialoom: VERSION,
    schemaVersion: 1,
    name,
    pipeline: pipeline.name,
    pipelineVersion: pipeline.version,
    run: runId(pipeline, config, seed, models, sources),
    seed,
    licence: pipeline.licence(config),
    config,
    models: [...models],
    prompts: hashes(pipeline.prompts),
    code: codeVersion(root),
    sources,
    startedAt,
    history:
      previous === null
        ? []
        : [...previous.history, { run: previous.run, startedAt: previous.startedAt, config: previous.config }]
  }
}

/** One line for each thing in which two runs differ: "config.items: 120 -> 200". */
export const differences = (before: RunRecord, after: RunRecord): ReadonlyArray<string> => {
  const lines: Array<string> = []
  const compare = (label: string, left: unknown, right: unknown) => {
    if (canonicalJson(left) !== canonicalJson(right)) {
      lines.push(`${label}: ${show(left)} -> ${show(right)}`)
    }
  }
  for (const key of new Set([...Object.keys(before.config), ...Object.keys(after.config)])) {
    compare(`config.${key}`, before.config[key], after.config[key])
  }
  const sourcesOf = (record: RunRecord) => record.sources.map((source) => source.sha256.slice(0, 12))
  compare("sources", sourcesOf(before), sourcesOf(after))
  compare("seed", before.seed, after.seed)
  compare("pipeline version", before.pipelineVersion, after.pipelineVersion)
  const modelsOf = (record: RunRecord) =>
    Object.fromEntries(record.models.map((use) => [use.role, `${use.provider}:${use.model}`]))
  const left = modelsOf(before)
  const right = modelsOf(after)
  for (const role of new Set([...Object.keys(left), ...Object.keys(right)]))
    compare(`model of ${role}`, left[role], right[role])
  for (const prompt of new Set([...Object.keys(before.prompts), ...Object.keys(after.prompts)])) {
    if (before.prompts[prompt] !== after.prompts[prompt]) lines.push(`prompt ${prompt}: edited`)
  }
  return lines
}

const show = (value: unknown): string => {
  const text = value === undefined ? "(none)" : canonicalJson(value)
  return text.length > 60 ? `${text.slice(0, 60)}...` : text
}
