import type { FilterSubject } from "../filters/filter.ts"

/** All that was said, called, answered or given, in one text: a value that is not in it is one that nobody gave. */
export const knownText = ({ instructions, messages, sources }: FilterSubject): string =>
  [
    ...messages.flatMap(({ content, tool_calls }) => [
      content ?? "",
      ...(tool_calls ?? []).map((call) => call.arguments)
    ]),
    ...(sources ?? []),
    ...(instructions ?? [])
  ].join("\n")
