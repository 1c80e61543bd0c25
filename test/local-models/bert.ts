import { floats, type Graph, integers, type Node, type TensorData } from "./onnx-file.ts"

/** The sizes of a BERT encoder, as in its config.json. */
export interface BertSizes {
  readonly hidden_size: number
  readonly num_hidden_layers: number
  readonly num_attention_heads: number
  readonly intermediate_size: number
  readonly vocab_size: number
  readonly max_position_embeddings: number
  readonly type_vocab_size: number
  readonly layer_norm_eps: number
}

/** A weight by the name that PyTorch's state dictionary gives it; linear ones have shape [out, in]. */
export type Weights = (name: string, shape: ReadonlyArray<number>) => Float32Array

/**
 * BERT (Devlin et al. 2019, arXiv:1810.04805) as a graph: input_ids, attention_mask and token_type_ids of [batch, length] to
 * last_hidden_state of [batch, length, hidden]. In half precision weights and computation are 16 bits wide, the output 32.
 */
export const bertGraph = (sizes: BertSizes, weights: Weights, precision: "float32" | "float16" = "float32"): Graph => {
  const nodes: Array<Node> = []
  const tensors: Array<TensorData> = []
  const hidden = sizes.hidden_size
  const perHead = hidden / sizes.num_attention_heads
  let count = 0

  const node = (op: string, inputs: ReadonlyArray<string>, more: Partial<Node> = {}): string => {
    const output = `${op}_${count++}`
    nodes.push({ op, inputs, outputs: [output], ...more })
    return output
  }
  const constant = (
    name: string,
    shape: ReadonlyArray<number>,
    values: Float32Array | ReadonlyArray<number>
  ): string => {
    tensors.push(precision === "float16" ? halves(name, shape, values) : floats(name, shape, values))
    return name
  }
  const shapes = new Map<string, string>()
  const shape = (...values: ReadonlyArray<number>): string => {
    const key = values.join(",")
    const known = shapes.get(key) ?? `shape_${shapes.size}`
    if (!shapes.has(key)) tensors.push(integers(known, [values.length], values))
    shapes.set(key, known)
    return known
  }
  const scalar = (name: string, value: number): string => constant(name, [], [value])
  const weight = (name: string, shape: ReadonlyArray<number>) => constant(name, shape, weights(name, shape))
  const norm = (input: string, name: string) =>
    node("LayerNormalization", [input, weight(`${name}.weight`, [hidden]), weight(`${name}.bias`, [hidden])], {
      attributes: { axis: -1 },
      floats: { epsilon: sizes.layer_norm_eps }
    })
  const linear = (input: string, name: string, from: number, to: number) => {
    const matrix = constant(`${name}.weight`, [from, to], transposed(weights(`${name}.weight`, [to, from]), to, from))
    return node("Add", [node("MatMul", [input, matrix]), weight(`${name}.bias`, [to])])
  }
  const heads = (input: string, order: ReadonlyArray<number>) =>
    node("Transpose", [node("Reshape", [input, shape(0, 0, sizes.num_attention_heads, perHead)])], {
      attributes: { perm: order }
    })

  const [one, half, root2, lowest, scale] = [
    scalar("one", 1),
    scalar("half", 0.5),
    scalar("root2", Math.SQRT2),
    scalar("lowest", -10_000),
    scalar("scale", 1 / Math.sqrt(perHead))
  ]
  tensors.push(integers("zero_index", [], [0]), integers("one_index", [], [1]))
  const length = node("Gather", [node("Shape", ["input_ids"]), "one_index"], { attributes: { axis: 0 } })
  const positions = node("Range", ["zero_index", length, "one_index"])
  const table = (name: string, rows: number) => weight(`embeddings.${name}.weight`, [rows, hidden])
  let state = norm(
    node("Add", [
      node("Add", [
        node("Gather", [table("word_embeddings", sizes.vocab_size), "input_ids"]),
        node("Gather", [table("token_type_embeddings", sizes.type_vocab_size), "token_type_ids"])
      ]),
      node("Gather", [table("position_embeddings", sizes.max_position_embeddings), positions])
    ]),
    "embeddings.LayerNorm"
  )
  const present = node("Cast", ["attention_mask"], { attributes: { to: precision === "float16" ? 10 : 1 } })
  const mask = node("Unsqueeze", [node("Mul", [node("Sub", [one, present]), lowest]), shape(1, 2)])

  for (let layer = 0; layer < sizes.num_hidden_layers; layer++) {
    const name = `encoder.layer.${layer}`
    const part = (which: string) => linear(state, `${name}.attention.self.${which}`, hidden, hidden)
    const scores = node("MatMul", [heads(part("query"), [0, 2, 1, 3]), heads(part("key"), [0, 2, 3, 1])])
    const attention = node("Softmax", [node("Add", [node("Mul", [scores, scale]), mask])], { attributes: { axis: -1 } })
    const mixed = node("MatMul", [attention, heads(part("value"), [0, 2, 1, 3])])
    const joined = node("Reshape", [
      node("Transpose", [mixed], { attributes: { perm: [0, 2, 1, 3] } }),
      shape(0, 0, hidden)
    ])
    state = norm(
      node("Add", [linear(joined, `${name}.attention.output.dense`, hidden, hidden), state]),
      `${name}.attention.output.LayerNorm`
    )
    const wide = linear(state, `${name}.intermediate.dense`, hidden, sizes.intermediate_size)
    const gelu = node("Mul", [node("Mul", [wide, node("Add", [node("Erf", [node("Div", [wide, root2])]), one])]), half])
    state = norm(
      node("Add", [linear(gelu, `${name}.output.dense`, sizes.intermediate_size, hidden), state]),
      `${name}.output.LayerNorm`
    )
  }
  nodes.push({ op: "Cast", inputs: [state], outputs: ["last_hidden_state"], attributes: { to: 1 } })
  return {
    nodes,
    weights: tensors,
    inputs: ["input_ids", "attention_mask", "token_type_ids"].map((name) => ({
      name,
      type: "int64" as const,
      shape: ["batch", "length"]
    })),
    outputs: [{ name: "last_hidden_state", type: "float32", shape: ["batch", "length", hidden] }]
  }
}

const transposed = (values: Float32Array, rows: number, columns: number): Float32Array => {
  const result = new Float32Array(values.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = values[row * columns + column] as number
  }
  return result
}

const halves = (
  name: string,
  shape: ReadonlyArray<number>,
  values: Float32Array | ReadonlyArray<number>
): TensorData => {
  const bytes = new Uint8Array(values.length * 2)
  const view = new DataView(bytes.buffer) as DataView & {
    setFloat16(offset: number, value: number, little: boolean): void
  }
  values.forEach((value, index) => {
    view.setFloat16(index * 2, value, true)
  })
  return { name, type: "float16", shape, bytes }
}
