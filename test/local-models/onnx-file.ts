/** Writes ONNX files: as much of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto as small test models need. */

export type ElementType = "float32" | "float16" | "int64"
const ELEMENT: Readonly<Record<ElementType, number>> = { float32: 1, int64: 7, float16: 10 }

export interface TensorData {
  readonly name: string
  readonly type: ElementType
  readonly shape: ReadonlyArray<number>
  /** Little-endian, row by row. */
  readonly bytes: Uint8Array
}

export interface ValueShape {
  readonly name: string
  readonly type: ElementType
  /** Numbers, and names where the size is free. */
  readonly shape: ReadonlyArray<number | string>
}

type Attribute = number | string | ReadonlyArray<number>

export interface Node {
  readonly op: string
  readonly inputs: ReadonlyArray<string>
  readonly outputs: ReadonlyArray<string>
  /** Whole numbers are written as integers; those that must be floats stand in `floats`. */
  readonly attributes?: Readonly<Record<string, Attribute>>
  readonly floats?: Readonly<Record<string, number>>
}

export interface Graph {
  readonly nodes: ReadonlyArray<Node>
  readonly weights: ReadonlyArray<TensorData>
  readonly inputs: ReadonlyArray<ValueShape>
  readonly outputs: ReadonlyArray<ValueShape>
}

/** A whole file, with the operators of version 17. */
export const onnxFile = (graph: Graph): Buffer =>
  message(
    whole(1, 8),
    nested(8, text(1, ""), whole(2, 17)),
    nested(
      7,
      ...graph.nodes.map((node) => nested(1, nodeBytes(node))),
      text(2, "graph"),
      ...graph.weights.map((weight) => nested(5, tensorBytes(weight))),
      ...graph.inputs.map((value) => nested(11, valueBytes(value))),
      ...graph.outputs.map((value) => nested(12, valueBytes(value)))
    )
  )

export const floats = (
  name: string,
  shape: ReadonlyArray<number>,
  values: ReadonlyArray<number> | Float32Array
): TensorData => ({
  name,
  type: "float32",
  shape,
  bytes: new Uint8Array(Float32Array.from(values).buffer)
})

export const integers = (name: string, shape: ReadonlyArray<number>, values: ReadonlyArray<number>): TensorData => ({
  name,
  type: "int64",
  shape,
  bytes: new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer)
})

const nodeBytes = ({ attributes = {}, floats = {}, inputs, op, outputs }: Node): Buffer =>
  message(
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => nested(5, text(1, name), attributeBytes(value))),
    ...Object.entries(floats).map(([name, value]) => nested(5, text(1, name), float(2, value), whole(20, 1)))
  )

const attributeBytes = (value: Attribute): Buffer =>
  typeof value === "number"
    ? message(whole(3, value), whole(20, 2))
    : typeof value === "string"
      ? message(text(4, value), whole(20, 3))
      : message(...value.map((item) => whole(8, item)), whole(20, 7))

const tensorBytes = ({ bytes, name, shape, type }: TensorData): Buffer =>
  message(...shape.map((size) => whole(1, size)), whole(2, ELEMENT[type]), text(8, name), field(9, bytes))

const valueBytes = ({ name, shape, type }: ValueShape): Buffer =>
  message(
    text(1, name),
    nested(
      2,
      nested(
        1,
        whole(1, ELEMENT[type]),
        nested(2, ...shape.map((size) => nested(1, typeof size === "number" ? whole(1, size) : text(2, size))))
      )
    )
  )

// Protocol buffers: a field is its number and wire type (0 varint, 2 bytes with their length, 5 four bytes), then its value.

const message = (...fields: ReadonlyArray<Uint8Array>): Buffer => Buffer.concat(fields)
const nested = (number: number, ...fields: ReadonlyArray<Uint8Array>): Buffer => field(number, message(...fields))
const text = (number: number, value: string): Buffer => field(number, Buffer.from(value))
const whole = (number: number, value: number): Buffer => message(varint(number * 8), varint(value))
const field = (number: number, bytes: Uint8Array): Buffer =>
  message(varint(number * 8 + 2), varint(bytes.length), bytes)
const float = (number: number, value: number): Buffer =>
  message(varint(number * 8 + 5), new Uint8Array(Float32Array.of(value).buffer))

const varint = (value: number): Buffer => {
  const bytes: Array<number> = []
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    const more = rest > 0x7fn
    bytes.push(Number(rest & 0x7fn) | (more ? 0x80 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Buffer.from(bytes)
}
