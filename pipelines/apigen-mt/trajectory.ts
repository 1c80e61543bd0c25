import { Effect } from "effect"
import { Backstage, CurrentItem } from "../../models/call-context.ts"
import type { CallFailure, ChatModel } from "../../models/chat-model.ts"
import { modelError } from "../../models/model-error.ts"
import type { DialogueMessage } from "../../schemas/dialogue.ts"
import { canonicalJson, fingerprint, sha256 } from "../../schemas/json.ts"
import { type Conversation, converse } from "../../stages/conversation.ts"
import { execute } from "../../stages/execute.ts"
import { type Acceptance, type Episode, judgeEpisode } from "./acceptance.ts"
import { agent, agentTemperature } from "./agent.ts"
import { parseArguments } from "./calls.ts"
import type { ApigenMtConfig } from "./config.ts"
import type { Domain } from "./domains/domain.ts"
import { episodeLeaks } from "./episode-leaks.ts"
import { faultOf } from "./failure-labels.ts"
import type { Gold } from "./gold.ts"
import { human } from "./human.ts"
import { toolNames } from "./leaks.ts"
import { GREETING, STOP } from "./prompts/human.ts"
import { dialogueBackstage } from "./simulated/backstage.ts"
import type { FailedTrajectory, PlantedMistake, Trajectory, UserTurn } from "./trajectory-tables.ts"

/** One try at a dialogue, judged. */
export interface Attempt {
  readonly trajectory: Trajectory
  /** Null where it was accepted. */
  readonly failed: FailedTrajectory | null
}

export interface AttemptOptions {
  readonly domain: Domain
  readonly config: ApigenMtConfig
  readonly gold: Gold
  readonly blueprintId: string
  readonly persona: string | null
  /** From 1. */
  readonly attempt: number
}

/** Times that a dialogue is begun again after a model did not answer: what was answered comes from the ledger. */
const INFRASTRUCTURE_TRIES = 2

/**
 * One try at a dialogue for a blueprint (APIGen-MT phase 2, Prabhakar et al. 2025, arXiv:2504.03601, section 4.2): a simulated
 * human and the agent talk on a fresh database until the human stops, the agent hands over or a limit is hit; then it is judged.
 *
 * Costs about 12 calls of role `agent`, and N of `user` and up to N of `critic` for each of about 6 human turns. A model that does
 * not answer fails the item with its ModelError, and is never counted as a failure of the agent.
 */
export const attemptDialogue = Effect.fn("dialogue")(function* (
  options: AttemptOptions
): Effect.fn.Return<Attempt, CallFailure, ChatModel> {
  const { attempt, config, domain, gold, persona } = options
  const item = yield* CurrentItem
  const { environment, policy } = domain
  const { instruction } = gold.task
  const seed = Number.parseInt(sha256(`${item.seed}/agent/${attempt}`).slice(0, 7), 16)
  const names = toolNames(environment)
  const backstage = dialogueBackstage({
    domain,
    gold,
    mistakes: config.mistakes,
    seed: `${item.seed}/attempt/${attempt}`
  })

  const hold = Effect.fnUntraced(function* () {
    const state = environment.initial.fork()
    const turns: Array<UserTurn> = []
    const planted: Array<PlantedMistake> = []
    const conversation = yield* converse({
      limits: {
        agentSteps: config.agentSteps,
        userTurns: config.humanTurns,
        consecutiveToolErrors: config.consecutiveToolErrors,
        messageCharacters: config.messageCharacters,
        milliseconds: config.dialogueMinutes * 60_000
      },
      stopMarker: STOP,
      greeting: GREETING,
      tools: [...environment.tools.values()].map((tool) => tool.tool),
      reject: config.rejectReplies,
      execute: (call) => execute(environment, state, call),
      user: human({ config, instruction, persona, tools: names, attempt, record: (turn) => turns.push(turn) }),
      agent: agent({ config, policy, attempt, seed, record: (mistake) => planted.push(mistake) })
    })
    return { conversation, planted, turns, hash: state.hash() }
  })

  let held = yield* hold().pipe(Effect.provideService(Backstage, backstage))
  for (let tries = 1; held.conversation.termination === "infra_error"; tries++) {
    const { detail, error } = held.conversation
    if (tries >= INFRASTRUCTURE_TRIES) return yield* error ?? modelError("server", "-", detail ?? "no answer")
    held = yield* hold().pipe(Effect.provideService(Backstage, backstage))
  }
  const { conversation, hash, turns } = held
  const { messages } = conversation
  const planted = [...sentMistakes(messages, turns), ...held.planted]

  const episode: Episode = {
    messages,
    termination: conversation.termination,
    detail: conversation.detail,
    hash,
    leaks: episodeLeaks(domain, gold, messages)
  }
  const acceptance = judgeEpisode(domain, gold, episode, config)
  const trajectory = trajectoryRow(options, { conversation, acceptance, turns, planted, hash, seed })
  const first = acceptance.problems[0]
  if (first === undefined) return { trajectory, failed: null }
  const fault = faultOf(gold, episode, acceptance)
  return {
    trajectory,
    failed: {
      ...trajectory,
      failure: first.code,
      reasons: acceptance.problems.map((problem) => `${problem.code}: ${problem.message}`),
      fault_owner: fault.owner,
      fault_type: fault.type,
      state_diff_vs_gold: acceptance.state === 1 ? null : acceptance.played.final.diffFrom(gold.final)
    }
  }
})

/** Planted candidates that were sent nonetheless. */
const sentMistakes = (
  messages: ReadonlyArray<DialogueMessage>,
  turns: ReadonlyArray<UserTurn>
): ReadonlyArray<PlantedMistake> => {
  const said = messages.filter((message) => message.role === "user")
  return turns.flatMap(({ candidates, chosen, turn }) => {
    const code = chosen === null ? null : (candidates[chosen]?.planted ?? null)
    // A stop line is no message.
    return code === null ? [] : [{ party: "user" as const, code, message_index: said[turn]?.index ?? null }]
  })
}

/** Equal dialogues are equal whatever their call ids, their spacing and what was thought privately. */
const normalised = (messages: ReadonlyArray<DialogueMessage>) =>
  messages.map((message) => [
    message.role,
    (message.content ?? "").replaceAll(/\s+/g, " ").trim(),
    (message.tool_calls ?? []).map((call) => [
      call.name,
      canonicalJson(parseArguments(call.arguments) ?? call.arguments)
    ])
  ])

const trajectoryRow = (
  { attempt, blueprintId, config, domain, gold }: AttemptOptions,
  held: {
    readonly conversation: Conversation
    readonly acceptance: Acceptance
    readonly turns: ReadonlyArray<UserTurn>
    readonly planted: ReadonlyArray<PlantedMistake>
    readonly hash: string
    readonly seed: number
  }
): Trajectory => {
  const { acceptance, conversation } = held
  const { calls } = acceptance
  const { counts, messages, termination } = conversation
  const tally = new Map<string, number>()
  for (const { name } of calls) tally.set(name, (tally.get(name) ?? 0) + 1)
  return {
    trajectory_id: fingerprint([blueprintId, normalised(messages)]).slice(0, 16),
    blueprint_id: blueprintId,
    domain: domain.name,
    env_profile: domain.profile,
    task_kind: gold.taskKind,
    user_id: gold.userId,
    attempt,
    termination,
    system: domain.policy,
    tools: [...domain.environment.tools.values()].map((tool) => tool.tool),
    messages: [...messages],
    user_candidates: [...held.turns],
    db_hash_final: held.hash,
    db_hash_gold: gold.hash,
    reward: acceptance.reward,
    r_state: acceptance.state,
    r_state_tolerant: acceptance.stateTolerant,
    r_output: acceptance.output,
    r_output_strict: acceptance.outputStrict,
    r_policy: acceptance.policy,
    r_nontrivial: acceptance.nontrivial,
    r_hygiene: acceptance.hygiene,
    output_hits: [...acceptance.hits],
    policy_findings: [...acceptance.findings],
    hygiene_issues: [...acceptance.hygieneIssues],
    n_user_turns: counts.user_turns,
    n_agent_turns: counts.agent_steps,
    n_tool_calls: counts.tool_calls,
    n_writes: calls.filter((call) => call.kind === "write" && !call.isError).length,
    n_failed_writes: acceptance.failedWrites,
    n_tool_errors: counts.tool_errors,
    tool_counts: [...tally].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => ({ name, count })),
    planted: [...held.planted],
    counts,
    temperature_agent: agentTemperature(config, attempt),
    temperature_user: config.temperatures.human,
    best_of_n: config.bestOfN,
    seed: held.seed
  }
}
