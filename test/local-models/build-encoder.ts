/** Writes the fetched encoder's own weights as ONNX in full and in half precision. Usage: node build-encoder.ts FOLDER */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type BertSizes, bertGraph, type Weights } from "./bert.ts"
import { onnxFile } from "./onnx-file.ts"

/** The tensors of a safetensors file, all of which must be 32-bit floats: https://github.com/huggingface/safetensors#format */
export const safetensors = (path: string): Weights => {
  const file = readFileSync(path)
  const header = Number(file.readBigUInt64LE(0))
  const entries: Record<
    string,
    { dtype: string; shape: ReadonlyArray<number>; data_offsets: readonly [number, number] }
  > = JSON.parse(file.toString("utf8", 8, 8 + header))
  return (name, shape) => {
    const entry = entries[name]
    if (entry?.dtype !== "F32" || entry.shape.join() !== shape.join()) {
      throw new Error(`${path}: ${name} is ${JSON.stringify(entry)}, expected F32 of shape ${shape.join(", ")}`)
    }
    const [start, end] = entry.data_offsets.map((offset) => 8 + header + offset) as [number, number]
    return new Float32Array(Uint8Array.from(file.subarray(start, end)).buffer)
  }
}

const [folder] = process.argv.slice(2)
if (process.argv[1] === import.meta.filename && folder !== undefined) {
  const sizes: BertSizes = JSON.parse(readFileSync(join(folder, "config.json"), "utf8"))
  const weights = safetensors(join(folder, "model.safetensors"))
  mkdirSync(join(folder, "onnx"), { recursive: true })
  for (const [file, precision] of [
    ["model.onnx", "float32"],
    ["model_fp16.onnx", "float16"]
  ] as const) {
    const path = join(folder, "onnx", file)
    if (existsSync(path)) continue
    writeFileSync(`${path}.part`, onnxFile(bertGraph(sizes, weights, precision)))
    renameSync(`${path}.part`, path)
  }
}
