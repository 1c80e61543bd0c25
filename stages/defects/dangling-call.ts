import type { Defect } from "./defect.ts"

/** A call that nothing answers: what a cut transcript looks like. */
export const danglingCall: Defect = {
  name: "dangling-call",
  family: "tools",
  description: "A tool call is not answered.",
  plant: ({ messages }, random) => {
    const answers = messages.flatMap(({ role }, index) => (role === "tool" ? [index] : []))
    if (answers.length === 0) return null
    const index = random.pick(answers)
    return {
      messages: messages.toSpliced(index, 1),
      planted: { message: index, before: messages[index]?.content ?? null, after: null }
    }
  }
}
