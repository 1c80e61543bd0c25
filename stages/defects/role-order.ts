import type { Message } from "../../schemas/message.ts"
import { type Defect, type Spoilt, turnsOf } from "./defect.ts"

/** Two turns change places: the answer comes before the question. */
const swapped = (messages: ReadonlyArray<Message>, index: number): Spoilt => {
  const first = messages[index] as Message
  const second = messages[index + 1] as Message
  return {
    messages: messages.with(index, second).with(index + 1, first),
    planted: { message: index, before: first.content, after: second.content }
  }
}

/** A turn is lost, so that one party speaks twice. */
const lost = (messages: ReadonlyArray<Message>, index: number): Spoilt => ({
  messages: messages.toSpliced(index, 1),
  planted: { message: index, before: messages[index]?.content ?? null, after: null }
})

/** The parties do not take turns. */
export const roleOrder: Defect = {
  name: "role-order",
  family: "structure",
  description: "Two turns have changed places, or one between two turns of the other party is lost.",
  plant: ({ messages }, random) => {
    const turns = new Set(turnsOf(messages, ["user", "assistant"]))
    const differ = (one: number, other: number) => messages[one]?.role !== messages[other]?.role
    const swaps = [...turns].filter((index) => turns.has(index + 1) && differ(index, index + 1))
    // In the middle: a dialogue that begins or ends a turn later may still be one.
    const losses = [...turns].filter(
      (index) =>
        turns.has(index - 1) && turns.has(index + 1) && differ(index - 1, index) && !differ(index - 1, index + 1)
    )
    const ways = [
      ...swaps.map((index) => () => swapped(messages, index)),
      ...losses.map((index) => () => lost(messages, index))
    ]
    return ways.length === 0 ? null : random.pick(ways)()
  }
}
