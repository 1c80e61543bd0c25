import { type Dirent, readdirSync, realpathSync, statSync } from "node:fs"
import { join, relative, sep } from "node:path"

/** A file below a folder: `file` is its path from there, with `/` between folders, whatever the system writes. */
export interface FoundFile {
  readonly file: string
  readonly path: string
}

export interface Walked {
  /** By path. */
  readonly files: ReadonlyArray<FoundFile>
  /** Links that were not followed: they lead out of the folder, or nowhere. */
  readonly strayLinks: number
}

/**
 * All files below a folder, each once. `node_modules` and names that begin with a dot are passed over. Links are followed where they
 * stay within the folder, and what is reached by its own name is not reached by a link once more. Throws where a folder cannot be read.
 */
export const walkFolder = (folder: string): Walked => {
  const root = realpathSync(folder)
  const files: Array<FoundFile> = []
  /** Real paths: of folders that were entered and of files that were found. */
  const seen = new Set<string>()
  let links: Array<string> = []
  let strayLinks = 0

  const found = (path: string, real: string) => {
    seen.add(real)
    files.push({ file: relative(root, path).split(sep).join("/"), path })
  }
  const enter = (start: string, real: string) => {
    const left: Array<readonly [path: string, real: string]> = [[start, real]]
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const [path, realPath] = next
      if (seen.has(realPath)) continue
      seen.add(realPath)
      for (const entry of readdirSync(path, { withFileTypes: true })) {
        if (isPassedOver(entry)) continue
        const below = join(path, entry.name)
        if (entry.isSymbolicLink()) links.push(below)
        else if (entry.isDirectory()) left.push([below, join(realPath, entry.name)])
        else if (entry.isFile() && !seen.has(join(realPath, entry.name))) found(below, join(realPath, entry.name))
      }
    }
  }

  enter(root, root)
  // Real names first. A folder behind a link may hold links itself. By path, so that what a file is called does not hang on the disk.
  while (links.length > 0) {
    const round = links.sort()
    links = []
    for (const link of round) {
      const real = targetOf(link)
      if (real === null || !isWithin(root, real)) strayLinks++
      else if (seen.has(real)) continue
      else if (statSync(real).isDirectory()) enter(link, real)
      else if (statSync(real).isFile()) found(link, real)
    }
  }
  return { files: files.sort((left, right) => (left.file < right.file ? -1 : 1)), strayLinks }
}

const isPassedOver = ({ name }: Dirent): boolean => name === "node_modules" || name.startsWith(".")

const isWithin = (root: string, path: string): boolean => path === root || path.startsWith(root + sep)

const targetOf = (link: string): string | null => {
  try {
    return realpathSync(link)
  } catch {
    return null
  }
}
