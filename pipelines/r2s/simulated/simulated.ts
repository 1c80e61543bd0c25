import type { ProviderRequest } from "../../../models/provider.ts"
import type { SimulatedReply } from "../../../models/simulated.ts"
import type { Random } from "../../../stages/random.ts"
import type { Simulated } from "../../pipeline.ts"
import { isR2sBackstage, type R2sBackstage } from "./backstage.ts"
import { judge } from "./judge.ts"
import { characters, decide, find, write } from "./roles.ts"
import { whole } from "./whole.ts"

interface Call {
  readonly request: ProviderRequest
  readonly backstage: unknown
  readonly random: Random
}

const PARTS = { characters, decide, find, write, whole } as const

/** Without the backstage nothing is known of the document: that is a mistake of ours, and throws. */
const known = (backstage: unknown): R2sBackstage => {
  if (!isR2sBackstage(backstage)) throw new Error("The simulated models of r2s were asked without their backstage.")
  return backstage
}

const speaks = ({ backstage, random, request }: Call): SimulatedReply => {
  const seen = known(backstage)
  if (seen.part === "judge") throw new Error("The simulated judge was asked under another role.")
  const reply = PARTS[seen.part](seen)
  // Whoever was shown what is wrong puts it right.
  const isFirst = !request.messages.some(({ role }) => role === "assistant")
  return isFirst && random.boolean(seen.mistakes.brokenReplies)
    ? { ...reply, content: cut(reply.content ?? "") }
    : reply
}

const cut = (text: string): string => text.slice(0, Math.floor(text.length * 0.6))

/**
 * The scripted models of R2S. They are extractive: what B states is a sentence of the document, word for word. They err on purpose at
 * the rates of `mistakes`, and say so in their reasoning.
 */
export const simulated: Simulated = {
  planner: speaks,
  finder: speaks,
  writer: speaks,
  judge: ({ backstage, random, request }) => judge(known(backstage), request, random)
}
