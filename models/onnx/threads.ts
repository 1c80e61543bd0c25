import { readFileSync } from "node:fs"
import { availableParallelism } from "node:os"

/**
 * Threads for one model: the physical cores that this process may use. ONNX Runtime would take the machine's physical cores,
 * also where the process has been given fewer.
 */
export const threads = (): number =>
  Math.max(1, Math.min(availableParallelism(), physicalCores() ?? Number.POSITIVE_INFINITY))

/** Known on Linux only. */
const physicalCores = (): number | undefined => {
  try {
    return coresOf(readFileSync("/proc/cpuinfo", "utf8"))
  } catch {
    return undefined
  }
}

/** Distinct pairs of socket and core in the text of /proc/cpuinfo; undefined where it names none, as on Arm. */
export const coresOf = (cpuinfo: string): number | undefined => {
  const cores = new Set(
    cpuinfo.split("\n\n").flatMap((processor) => {
      const core = /^core id\s*:\s*(\d+)/m.exec(processor)?.[1]
      return core === undefined ? [] : [`${/^physical id\s*:\s*(\d+)/m.exec(processor)?.[1] ?? "0"}/${core}`]
    })
  )
  return cores.size === 0 ? undefined : cores.size
}
