import type { Random } from "../../../stages/random.ts"
import type { Simulated } from "../../pipeline.ts"
import type { ReviewerBackstage } from "../review.ts"
import { mistakeOf } from "./mistakes.ts"

const names = ["correctness", "completeness", "satisfaction", "creativity"] as const
type Name = (typeof names)[number]

const praise = [
  "The calls match the instruction item by item, and the diff shows nothing else.",
  "Playing it through, I would know at each point what to answer, and end up with this database.",
  "An assistant who follows the policy gets to these calls without guessing.",
  "Each change in the diff has its sentence in the instruction."
]

const complaints: Readonly<Record<Name, ReadonlyArray<string>>> = {
  correctness: [
    "One of the calls does not do what the instruction says.",
    "The diff holds a change that does not agree with the words of the customer."
  ],
  completeness: [
    "The instruction and the calls do not cover the same ground: something is asked for and not done, or left open.",
    "From the instruction alone I could end up with a different database."
  ],
  satisfaction: [
    "The customer asks something that no output answers.",
    "One question of the instruction stays without an answer in the outputs."
  ],
  creativity: ["Correct, but as plain as such a request can be.", "I have seen this request many times."]
}

const corrections: Readonly<Record<Name, string>> = {
  correctness:
    "Bring calls and instruction into agreement: same variant, same address, same method, and nothing that was not asked for.",
  completeness: "Spell out every wish so that only one ending is possible, and cover each with a call.",
  satisfaction: "Answer each question of the instruction in outputs, or take the question out.",
  creativity: "Give the customer a reason that is their own."
}

/**
 * A reviewer who knows what was planted and still overlooks some of it, as reviewers do: each vote misses a mistake with
 * the configured chance, and now and then finds fault where there is none. With three votes the committee then catches about
 * nine of ten such mistakes.
 */
export const simulatedReviewer: Simulated[string] = ({ backstage, random }) => {
  const behind = backstage as ReviewerBackstage
  const { mistakes } = behind
  const scores: Record<Name, number> = { correctness: 1, completeness: 1, satisfaction: 1, creativity: 1 }
  for (const code of behind.planted) {
    if (!random.boolean(mistakes.reviewerMisses)) scores[mistakeOf(code)?.criterion ?? "correctness"] = 0
  }
  if (random.boolean(mistakes.reviewerFalseAlarms * 3)) {
    scores[random.pick(["correctness", "completeness", "satisfaction"] as const)] = 0
  }
  if (random.boolean(behind.writes > 1 || behind.kind === "mixed" ? 0.05 : 0.15)) scores.creativity = 0

  const lost = names.filter((name) => scores[name] === 0)
  const sum = names.reduce((total, name) => total + scores[name], 0)
  const broken = random.boolean(mistakes.reviewerBrokenReplies)
  if (broken && random.boolean(0.5)) return { content: "I would accept this test case as it stands." }
  return {
    content: JSON.stringify({
      reflection: reflectionOf(lost, random),
      scores,
      total: broken ? sum + 1 : sum,
      correction: lost[0] === undefined ? null : corrections[lost[0]]
    })
  }
}

const reflectionOf = (lost: ReadonlyArray<Name>, random: Random): string =>
  lost.length === 0 ? random.pick(praise) : lost.map((name) => random.pick(complaints[name])).join(" ")
