/**
 * Takes private reasoning out of a reply's text: `<think>` blocks, one that was never closed, and one whose opening tag the chat
 * template had already written. Text without any comes back as it is.
 */
export const splitReasoning = (content: string): { readonly text: string; readonly reasoning: string | null } => {
  if (!content.includes("<think>") && !content.includes("</think>")) return { text: content, reasoning: null }
  const thoughts: Array<string> = []
  let rest = content
  const firstClose = rest.indexOf("</think>")
  const firstOpen = rest.indexOf("<think>")
  if (firstClose !== -1 && (firstOpen === -1 || firstClose < firstOpen)) {
    thoughts.push(rest.slice(0, firstClose))
    rest = rest.slice(firstClose + "</think>".length)
  }
  let text = ""
  for (;;) {
    const open = rest.indexOf("<think>")
    if (open === -1) break
    text += rest.slice(0, open)
    const close = rest.indexOf("</think>", open)
    thoughts.push(close === -1 ? rest.slice(open + "<think>".length) : rest.slice(open + "<think>".length, close))
    rest = close === -1 ? "" : rest.slice(close + "</think>".length)
  }
  text = (text + rest).replaceAll("</think>", "").trim()
  const reasoning = thoughts
    .map((thought) => thought.trim())
    .filter((thought) => thought !== "")
    .join("\n")
  return { text, reasoning: reasoning === "" ? null : reasoning }
}
