import { Effect } from "effect"
import { Backstage } from "../../models/call-context.ts"
import type { CallFailure, ChatModel } from "../../models/chat-model.ts"
import { system, user } from "../../schemas/message.ts"
import type { Verdict } from "../../schemas/verdict.ts"
import { committee, type Judgement, reviewers } from "../../stages/committee.ts"
import { fence, fencedJson, fill } from "../../stages/prompt-template.ts"
import { binary, type Criterion } from "../../stages/rubric.ts"
import { stage } from "../../stages/stage.ts"
import type { TaskKind } from "./blueprint-tables.ts"
import type { ApigenMtConfig } from "./config.ts"
import type { Domain, Task } from "./domains/domain.ts"
import { REVIEWER_LENSES, REVIEWER_SYSTEM, REVIEWER_USER } from "./prompts/reviewer.ts"
import { signatures } from "./validation.ts"

/** The paper's four criteria, 0 or 1 each (fig. 9). Creativity is reported and turns nothing down by itself. */
export const rubric: ReadonlyArray<Criterion> = [
  binary("correctness", "The calls carry out the instruction accurately."),
  binary("completeness", "The instruction has enough detail, and the calls cover all of it."),
  binary("satisfaction", "The outputs answer every question that is asked or implied."),
  binary("creativity", "Plausible, not trivial, and interesting for the domain.", false)
]

/** What a simulated reviewer sees beyond its prompt. */
export interface ReviewerBackstage {
  readonly part: "reviewer"
  readonly kind: TaskKind
  readonly writes: number
  readonly planted: ReadonlyArray<string>
  readonly mistakes: ApigenMtConfig["mistakes"]
}

/**
 * The committee on one task with its diff (paper section 4.1.2). Costs `judges` calls, and one more for each reply that
 * cannot be used. Reviewers see instruction, calls, outputs, tools and diff; neither the thought nor the policy tests.
 */
export const review = (
  domain: Domain,
  config: ApigenMtConfig,
  options: {
    readonly task: Task
    readonly kind: TaskKind
    readonly diff: string
    readonly offered: ReadonlyArray<string>
    readonly planted: ReadonlyArray<string>
  }
): Effect.Effect<Judgement, CallFailure, ChatModel> => {
  const backstage: ReviewerBackstage = {
    part: "reviewer",
    kind: options.kind,
    writes: options.task.actions.filter((action) => domain.environment.tools.get(action.name)?.kind === "write").length,
    planted: options.planted,
    mistakes: config.mistakes
  }
  return committee({
    reviewers: reviewers(config.judges).map((reviewer, index) => ({
      ...reviewer,
      instructions: REVIEWER_LENSES[index % REVIEWER_LENSES.length] as string
    })),
    rubric,
    messages: [
      system(REVIEWER_SYSTEM),
      user(
        fill(REVIEWER_USER, {
          tools: fencedJson("tools", signatures(domain, options.offered)),
          task: taskText(options.task),
          diff: diffText(options.diff)
        })
      )
    ],
    sampling: { temperature: config.temperatures.reviewer, maxTokens: config.maxTokens.reviewer },
    quorum: config.quorum,
    abstention: false
  }).pipe(Effect.provideService(Backstage, backstage), stage("review"))
}

export const taskText = (task: Task): string =>
  fencedJson("task", {
    intent: task.instruction,
    actions: task.actions,
    outputs: task.outputs,
    facts: task.facts
  })

export const diffText = (diff: string): string =>
  diff === "" ? "The database is unchanged: the diff is empty." : fence("diff", diff)

/** Why a verdict is no acceptance. */
export interface Refusal {
  readonly code: "REVIEW_MAJORITY" | "REVIEW_THRESHOLD"
  readonly reasons: ReadonlyArray<string>
}

/**
 * The rule of acceptance (spec section 2.7; the paper does not publish its threshold): a majority of 1 on correctness,
 * completeness and satisfaction, and a mean total of at least `meanTotal`. Null: accepted.
 */
export const decide = (verdict: Verdict, config: Pick<ApigenMtConfig, "meanTotal">): Refusal | null => {
  const required = new Set(rubric.filter((criterion) => criterion.required).map((criterion) => criterion.name))
  const lost = verdict.majority.filter(({ criterion, score }) => required.has(criterion) && score === 0)
  if (lost.length > 0) {
    return {
      code: "REVIEW_MAJORITY",
      reasons: lost.map(({ criterion }) => `${criterion}: ${countOf(verdict, criterion)} reviewers gave 1`)
    }
  }
  const mean = verdict.mean_total ?? 0
  if (mean < config.meanTotal) {
    return {
      code: "REVIEW_THRESHOLD",
      reasons: [`the mean total is ${mean.toFixed(2)}, below ${config.meanTotal}`]
    }
  }
  return null
}

const countOf = (verdict: Verdict, criterion: string): string => {
  const votes = verdict.votes.filter((vote) => vote.status === "voted")
  const ones = votes.filter((vote) => vote.scores.some((score) => score.criterion === criterion && score.score === 1))
  return `${ones.length} of ${votes.length}`
}
