import type { Message } from "../../schemas/message.ts"
import type { DialogueView } from "../pipeline.ts"
import type { Trajectory } from "./trajectory-tables.ts"

/**
 * A trajectory as filters see it. The policy is what the agent may quote facts from, and an instruction that it must not recite; it
 * is no message, so that a finding's message is that of the row.
 */
export const trajectoryDialogue: DialogueView = {
  subject: (row) => {
    const { messages, system: policy, tools, trajectory_id } = row as Trajectory
    return {
      id: trajectory_id,
      messages: messages.map(plain),
      tools,
      sources: [policy],
      instructions: [policy],
      language: "en"
    }
  },
  withMessages: (row, messages) => ({
    ...(row as Trajectory),
    messages: messages.map((message, index) => ({
      ...message,
      index,
      ...(message.role === "tool" ? { is_error: (message.content ?? "").startsWith("Error") } : {})
    }))
  })
}

const plain = ({ index: _, is_error: __, ...message }: Trajectory["messages"][number]): Message => message
