import { z } from "zod"

const share = z.number().min(0).max(1)

/** A task that changes nothing is passed by doing nothing, so at most this share of the tasks may be of that kind. */
export const MAX_EMPTY_DIFF_SHARE = 0.1

const TaskKinds = z
  .strictObject({
    /** Database changes only. */
    write: share.default(0.65),
    /** Database changes, and a question to answer. */
    mixed: share.default(0.3),
    /** A question only. */
    info: share.default(0.02),
    /** A request that the policy forbids. */
    refusal: share.default(0.015),
    /** A request that only a person can handle. */
    transfer: share.default(0.015)
  })
  .superRefine((kinds, context) => {
    const empty = kinds.info + kinds.refusal + kinds.transfer
    const total = kinds.write + kinds.mixed + empty
    if (Math.abs(total - 1) > 1e-9) {
      context.addIssue({ code: "custom", message: `the shares add up to ${total.toFixed(4)}, not to 1` })
    }
    if (empty > MAX_EMPTY_DIFF_SHARE + 1e-9) {
      context.addIssue({
        code: "custom",
        message:
          `info, refusal and transfer take ${empty.toFixed(2)} of the tasks; at most ${MAX_EMPTY_DIFF_SHARE} may leave the ` +
          "database unchanged, since doing nothing passes them"
      })
    }
  })

const Gate = z.enum(["gate", "report"])

const Gates = z.strictObject({
  /** Outputs found with number and word boundaries, not inside a question or a negation. */
  r_output_strict: Gate.default("gate"),
  /** Policy tests over the actual calls, and the checks that need the dialogue. */
  r_policy: Gate.default("gate"),
  /** Tasks with an empty diff: the reads, and the refusal, answer or transfer, are there. */
  r_nontrivial: Gate.default("gate"),
  /** Tool names and arguments, order of the roles, the ending. */
  r_hygiene: Gate.default("gate")
})

const temperature = z.number().min(0).max(2)

const Temperatures = z.strictObject({
  generator: temperature.default(0.9),
  /** At most 0.3 (spec section 2.6). */
  reviewer: z.number().min(0).max(0.3).default(0.2),
  feedback: temperature.default(0.3),
  /** One for each attempt at a blueprint, so that three attempts differ; the last one serves any further attempt. */
  agent: z.array(temperature).min(1).default([0, 0.5, 0.7]),
  human: temperature.default(0.7),
  critic: temperature.default(0)
})

/**
 * How often the simulated models err on purpose: what the gates catch and what slips through is then known. Real models
 * are not touched by it. The defaults for Phase 1 are set so that about 28 % of the first rounds and, with the feedback
 * loop, about 70 % of the started blueprints pass: the paper's figures.
 */
const Mistakes = z.strictObject({
  /** Chance that the first round of a blueprint holds a planted mistake, 0 to 1; feedback lowers it in the later rounds. */
  blueprint: share.default(0.6),
  /** Share of the blueprints that stay hard whatever the feedback says: mistakes in nearly every round. */
  hardBlueprints: share.default(0.42),
  /** Chance that one reviewer overlooks a planted mistake that only a reviewer can see. */
  reviewerMisses: share.default(0.2),
  /** Chance that one reviewer finds fault, on one criterion, with a blueprint that has none. */
  reviewerFalseAlarms: share.default(0.02),
  /** Chance that a reviewer's reply cannot be used (not JSON, or a total that is not the sum). */
  reviewerBrokenReplies: share.default(0.01),
  /**
   * Chance that the simulated agent sets out to err on purpose in one attempt at a dialogue; not every mistake finds its occasion.
   * Set so that about 67 % of the attempts pass: the paper's figure for phase 2.
   */
  agent: share.default(0.4),
  /** Chance that the simulated user errs on purpose, in some of its candidates, in one attempt at a dialogue. */
  human: share.default(0.15)
})

const Draws = z
  .strictObject({ low: z.number().int().min(0).max(100), high: z.number().int().min(0).max(100) })
  .refine((draw) => draw.low <= draw.high, "low must not exceed high")

/** Every knob of APIGen-MT, with the paper's value where it is published and ours where it is not. */
export const ApigenMtConfig = z
  .strictObject({
    /** The environment. `airline` is the paper's second one; it takes its place here when its environment is built. */
    domain: z
      .enum(["retail"], {
        error: (issue) => `unknown domain ${JSON.stringify(issue.input)}: the one there is so far is "retail"`
      })
      .default("retail"),
    /** `strict`: known defects of the benchmark's tools are fixed. `tau1`: bug-compatible, for transfer to the benchmark. */
    profile: z.enum(["strict", "tau1"]).default("strict"),
    /** A folder with users.json, orders.json and products.json in the benchmark's layout; without it a database is generated from the seed. */
    databaseFolder: z.string().min(1).optional(),
    /** Blueprints to start. 1 to 1,000,000. */
    items: z.number().int().min(1).max(1_000_000).default(120),

    /** Weights of tasks with 1, 2, ... writes; the longest walk is as long as this list. Ours, close to tau-bench's retail tasks. */
    walkLengths: z
      .array(z.number().min(0))
      .min(1)
      .max(6)
      .refine((weights) => weights.some((weight) => weight > 0), "at least one weight must be above 0")
      .default([0.5, 0.25, 0.15, 0.07, 0.03]),
    /**
     * Shares of the kinds of task; they add up to 1. Tasks that change nothing are easier and survive more often, so the
     * defaults plan half of what may be in the dataset.
     */
    taskKinds: TaskKinds.prefault({}),
    /** Policy rules in the prompt beyond those of the sampled tools, drawn anew in each round. */
    extraPolicies: Draws.default({ low: 1, high: 4 }),
    /** Records in the prompt beyond those that the task needs, drawn anew in each round. */
    extraRecords: Draws.default({ low: 0, high: 4 }),
    /** Example tasks in the prompt (spec: 1 to 3), drawn anew in each round. */
    examples: z
      .strictObject({ low: z.number().int().min(1).max(3), high: z.number().int().min(1).max(3) })
      .refine((draw) => draw.low <= draw.high, "low must not exceed high")
      .default({ low: 1, high: 3 }),
    /** Chance that a blueprint gets a persona. */
    personaShare: share.default(0.85),

    /** Reviewers of a blueprint (the paper does not say how many). An even number needs a `tieRule`. */
    judges: z.number().int().min(1).max(15).default(3),
    /** What an even split on a criterion counts as. With an odd number of judges it only matters when a vote is missing. */
    tieRule: z.enum(["zero"]).optional(),
    /** Fewest usable votes for a verdict; below it the blueprint is a failure (`JUDGE_ERROR`), not a rejection. */
    quorum: z.number().int().min(1).max(15).default(2),
    /** Least mean of the reviewers' totals, 0 to 4 (the paper's threshold is not published). */
    meanTotal: z.number().min(0).max(4).default(3),
    /** Rounds of feedback after the first try. Paper: 3 for retail, 5 for airline. 0 switches the loop off. */
    feedbackRounds: z.number().int().min(0).max(10).default(3),

    /** Attempts at a dialogue per blueprint (paper: 3). */
    attempts: z.number().int().min(1).max(10).default(3),
    /** True: all attempts run and every distinct success is kept, as in the paper. False: the first success ends it, which costs less. */
    keepAllSuccesses: z.boolean().default(false),
    /** Candidates for each human turn, of which a critic chooses (paper: 4). 1 switches the critic off. */
    bestOfN: z.number().int().min(1).max(16).default(4),
    /** Calls and replies of the agent in one dialogue (tau-bench: 30). */
    agentSteps: z.number().int().min(1).max(200).default(30),
    humanTurns: z.number().int().min(1).max(100).default(15),
    /** Tool errors in a row that end a dialogue. */
    consecutiveToolErrors: z.number().int().min(1).max(50).default(5),
    /** Failed writes that a kept dialogue may hold. */
    maxFailedWrites: z.number().int().min(0).max(50).default(2),
    /** Longest message of either party, in characters. */
    messageCharacters: z.number().int().min(100).max(100_000).default(4000),
    /** Wall clock of one dialogue, in minutes; waiting for a rate limit counts. */
    dialogueMinutes: z.number().min(0.1).max(1440).default(120),
    /**
     * Irregular replies of the agent that end an attempt as `parse_error`. All others are put right as tau-bench does (the first
     * of several calls counts, text beside a call is not shown, an id that was used gets a new one...). All are counted.
     */
    rejectReplies: z
      .array(
        z.enum([
          "parallel_calls",
          "text_with_call",
          "unknown_tool",
          "duplicate_call_id",
          "non_object_arguments",
          "agent_stop_marker",
          "inline_reasoning",
          "long_message"
        ])
      )
      .default([]),
    /** Which checks beyond the paper's turn a dialogue down, and which are only reported. */
    gates: Gates.prefault({}),

    temperatures: Temperatures.prefault({}),
    /** Upper bound of one reply, in tokens. */
    maxTokens: z
      .strictObject({
        generator: z.number().int().min(256).default(3000),
        reviewer: z.number().int().min(128).default(1200),
        feedback: z.number().int().min(128).default(800),
        agent: z.number().int().min(128).default(1500),
        human: z.number().int().min(32).default(400),
        critic: z.number().int().min(16).default(300)
      })
      .prefault({}),
    mistakes: Mistakes.prefault({})
  })
  .superRefine((config, context) => {
    if (config.judges % 2 === 0 && config.tieRule === undefined) {
      context.addIssue({
        code: "custom",
        path: ["judges"],
        message: `${config.judges} judges can be split evenly: take an odd number, or set tieRule to "zero"`
      })
    }
    if (config.quorum > config.judges) {
      context.addIssue({
        code: "custom",
        path: ["quorum"],
        message: `a quorum of ${config.quorum} is more than the ${config.judges} judges`
      })
    }
  })

export type ApigenMtConfig = z.output<typeof ApigenMtConfig>
