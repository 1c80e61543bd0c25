import { Effect } from "effect"
import type { SpanBackend } from "../capabilities/backend.ts"
import type { CapabilityError } from "../capabilities/capability-error.ts"
import { softmax } from "./activation.ts"
import { headOf } from "./head.ts"
import type { OnnxModel, Row, RowOutput } from "./model.ts"
import { rowBackend } from "./row-backend.ts"
import { mergedSpans } from "./span-merging.ts"
import { type Position, type Surface, textPositions } from "./text-positions.ts"
import type { Tokenizer } from "./transformers.ts"

/** Token classification: each token's most probable label, merged into stretches of text. */
export const spanBackend = (model: OnnxModel): Effect.Effect<SpanBackend, CapabilityError> =>
  Effect.gen(function* () {
    const { labels, output } = yield* headOf(model, 3)
    const surface = surfaceOf(model.tokenizer)
    return rowBackend(model, {
      textOf: (text: string) => text,
      encode: (text) => model.encode(text),
      output,
      take: tokenLogits,
      answer: (logits, text, row) => {
        const tokens = model.tokenizer.tokenize(text)
        const first = firstToken(row, model.tokenizer, text)
        const positions = textPositions(text, tokens, surface)
        return mergedSpans(
          tokens.map((token, index) => {
            const at = (first + index) * labels.length
            const probabilities = softmax(logits.slice(at, at + labels.length))
            const score = Math.max(...probabilities)
            return {
              ...(positions[index] as Position),
              label: labels[probabilities.indexOf(score)] as string,
              score,
              continues: surface.continuation !== "" && token.startsWith(surface.continuation)
            }
          })
        )
      }
    })
  })

/** The logits of a row's own tokens, one after another, out of shape [batch, length, labels]. */
const tokenLogits = ({ row, shape, tokens, values }: RowOutput): ReadonlyArray<number> => {
  const [, length, labels] = shape as [number, number, number]
  return Array.from({ length: tokens * labels }, (_, index) => values[row * length * labels + index] as number)
}

/** How many special tokens stand before the text's own. */
const firstToken = (row: Row, tokenizer: Tokenizer, text: string): number => {
  const own = tokenizer(text, { text_pair: null, return_tensor: false, add_special_tokens: false }).input_ids
  for (let first = 0; first + own.length <= row.ids.length; first++) {
    if (own.every((id, index) => row.ids[first + index] === id)) return first
  }
  throw new Error(`${row.ids.length} ids do not hold the ${own.length} ids of their own text`)
}

/** What a tokenizer says of itself. */
export const surfaceOf = ({ _tokenizer, _tokenizerJSON: { decoder, model }, unk_token }: Tokenizer): Surface => ({
  normalizer: _tokenizer.normalizer,
  continuation: model.continuing_subword_prefix ?? "",
  byteLevel: [decoder, ...(decoder?.decoders ?? [])].some((part) => part?.type === "ByteLevel"),
  unknown: unk_token
})
