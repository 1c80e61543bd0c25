/** Of a title that is spoken. */
const LONGEST_TITLE = 60

/** "Chapter 6.2. Commands?" is about commands: numbers and marks in a title would end B's sentence. */
export const shortTitle = (title: string | null): string | null => {
  const bare = (title ?? "").replace(
    /^(?:(?:chapter|section|appendix|part)\b|第)?[\s\d.一二三四五六七八九十章节]*[\s:：]+/iu,
    ""
  )
  const short = bare
    .replace(/[.!?。！？；:：]+\s*/gu, ", ")
    .replace(/[\s,]+$/u, "")
    .slice(0, LONGEST_TITLE)
  return short === "" ? null : short
}
