// Runs on any Node: where it is older than the one that runs TypeScript as it is, the checkout's own takes over.
// Keep this file free of syntax newer than Node 18.
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import nodeModule from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const [major, minor] = process.versions.node.split(".").map(Number)
const current = major > 22 || (major === 22 && minor >= 19)
const root = join(dirname(fileURLToPath(import.meta.url)), "..")
if (current) {
  // Compiled code is kept, which halves the time to start. Here and not in the shared temporary folder, where it could be forged.
  nodeModule.enableCompileCache?.(join(root, "node_modules", ".cache", "dialoom"))
  await import("./dialoom.ts")
} else {
  const names = process.platform === "win32" ? ["node.cmd", "node.exe"] : ["node"]
  const local = names.map((name) => join(root, "node_modules", ".bin", name)).find((path) => existsSync(path))
  if (local === undefined || process.env.DIALOOM_RELAUNCHED === "1") {
    console.error(
      `Dialoom needs Node 22.19 or newer, this is ${process.versions.node}. Run "npm ci" in the checkout (it brings a current Node along), or install Node 24.`
    )
    process.exit(2)
  }
  const child = spawnSync(local, [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
    shell: process.platform === "win32",
    env: { ...process.env, DIALOOM_RELAUNCHED: "1" }
  })
  process.exit(child.status ?? 1)
}
