import type { Random } from "../../../stages/random.ts"
import type { SampledTask } from "../samplers.ts"

const tempers = [
  "You are polite and to the point.",
  "You are in good spirits and like a friendly word.",
  "You are short of time and say so.",
  "You are a little annoyed, but fair when treated fairly.",
  "You are careful and want to understand each step before you agree.",
  "You write in short sentences.",
  "You are relaxed and somewhat talkative.",
  "You are formal in tone.",
  "You are tired after a long day and answer briefly.",
  "You are curious and ask back when something is unclear."
]

const motives = [
  "You have the evening off and want this out of the way.",
  "Your plans have changed since you ordered.",
  "You went through your mails this morning and noticed what needs doing.",
  "A friend asked you about it, which reminded you.",
  "You have put this off for some days.",
  "You are tidying up your orders before the end of the month.",
  "You are about to travel and want things settled first.",
  ""
]

const unknowns = [
  "You do not have your user id at hand and never learnt it.",
  "You do not know any internal numbers of the shop, only what is in your mails.",
  "You have no idea what your customer number is.",
  "You give your e-mail address or zip code when asked, and only what is needed.",
  "You remember order numbers, but not the numbers of single articles.",
  ""
]

const first = ["You want to", "You have written in because you want to", "What you want is to", "You would like to"]
const next = ["You also want to", "Besides, you want to", "Then you want to", "While you are at it, you also want to"]
const asking = [
  "You want to be told the answer to this question:",
  "There is something you want to know:",
  "Before you leave, you want an answer to this:",
  "You also have a question:"
]
const onlyAsking = [
  "You do not want anything changed; you have a question:",
  "You only want some information, and nothing done:",
  "All you want today is an answer:"
]

const fallbacks = [
  "If one of these things turns out to be impossible, you leave that one as it is and go on with the rest.",
  "If something cannot be done as you describe it, you ask why and then leave it unchanged.",
  "Should something you ask for not be possible, you accept it and do not look for a substitute.",
  "You will not take anything other than what you describe; if it cannot be had, that part stays as it is."
]
const stops = [
  "Once you have been told that all is done you say thanks and end the conversation.",
  "When everything is confirmed you are content and stop.",
  "After that there is nothing else; you say goodbye.",
  "You want nothing beyond this, and leave as soon as it is settled."
]

const proofOf = (task: SampledTask) => task.scenario.identity.slice(task.scenario.identity.indexOf(",") + 1).trim()
const nameOf = (task: SampledTask) => task.scenario.identity.split(",")[0] ?? ""

/** For tasks whose wishes alone nearly fill the instruction. */
export const shortOpeningOf = (task: SampledTask): string => `You are ${nameOf(task)} and in a hurry.`
export const shortIdentityOf = (task: SampledTask): string => `You can name your ${proofOf(task)}.`
export const shortEnding = "What cannot be done stays as it is. When all is done you stop."

/** "You are Ann Reed, e-mail ...": persona or temper follow, never a fact of the database. */
export const openingOf = (task: SampledTask, random: Random): string => {
  const name = nameOf(task)
  if (task.persona === null) return `You are ${name}. ${random.pick(tempers)}`
  const ways = [`You are ${name}, ${task.persona.text}.`, `Your name is ${name}; you are ${task.persona.text}.`]
  return `${random.pick(ways)}${random.boolean(0.4) ? ` ${random.pick(tempers)}` : ""}`
}

export const identityOf = (task: SampledTask, random: Random): string => {
  const proof = proofOf(task)
  const ways = [
    `To prove who you are you can give your name and your ${proof}.`,
    `Your ${proof.replace(/^(e-mail|zip code) /, "$1 is ")}, and that is how the shop knows you.`,
    `Asked who you are, you give your name and your ${proof}.`
  ]
  return `${random.pick(ways)} ${random.pick(unknowns)}`.trim()
}

export const requestsOf = (task: SampledTask, random: Random): ReadonlyArray<string> => {
  const motive = random.pick(motives)
  return task.scenario.writes.map(({ description }, index) => {
    const wish = wishOf(index === 0 ? random.pick(first) : random.pick(next), description)
    return index === 0 ? `${motive} ${wish}`.trim() : wish
  })
}

/** "in order #W1, swap A for B" after "You want to": the order goes to the front. */
const wishOf = (start: string, description: string): string => {
  const [, order, rest] = /^in (order #\w+), (.*)$/.exec(description) ?? []
  if (order === undefined) return `${start} ${description}.`
  return `${start.includes("also") || start.startsWith("Besides") ? "Also in" : "In"} ${order}, you want to ${rest}.`
}

export const questionsOf = (
  task: SampledTask,
  questions: ReadonlyArray<string>,
  random: Random
): ReadonlyArray<string> =>
  questions.map((question, index) => {
    if (index > 0) return `And another one: ${question}`
    return `${random.pick(task.kind === "info" ? onlyAsking : asking)} ${question}`
  })

export const endingOf = (task: SampledTask, random: Random): string => {
  if (task.deadEnd !== null) return `${task.deadEnd.ending} ${random.pick(stops.slice(2))}`
  return task.kind === "info" ? random.pick(stops.slice(1)) : `${random.pick(fallbacks)} ${random.pick(stops)}`
}

const plans = [
  "The data allows it, and each wish is worded so that one variant, order and method is meant.",
  "I checked status and availability in the data, then wrote the instruction round it.",
  "Every argument below is in the data; the customer knows what is needed and no more.",
  "The fallback keeps the ending unique should something fail."
]

export const thoughtOf = (task: SampledTask, random: Random): string => {
  const calls = task.walk.length === 0 ? "no change of the database" : task.walk.join(", then ")
  return `User ${task.scenario.userId}: ${calls}. ${random.pick(plans)}`
}
