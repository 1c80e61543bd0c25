import type { TextSpan } from "./sentences.ts"

const FENCED = /^[ \t]*(`{3,}|~{3,})/gm
/** On one line, not empty; a pair of single backticks. */
const INLINE = /`[^`\n]{1,500}`/g

/**
 * Fenced blocks of Markdown with their fences; one that is never closed ends with the text (CommonMark 0.31, 4.5). Linear in
 * the text.
 */
export const codeBlocks = (text: string): ReadonlyArray<TextSpan> => {
  const found: Array<TextSpan> = []
  let open: { readonly fence: string; readonly start: number } | null = null
  const close = (start: number, end: number) => found.push({ text: text.slice(start, end), start, end })
  for (const match of text.matchAll(FENCED)) {
    const fence = match[1] as string
    if (open === null) open = { fence, start: match.index }
    else if (fence.startsWith(open.fence)) {
      close(open.start, match.index + match[0].length)
      open = null
    }
  }
  if (open !== null) close(open.start, text.length)
  return found
}

/** The text with spaces in the place of code, blocks and inline: positions and line breaks stay. */
export const withoutCode = (text: string): string => {
  let prose = ""
  let from = 0
  for (const { end, start, text: block } of codeBlocks(text)) {
    prose += text.slice(from, start) + block.replace(/[^\n]/g, " ")
    from = end
  }
  return (prose + text.slice(from)).replace(INLINE, (code) => " ".repeat(code.length))
}
