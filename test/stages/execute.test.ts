import { assert, describe, it } from "@effect/vitest"
import type { JsonObject } from "../../schemas/json.ts"
import type { Environment, EnvironmentTool } from "../../stages/environment.ts"
import { execute, replay } from "../../stages/execute.ts"
import { State } from "../../stages/state.ts"

const tool = (name: string, run: EnvironmentTool["run"], terminates = false): [string, EnvironmentTool] => [
  name,
  {
    kind: "write",
    terminates,
    tool: {
      name,
      description: name,
      parameters: { type: "object", properties: { n: { type: "number" } }, required: ["n"] }
    },
    run
  }
]

const set = (state: State, input: JsonObject) => {
  state.put("counters", "a", { n: input.n ?? null })
  return "done"
}

const environment: Environment = {
  initial: State.of({ tables: { counters: { a: { n: 0 } } } }),
  tools: new Map([
    tool("set", set),
    tool("set-and-throw", (state, input) => {
      set(state, input)
      throw new Error("the disk is full")
    }),
    tool("set-and-refuse", (state, input) => {
      set(state, input)
      return "Error: not today"
    }),
    tool("finish", () => "bye", true)
  ])
}

const run = (name: string, input: JsonObject = { n: 1 }) => {
  const state = environment.initial.fork()
  const observation = execute(environment, state, { name, arguments: input })
  return { observation, changed: state.hash() !== environment.initial.hash() }
}

describe("execute", () => {
  it("runs a tool on the state", () =>
    assert.deepStrictEqual(run("set"), {
      observation: { text: "done", isError: false, terminated: false },
      changed: true
    }))

  it("answers an unknown tool with an error that names it", () =>
    assert.deepStrictEqual(run("fly"), {
      observation: { text: "Error: unknown tool fly", isError: true, terminated: false },
      changed: false
    }))

  it("answers arguments that the schema forbids with every issue", () =>
    assert.deepStrictEqual(run("set", { n: "1", m: 2 }), {
      observation: {
        text: "Error: invalid arguments: /n must be a number, is a string; /m is not a parameter of this tool",
        isError: true,
        terminated: false
      },
      changed: false
    }))

  it("undoes what a tool wrote before it threw", () =>
    assert.deepStrictEqual(run("set-and-throw"), {
      observation: { text: "Error: the disk is full", isError: true, terminated: false },
      changed: false
    }))

  it("undoes what a tool wrote before it refused", () =>
    assert.deepStrictEqual(run("set-and-refuse"), {
      observation: { text: "Error: not today", isError: true, terminated: false },
      changed: false
    }))

  it("says when a tool ends the episode", () => assert.isTrue(run("finish").observation.terminated))
})

describe("replay", () => {
  const { final, states, steps } = replay(environment, [
    { name: "set", arguments: { n: 1 } },
    { name: "fly", arguments: {} },
    { name: "set", arguments: { n: 1 } },
    { name: "set", arguments: { n: 2 } }
  ])

  it("gives each step its own diff, empty where it failed or changed nothing", () => {
    assert.deepStrictEqual(
      steps.map((step) => step.diff.split("\n").filter((line) => /^[-+] /.test(line))),
      [['-  "n": 0', '+  "n": 1'], [], [], ['-  "n": 1', '+  "n": 2']]
    )
    assert.deepStrictEqual([steps[1]?.diff, steps[2]?.diff], ["", ""])
  })

  it("keeps the state before each step and the last one, and leaves the initial state alone", () => {
    assert.deepStrictEqual(
      states.map((state) => state.get("counters", "a")?.n),
      [0, 1, 1, 1, 2]
    )
    assert.strictEqual(final.hash(), states[4]?.hash())
    assert.deepStrictEqual(environment.initial.get("counters", "a"), { n: 0 })
  })

  it("starts where it is told to, and leaves that state alone", () => {
    const from = environment.initial.fork()
    from.put("counters", "a", { n: 7 })
    const again = replay(environment, [{ name: "set", arguments: { n: 8 } }], from)
    assert.deepStrictEqual(
      [again.states[0], again.final, from].map((state) => state?.get("counters", "a")?.n),
      [7, 8, 7]
    )
  })
})
