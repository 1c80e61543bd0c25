/** One line of an edit script: kept (" "), taken out ("-") or put in ("+"). */
interface Edit {
  readonly mark: " " | "-" | "+"
  readonly line: string
}

/** A hunk's header as numbers, and its marked lines. Line numbers count from 1; a side without lines starts at 0. */
export interface Hunk {
  readonly beforeStart: number
  readonly beforeLines: number
  readonly afterStart: number
  readonly afterLines: number
  readonly lines: ReadonlyArray<string>
}

/**
 * The shortest edit script by longest common subsequence, removals before insertions. Quadratic in the part between the
 * common head and the common tail, which is a few dozen lines for a record that one tool call changed.
 */
const edits = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): Array<Edit> => {
  let head = 0
  while (head < before.length && head < after.length && before[head] === after[head]) head++
  let tail = 0
  const shorter = Math.min(before.length, after.length) - head
  while (tail < shorter && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++

  const old = before.slice(head, before.length - tail)
  const new_ = after.slice(head, after.length - tail)
  const width = new_.length + 1
  // common[i * width + j]: length of the longest common subsequence of old[i..] and new_[j..].
  const common = new Uint32Array((old.length + 1) * width)
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = new_.length - 1; j >= 0; j--) {
      const below = common[(i + 1) * width + j] ?? 0
      const right = common[i * width + j + 1] ?? 0
      common[i * width + j] = old[i] === new_[j] ? (common[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(below, right)
    }
  }

  const script: Array<Edit> = before.slice(0, head).map((line) => ({ mark: " ", line }))
  let i = 0
  let j = 0
  while (i < old.length || j < new_.length) {
    if (i < old.length && j < new_.length && old[i] === new_[j]) {
      script.push({ mark: " ", line: old[i++] as string })
      j++
    } else if (
      i < old.length &&
      (j === new_.length || (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
    ) {
      script.push({ mark: "-", line: old[i++] as string })
    } else {
      script.push({ mark: "+", line: new_[j++] as string })
    }
  }
  for (const line of before.slice(before.length - tail)) script.push({ mark: " ", line })
  return script
}

/** The hunks that turn `before` into `after`, each with up to `context` unchanged lines on either side. */
export const hunks = (before: ReadonlyArray<string>, after: ReadonlyArray<string>, context = 3): Array<Hunk> => {
  const script = edits(before, after)
  const ranges: Array<{ start: number; end: number }> = []
  script.forEach((edit, index) => {
    if (edit.mark === " ") return
    const start = Math.max(0, index - context)
    const end = Math.min(script.length, index + context + 1)
    const last = ranges[ranges.length - 1]
    if (last !== undefined && start <= last.end) last.end = end
    else ranges.push({ start, end })
  })

  let position = 0
  let oldLine = 1
  let newLine = 1
  return ranges.map(({ end, start }) => {
    for (; position < start; position++) {
      oldLine++
      newLine++
    }
    const lines = script.slice(start, end)
    const beforeLines = lines.filter((edit) => edit.mark !== "+").length
    const afterLines = lines.filter((edit) => edit.mark !== "-").length
    const hunk: Hunk = {
      beforeStart: beforeLines === 0 ? oldLine - 1 : oldLine,
      beforeLines,
      afterStart: afterLines === 0 ? newLine - 1 : newLine,
      afterLines,
      lines: lines.map((edit) => edit.mark + edit.line)
    }
    oldLine += beforeLines
    newLine += afterLines
    position = end
    return hunk
  })
}

/** `before` with the hunks applied; null where a context or removed line is not what stands there. */
export const applyHunks = (
  before: ReadonlyArray<string>,
  changes: ReadonlyArray<Hunk>
): ReadonlyArray<string> | null => {
  const after: Array<string> = []
  let position = 0
  for (const hunk of changes) {
    const start = hunk.beforeLines === 0 ? hunk.beforeStart : hunk.beforeStart - 1
    if (start < position || start > before.length) return null
    after.push(...before.slice(position, start))
    position = start
    for (const marked of hunk.lines) {
      const line = marked.slice(1)
      if (marked[0] === "+") {
        after.push(line)
      } else {
        if (before[position] !== line) return null
        if (marked[0] === " ") after.push(line)
        position++
      }
    }
  }
  after.push(...before.slice(position))
  return after
}
