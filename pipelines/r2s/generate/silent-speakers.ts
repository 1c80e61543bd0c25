import type { LanguagePack } from "../languages/language-pack.ts"
import type { CodedIssue } from "./ask.ts"

/** Who says nothing, or only what stands for it ("..."), under a JSON pointer: F_EMPTY. */
export const silentSpeakers = (
  said: { readonly a: string; readonly b: string },
  { placeholder }: Pick<LanguagePack, "placeholder">,
  pointer = ""
): ReadonlyArray<CodedIssue> =>
  (["a", "b"] as const)
    .filter((speaker) => placeholder.test(said[speaker]))
    .map((speaker) => ({
      code: "F_EMPTY",
      pointer: `${pointer}/${speaker}`,
      message: "says nothing: write what is said"
    }))
