import { en } from "./en.ts"
import type { LanguagePack } from "./language-pack.ts"
import { zh } from "./zh.ts"

/** Every language that R2S speaks. A further one is a file like `en.ts` and its name here. */
export const PACKS: ReadonlyArray<LanguagePack> = [en, zh]

/** BCP 47 tags of the languages that there are files for. */
export const packTags: ReadonlyArray<string> = PACKS.map(({ tag }) => tag)

/** The pack of a language; regions and scripts share that of their language ("zh-TW": "zh"). Null where there is none. */
export const packOf = (tag: string): LanguagePack | null => {
  const language = tag.toLowerCase().split(/[-_]/)[0]
  return PACKS.find((pack) => pack.tag === language) ?? null
}
