const OPEN = "<think>"
const CLOSE = "</think>"

/**
 * Takes private reasoning out of a reply's text: `<think>` blocks, one that was never closed, and one whose opening tag the chat
 * template had already written. Text without any comes back as it is; otherwise no tag is left in it.
 */
export const splitReasoning = (content: string): { readonly text: string; readonly reasoning: string | null } => {
  if (!content.includes(OPEN) && !content.includes(CLOSE)) return { text: content, reasoning: null }
  const thoughts: Array<string> = []
  const said: Array<string> = []
  let rest = content
  const firstClose = rest.indexOf(CLOSE)
  const firstOpen = rest.indexOf(OPEN)
  if (firstClose !== -1 && (firstOpen === -1 || firstClose < firstOpen)) {
    thoughts.push(rest.slice(0, firstClose))
    rest = rest.slice(firstClose + CLOSE.length)
  }
  for (let open = rest.indexOf(OPEN); open !== -1; open = rest.indexOf(OPEN)) {
    const close = rest.indexOf(CLOSE, open)
    for (const part of rest.slice(0, open).split(CLOSE)) said.push(part)
    thoughts.push(rest.slice(open + OPEN.length, close === -1 ? undefined : close).replaceAll(OPEN, " "))
    rest = close === -1 ? "" : rest.slice(close + CLOSE.length)
  }
  // One by one: as arguments of one call, a hundred thousand would overflow the stack.
  for (const part of rest.split(CLOSE)) said.push(part)
  const reasoning = thoughts
    .map((thought) => thought.trim())
    .filter((thought) => thought !== "")
    .join("\n")
  return { text: spaced(said).trim(), reasoning: reasoning === "" ? null : reasoning }
}

/** Never joined without white space: what stood round a tag that was taken out must not make another. */
const spaced = (parts: ReadonlyArray<string>): string => {
  const present = parts.filter((part) => part !== "")
  return present
    .map((part, index) => {
      const before = present[index - 1]?.at(-1) ?? " "
      return /\s/.test(before) || /^\s/.test(part) ? part : ` ${part}`
    })
    .join("")
}
