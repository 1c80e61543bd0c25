import { closeSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs"
import { join } from "node:path"
import { Effect, type Scope } from "effect"
import { type DatasetError, fileError } from "../dataset-error.ts"
import { Numbers } from "./row-numbers.ts"

/** A folder of its own below `folder`, removed with the scope. A process that is killed leaves it, and nothing in it. */
export const workFolder = (folder: string): Effect.Effect<string, DatasetError, Scope.Scope> =>
  Effect.acquireRelease(
    io(folder, () => {
      mkdirSync(folder, { recursive: true })
      return mkdtempSync(join(folder, "dialoom-curate-"))
    }),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  )

/** File work that holds the thread for some milliseconds: these files are for one process, and for one run. */
export const io = <A>(path: string, body: () => A): Effect.Effect<A, DatasetError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(body())
    } catch (cause) {
      // A mistake of ours is none of the disk's.
      if (!(cause instanceof Error && "syscall" in cause)) throw cause
      return Effect.fail(fileError("write to or read from", path, cause))
    }
  })

/** Work in steps: between two of them others run, and an interruption gets through. */
export const inSteps = (path: string, steps: Iterator<unknown, void>): Effect.Effect<void, DatasetError> =>
  Effect.gen(function* () {
    while ((yield* io(path, () => steps.next())).done !== true) yield* Effect.yieldNow
  })

/** A file that is written once from its start to its end, then read at any place. It has no name: the system removes it with the process. */
export class WorkFile {
  readonly #file: number
  readonly #buffer: Buffer
  #buffered = 0
  #written = 0

  constructor(path: string, bufferBytes = 2 ** 22) {
    this.#file = openSync(path, "wx+")
    rmSync(path)
    this.#buffer = Buffer.allocUnsafe(bufferBytes)
  }

  static open(folder: string, name: string, bufferBytes?: number): Effect.Effect<WorkFile, DatasetError, Scope.Scope> {
    return Effect.acquireRelease(
      io(folder, () => new WorkFile(join(folder, name), bufferBytes)),
      (file) => Effect.sync(() => closeSync(file.#file))
    )
  }

  get length(): number {
    return this.#written + this.#buffered
  }

  append(bytes: Uint8Array): void {
    if (bytes.length > this.#buffer.length - this.#buffered) this.flush()
    if (bytes.length > this.#buffer.length) this.#write(bytes)
    else {
      this.#buffer.set(bytes, this.#buffered)
      this.#buffered += bytes.length
    }
  }

  /** Must come between writing and reading. */
  flush(): void {
    this.#write(this.#buffer.subarray(0, this.#buffered))
    this.#buffered = 0
  }

  read(into: Uint8Array, position: number): void {
    for (let at = 0; at < into.length; ) {
      const read = readSync(this.#file, into, at, into.length - at, position + at)
      if (read === 0) throw new Error(`WorkFile: ${into.length} bytes at ${position} of ${this.#written}`)
      at += read
    }
  }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at, bytes.length - at, this.#written + at)
    this.#written += bytes.length
  }
}

const KEPT_BYTES = 2 ** 26

/** Sorted sets of numbers on disk, 8 bytes for each; the last 64 MB that were asked for stay in memory. */
export class SetFile {
  readonly #file: WorkFile
  readonly #ends = new Numbers()
  readonly #kept = new Map<number, Float64Array>()
  #keptBytes = 0

  constructor(file: WorkFile) {
    this.#file = file
  }

  append(set: Float64Array): void {
    this.#file.append(new Uint8Array(set.buffer, set.byteOffset, set.byteLength))
    this.#ends.push(this.#file.length)
  }

  flush(): void {
    this.#file.flush()
  }

  /** Elements of a set. */
  size(place: number): number {
    return (this.#end(place) - this.#start(place)) / 8
  }

  at(place: number): Float64Array {
    const kept = this.#kept.get(place)
    if (kept !== undefined) {
      this.#kept.delete(place)
      this.#kept.set(place, kept)
      return kept
    }
    const set = new Float64Array(this.size(place))
    this.#file.read(new Uint8Array(set.buffer), this.#start(place))
    this.#kept.set(place, set)
    this.#keptBytes += set.byteLength
    for (const [oldest, { byteLength }] of this.#kept) {
      if (this.#keptBytes <= KEPT_BYTES || oldest === place) break
      this.#kept.delete(oldest)
      this.#keptBytes -= byteLength
    }
    return set
  }

  #start(place: number): number {
    return place === 0 ? 0 : this.#end(place - 1)
  }

  #end(place: number): number {
    return this.#ends.at(place)
  }
}
