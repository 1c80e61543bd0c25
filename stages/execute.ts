import type { Action, Environment, Observation, Replay, Step } from "./environment.ts"
import type { State } from "./state.ts"
import { argumentIssues } from "./tool-arguments.ts"

const failed = (text: string): Observation => ({ text, isError: true, terminated: false })

/**
 * Runs one action on `state`, in place. Never throws: an unknown tool, arguments that its schema does not allow, a tool
 * that refuses and a tool that throws all give an observation that begins with `Error` and leave the state as it was.
 */
export const execute = (environment: Environment, state: State, action: Action): Observation => {
  const found = environment.tools.get(action.name)
  if (found === undefined) return failed(`Error: unknown tool ${action.name}`)
  const issues = argumentIssues(found.tool.parameters, action.arguments)
  if (issues.length > 0) {
    return failed(`Error: invalid arguments: ${issues.map((issue) => `${issue.pointer} ${issue.message}`).join("; ")}`)
  }
  // The tool works on a fork, so that whatever it did before it failed is gone.
  const trial = state.fork()
  try {
    const text = found.run(trial, action.arguments)
    if (text.startsWith("Error")) return failed(text)
    state.adopt(trial)
    return { text, isError: false, terminated: found.terminates }
  } catch (cause) {
    return failed(`Error: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

/** Runs actions in order on a fork of `from` (default: the initial state), to the end even where some of them fail. */
export const replay = (
  environment: Environment,
  actions: ReadonlyArray<Action>,
  from: State = environment.initial
): Replay => {
  const steps: Array<Step> = []
  const states: Array<State> = [from.fork()]
  const state = from.fork()
  for (const action of actions) {
    const before = states[states.length - 1] as State
    const observation = execute(environment, state, action)
    steps.push({ action, observation, diff: observation.isError ? "" : state.diffFrom(before) })
    states.push(state.fork())
  }
  return { steps, states, final: state }
}
