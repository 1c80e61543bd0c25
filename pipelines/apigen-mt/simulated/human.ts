import type { ProviderRequest } from "../../../models/provider.ts"
import type { Random } from "../../../stages/random.ts"
import type { Simulated } from "../../pipeline.ts"
import { foreignFacts } from "../facts.ts"
import { overlap } from "../overlap.ts"
import { STOP } from "../prompts/human.ts"
import { asksForConsent, asksIdentity, offersMore, refuses, reportsDone } from "../speech.ts"
import { type DialogueBackstage, isDialogueBackstage } from "./backstage.ts"
import type { HumanMistake } from "./dialogue-mistakes.ts"
import { wordingsOf } from "./question-wordings.ts"
import { inStyle, loosen, lowerStart, upperStart } from "./style.ts"

/** What the customer settles one after the other: changes, then questions, or the one request that cannot be met. */
interface Topic {
  readonly gists: ReadonlyArray<string>
  readonly details: ReadonlyArray<string>
  /** Words that may only be said where the instruction has them. */
  readonly secrets: ReadonlyArray<string>
}

const topicsOf = (backstage: DialogueBackstage): ReadonlyArray<Topic> => [
  ...(backstage.deadEnd === null ? [] : [{ gists: [backstage.deadEnd], details: [backstage.deadEnd], secrets: [] }]),
  ...backstage.wanted,
  ...backstage.questions.map((question) => {
    const asked = wordingsOf(question)
    return { gists: asked, details: asked, secrets: [] }
  })
]

/** The agent is through with a topic. */
const closes = (line: string) => !asksForConsent(line) && !asksIdentity(line) && (offersMore(line) || reportsDone(line))

const YES = [
  "Yes, please go ahead",
  "Yes, that's right, go ahead",
  "Yes",
  "Yes please",
  "Yes, do it",
  "That's correct, yes",
  "Yep, that's fine, please proceed",
  "Yes, I confirm",
  "Sounds good, yes"
]

/**
 * A scripted customer. It reads its own history to see where the dialogue stands, tells one thing at a time, says yes to
 * proposals, and leaves when everything has been settled. Deterministic: the draws come from the call's address.
 */
export const simulatedHuman: Simulated[string] = ({ backstage, random, request }) => {
  if (!isDialogueBackstage(backstage)) return { content: STOP }
  const topics = topicsOf(backstage)
  const situation = read(request)
  const planted = mistake(backstage, situation, topics, random.fork("mistake"))
  if (planted !== null) return { content: planted.line, reasoning: `planted: ${planted.code}` }
  const line = speak(backstage, situation, topics, random)
  if (line === STOP) return { content: STOP }
  return { content: inStyle(line, backstage.style, random, situation.ownLines) }
}

interface Situation {
  /** What the agent said last. */
  readonly last: string
  readonly agentLines: ReadonlyArray<string>
  readonly ownLines: ReadonlyArray<string>
  /** Topics that the agent has settled. */
  readonly settled: number
}

const read = (request: ProviderRequest): Situation => {
  const said = (role: "user" | "assistant") =>
    request.messages.filter((message) => message.role === role).map((message) => message.content ?? "")
  const agentLines = said("user")
  return {
    last: agentLines.at(-1) ?? "",
    agentLines,
    ownLines: said("assistant"),
    // The first line is the greeting.
    settled: agentLines.slice(1).filter(closes).length
  }
}

const identity = ({ gold, user }: DialogueBackstage): string | null => {
  if (user === undefined) return null
  const instruction = gold.task.instruction.toLowerCase()
  const name = `${user.name.first_name} ${user.name.last_name}`
  if (instruction.includes(user.email.toLowerCase())) return `my e-mail is ${user.email}`
  if (instruction.includes(user.address.zip)) return `it's ${name}, zip code ${user.address.zip}`
  return null
}

const gave = (situation: Situation, fact: string) => situation.ownLines.some((line) => line.includes(fact))

/** The first wording that says nothing beyond the instruction. */
const known = (backstage: DialogueBackstage, { secrets }: Topic, versions: ReadonlyArray<string>): string | undefined =>
  versions.find((version) => {
    const lower = version.toLowerCase()
    return (
      foreignFacts(version, backstage.known).length === 0 &&
      secrets.every((secret) => !lower.includes(secret) || backstage.known.text.includes(secret))
    )
  })

const unknown = ["I'm afraid that's all I can tell you about it", "I don't know more about it than that, sorry"]

const speak = (
  backstage: DialogueBackstage,
  situation: Situation,
  topics: ReadonlyArray<Topic>,
  random: Random
): string => {
  const { last, ownLines, settled } = situation
  const topic = topics[settled]
  const who = identity(backstage)
  const proof =
    backstage.user === undefined ? "" : who?.includes("@") ? backstage.user.email : backstage.user.address.zip
  // With much to settle people come to the point sooner.
  const vague = topics.length > 4 ? 0 : topics.length > 3 ? 0.25 : 0.65
  const inOwnWords = (of: Topic, versions: ReadonlyArray<string>) => {
    const line = known(backstage, of, versions) ?? random.pick(unknown)
    return overlap(line, backstage.instructionGrams) > 0.4 ? loosen(line, backstage.instructionGrams, random) : line
  }
  const gist = (of: Topic) => inOwnWords(of, [random.pick(of.gists), ...of.gists])
  const detail = (of: Topic) => inOwnWords(of, of.details)

  if (ownLines.length === 0) {
    const opening = topic === undefined ? "I need some help" : random.boolean(vague) ? gist(topic) : detail(topic)
    const hello = random.pick(["Hi, ", "Hello, ", "Hi there! ", "", "Good day. ", "Hey, "])
    const told = who !== null && random.boolean(0.3) ? `${/[.!?]$/.test(opening) ? "" : "."} ${upperStart(who)}` : ""
    return `${hello}${hello.endsWith(", ") ? lowerStart(opening) : upperStart(opening)}${told}`
  }
  if (asksIdentity(last) && !asksForConsent(last)) {
    if (who === null) return "I'm afraid I don't have that at hand"
    const again = gave(situation, proof) ? "As I said, " : random.pick(["Sure, ", "Of course, ", "", "OK, "])
    return `${again}${who}`
  }
  if (asksForConsent(last)) return random.pick(YES)
  if (closes(last)) {
    if (topic === undefined) return STOP
    const link = random.pick(["Also, ", "One more thing: ", "Next, ", "And then ", "While I'm here, "])
    return `${link}${lowerStart(random.boolean(vague) ? gist(topic) : detail(topic))}`
  }
  if (refuses(last)) {
    const pleaded = ownLines.some((line) => line.includes("exception"))
    return pleaded ? STOP : "Is there really no exception you could make?"
  }
  if (topic === undefined) return STOP
  return detail(topic)
}

/** In about half of the candidates of the turns where there is occasion: so that others are left to choose. */
const mistake = (
  backstage: DialogueBackstage,
  { last, ownLines, settled }: Situation,
  topics: ReadonlyArray<Topic>,
  random: Random
): { readonly code: HumanMistake; readonly line: string } | null => {
  const code = backstage.humanMistake
  if (code === null || !random.boolean(0.5)) return null
  const at = (line: string) => ({ code, line })
  switch (code) {
    case "premature_stop":
      return asksForConsent(last) ? at(random.pick([`Yes, thanks! ${STOP}`, `Yes please. Bye! ${STOP}`])) : null
    case "early_goodbye":
      return closes(last) && settled < topics.length ? at(STOP) : null
    case "hallucinated_id":
      return ownLines.length === 1
        ? at(`It's about order #W${random.integer(1_000_000, 9_999_999)}, please have a look`)
        : null
    case "tool_name":
      return ownLines.length === 1 ? at("Can you just run get_order_details for me and sort it out?") : null
    case "verbatim_quote":
      return ownLines.length <= 1 ? at(backstage.gold.task.instruction.split(" ").slice(0, 28).join(" ")) : null
    case "unhelpful":
      return ownLines.length > 0 && !asksForConsent(last) && !closes(last) ? at("I can't recall, sorry.") : null
  }
}
