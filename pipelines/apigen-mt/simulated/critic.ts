import type { Simulated } from "../../pipeline.ts"
import { STOP } from "../prompts/human.ts"
import { asksForConsent, offersMore, reportsDone } from "../speech.ts"

const between = (text: string, tag: string): string =>
  new RegExp(`<${tag}>\\n([\\s\\S]*?)\\n</${tag}>`).exec(text)?.[1] ?? ""

const orders = (text: string) => new Set(text.match(/#W\d+/g) ?? [])

/**
 * A scripted critic. It judges by what it is shown alone and never looks behind the scenes, since at temperature 0 equal
 * requests of two items share one answer.
 */
export const simulatedCritic: Simulated[string] = ({ random, request }) => {
  const prompt = request.messages.at(-1)?.content ?? ""
  const [part, chat, message] = [between(prompt, "part"), between(prompt, "chat"), between(prompt, "message")]
  const { reason, score } = rate(part, chat, message, random.integer(0, 2))
  return { content: JSON.stringify({ reason, score }) }
}

const rate = (
  part: string,
  chat: string,
  message: string,
  noise: number
): { readonly reason: string; readonly score: number } => {
  const lines = chat.split("\n")
  const last = lines.at(-1) ?? ""
  if (message.includes(STOP)) {
    if (asksForConsent(last)) return { reason: "It leaves before the question is answered.", score: 0 }
    if (!reportsDone(last) && !offersMore(last)) return { reason: "Nothing has been reported as done.", score: noise }
    // Six lines are shown: only of a short dialogue can one say that something was never mentioned.
    const open = lines.length < 6 && [...orders(part)].some((order) => !chat.includes(order.slice(1)))
    if (open) return { reason: "An order of the part has not come up yet.", score: 1 }
    return { reason: "Everything seems to be settled.", score: 8 + noise }
  }
  if (/\b(?:can't recall|don't remember|no idea)\b/i.test(message)) {
    return { reason: "The part has the answer.", score: 1 + noise }
  }
  const wrong = [...orders(message)].some((order) => !part.includes(order) && !chat.includes(order.slice(1)))
  if (wrong) return { reason: "It names an order that the part does not know.", score: 1 }
  if (message.length > 400) return { reason: "It is long for a chat.", score: 5 + noise }
  return {
    reason: "It fits the part and moves things on.",
    score: 7 + noise + (message.length < 120 && noise > 0 ? 1 : 0)
  }
}
