import { randomBytes } from "node:crypto"
import { readlinkSync } from "node:fs"
import { hostname } from "node:os"

const processNamespace = (): string => {
  try {
    return readlinkSync("/proc/self/ns/pid")
  } catch {
    return ""
  }
}

/**
 * Where a process id means the same process: on this host, among the processes that this one can see. Containers may share
 * their host's name and still count their processes each from 1.
 */
export const MACHINE: { readonly host: string; readonly namespace: string } = {
  host: hostname(),
  namespace: processNamespace()
}

/** Tells this process from another that had its id before: the first process of a container always has the same one. */
export const PROCESS_TOKEN = randomBytes(4).toString("hex")

/** True where a process of this id runs on this machine now; it need not be the one that is meant. */
export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "EPERM"
  }
}
