import { type R2sConfig, R2sConfig as Schema } from "../../pipelines/r2s/config.ts"
import type { Chunk } from "../../pipelines/r2s/draft.ts"
import { sentences } from "../../stages/text/sentences.ts"

/** A chunk that is the whole of a document. */
export const chunkFrom = (body: string, over: Partial<Chunk> = {}): Chunk => ({
  doc_id: "harrow-weir",
  chunk_index: 0,
  title: "Harrow Weir",
  lang: "en",
  body,
  char_start: 0,
  sentences: sentences(body).map((sentence, index) => ({ sid: index + 1, ...sentence })),
  ...over
})

/** The method's defaults, with what a test changes; no simulated mistakes. */
export const r2sConfig = (over: Readonly<Record<string, unknown>> = {}): R2sConfig =>
  Schema.parse({ mistakes: { dialogue: 0, brokenReplies: 0, brokenScores: 0 }, ...over })

export const WEIR = chunkFrom(
  "Harrow Weir was built by the miller Ada Brandt in 1783. The crest was raised by forty centimetres in 1911. Since then the lower town has flooded only once. Salmon pass the weir by a ladder of nine steps. The mill itself burned down in 1846. A plaque of slate marks the place where it stood. Otters returned to the pool in 1998. The keeper opens the sluice every Monday. Ice has closed the ladder in three winters. Children call the pool the kettle."
)

export const DYKE = chunkFrom(
  "哈罗堰由磨坊主布兰特于1783年建成。1911年堰顶加高了四十厘米。此后下游的镇子只淹过一次水。鲑鱼经由九级鱼梯越过堰坝。磨坊在1846年被烧毁。一块石板标出了磨坊的旧址。水獭在1998年回到了这片水潭。看堰人每逢周一打开水闸。鱼梯曾有三个冬天被冰封住。孩子们把这片水潭叫做水壶。",
  { lang: "zh", title: "哈罗堰", doc_id: "haluo-yan" }
)
