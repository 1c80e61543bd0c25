import { assert, describe, it } from "@effect/vitest"
import { sigmoid, softmax } from "../../../models/onnx/activation.ts"
import { kindOf, wordsOf } from "../../../models/onnx/load-error.ts"
import { normalised, pool } from "../../../models/onnx/pooling.ts"
import { coresOf, threads } from "../../../models/onnx/threads.ts"

describe("pooling", () => {
  // Two texts of three tokens of two numbers; the second has two tokens and padding.
  const states = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 99, 99]
  const second = { row: 1, length: 3, size: 2 }

  it("takes the mean, the first or the last of the text's own tokens, and no padding", () => {
    assert.deepStrictEqual(pool(states, second, 2, "mean"), [8, 9])
    assert.deepStrictEqual(pool(states, second, 2, "cls"), [7, 8])
    assert.deepStrictEqual(pool(states, second, 2, "last"), [9, 10])
    assert.deepStrictEqual(pool(states, { ...second, row: 0 }, 3, "mean"), [3, 4])
  })

  it("gives vectors of length 1, and no number where there is no direction", () => {
    assert.deepStrictEqual(normalised([3, 4]), [0.6, 0.8])
    assert.deepStrictEqual(normalised([0, 0]), [Number.NaN, Number.NaN])
  })
})

describe("activations", () => {
  it("stay finite for logits that would overflow", () => {
    assert.deepStrictEqual(softmax([1_000, 0]), [1, 0])
    assert.deepStrictEqual(softmax([-1_000, -1_000]), [0.5, 0.5])
    assert.deepStrictEqual([sigmoid(-1_000), sigmoid(0), sigmoid(1_000)], [0, 0.5, 1])
  })
})

describe("failures of the runtime", () => {
  it("are out of memory by their words, and otherwise a model that does not run", () => {
    for (const message of [
      "std::bad_alloc",
      "Failed to allocate memory for requested buffer of size 4398046511104",
      "CUDA failure 2: out of memory",
      "Array buffer allocation failed"
    ]) {
      assert.strictEqual(kindOf(new Error(message)), "out_of_memory")
    }
    assert.strictEqual(kindOf(new Error("Protobuf parsing failed.")), "unsupported")
    assert.strictEqual(kindOf("not an error"), "unsupported")
  })

  it("are told in one line", () => {
    assert.strictEqual(wordsOf(new Error("first\n  second ")), "first second")
    assert.lengthOf(wordsOf(new Error("x".repeat(10_000))), 400)
  })
})

describe("threads", () => {
  it("are as many as physical cores, not as hyper-threads", () => {
    const processor = (socket: number, core: number) =>
      `processor\t: 0\nphysical id\t: ${socket}\ncore id\t\t: ${core}\n`
    assert.strictEqual(coresOf([processor(0, 0), processor(0, 1), processor(0, 0), processor(0, 1)].join("\n")), 2)
    assert.strictEqual(coresOf([processor(0, 0), processor(1, 0)].join("\n")), 2)
    assert.strictEqual(coresOf("processor\t: 0\nBogoMIPS\t: 50.00\n"), undefined)
  })

  it("are at least one", () => {
    assert.isAtLeast(threads(), 1)
  })
})
