import { join } from "node:path"
import { readCalls } from "../../models/ledger-read.ts"
import type { ProviderReply, ProviderRequest } from "../../models/provider.ts"
import { canonicalJson } from "../../schemas/json.ts"
import { type Recording, replayKey } from "../server/replay.ts"
import { type RunningServer, type ServerOptions, startServer } from "../server/server.ts"
import type { WireRequest } from "../server/wire.ts"
import { cli } from "./cli.ts"

/** The model's name on the wire. The server serves any, but a run's bytes hold it. */
export const MODEL = "recorded"

/**
 * What the simulated models said in the dataset at `path`, in the form in which the server plays it back: the same pipeline,
 * config and seed then get the same replies over real HTTP. Throws where one key would have two answers.
 */
export const recordingOf = (path: string): Recording => {
  const recording = new Map<string, ProviderReply>()
  for (const call of readCalls(join(path, "ledger.sqlite"), { bodies: true })) {
    const request = JSON.parse(call.request ?? "") as ProviderRequest
    const reply = JSON.parse(call.reply ?? "") as ProviderReply
    const key = replayKey(request.messages, request.sampling.seed)
    const known = recording.get(key)
    if (known !== undefined && canonicalJson(said(known)) !== canonicalJson(said(reply))) {
      throw new Error(`two replies for the key ${key} of call ${call.address}`)
    }
    recording.set(key, reply)
  }
  return recording
}

const said = ({ content, finishReason, reasoning, toolCalls }: ProviderReply) => ({
  content,
  finishReason,
  reasoning,
  toolCalls
})

/** A run of `generate apigen-mt` with simulated models, as a real process, and what its models said. */
export const record = async (path: string, flags: ReadonlyArray<string>): Promise<Recording> => {
  const result = await cli(["generate", "apigen-mt", "--out", path, ...flags], { cwd: join(path, "..") })
  if (result.code !== 0) throw new Error(`the run to record ended with ${result.code}: ${result.stderr}`)
  return recordingOf(path)
}

/** One completion that was asked for. `key` is the recording's. */
export interface Arrival {
  readonly key: string
  readonly at: number
}

export interface PlaybackServer extends RunningServer {
  /** Each request for a completion, as it came in. */
  readonly arrivals: ReadonlyArray<Arrival>
  /** How often each key was answered with a whole completion. */
  readonly answers: () => ReadonlyMap<string, number>
  /** Requests that the recording has no reply for: the replay has left the recorded run. */
  readonly unknown: () => number
  /** Called at each arrival. */
  onArrival: (count: number) => void
}

const keyOf = (request: WireRequest): string =>
  replayKey(
    request.messages.map(({ content, role, tool_call_id, tool_calls }) => ({
      role,
      content,
      ...(tool_call_id === undefined ? {} : { tool_call_id }),
      ...(tool_calls === undefined
        ? {}
        : { tool_calls: tool_calls.map(({ function: f, id }) => ({ id, name: f.name, arguments: f.arguments })) })
    })),
    request.seed
  )

/** The simulated server over a recording, keeping account by the recording's keys. */
export const playback = async (
  recording: Recording,
  options: Omit<ServerOptions, "recording" | "fault" | "reply"> = {}
): Promise<PlaybackServer> => {
  const arrivals: Array<Arrival> = []
  const keys = new Map<string, string>()
  let unknown = 0
  const running = await startServer({
    ...options,
    recording,
    fault: (request, hash) => {
      const key = keys.get(hash) ?? keyOf(request)
      keys.set(hash, key)
      if (!recording.has(key)) unknown++
      arrivals.push({ key, at: Date.now() })
      server.onArrival(arrivals.length)
      return undefined
    }
  })
  const server: PlaybackServer = {
    ...running,
    arrivals,
    answers: () => {
      const counts = new Map<string, number>()
      for (const { delivered, hash } of running.log.entries) {
        const key = keys.get(hash) ?? hash
        if (delivered) counts.set(key, (counts.get(key) ?? 0) + 1)
      }
      return counts
    },
    unknown: () => unknown,
    onArrival: () => undefined
  }
  return server
}
