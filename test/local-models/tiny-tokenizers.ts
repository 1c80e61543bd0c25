import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const common = { version: "1.0", truncation: null, padding: null, added_tokens: [], post_processor: null }

/** Byte-level pair encoding, as GPT-2 and RoBERTa have it: each byte a token, and a few pairs. */
export const byteLevel = (): object => {
  const printable = (byte: number) => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad)
  let next = 0x100
  const bytes = Array.from({ length: 0x100 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++))
  const merges = ["Ġ t", "h e", "Ġt he", "Ġ a", "i n", "å ¯"]
  return {
    ...common,
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: "",
      end_of_word_suffix: "",
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(
        [...bytes, ...merges.map((pair) => pair.replace(" ", ""))].map((token, id) => [token, id])
      ),
      merges
    }
  }
}

/** A unigram model on normalised text with marked spaces, as XLM-RoBERTa and DeBERTa have it. */
export const unigram = (): object => ({
  ...common,
  normalizer: {
    type: "Sequence",
    normalizers: [{ type: "NFKC" }, { type: "Replace", pattern: { Regex: " {2,}" }, content: " " }]
  },
  pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: false },
  decoder: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: false },
  model: {
    type: "Unigram",
    unk_id: 0,
    byte_fallback: false,
    vocab: [
      ["<unk>", 0],
      ...["▁hello", "▁", "world", "ing", "密码", "我", "fi", "the", "▁the", "é", "1"].map((token) => [token, -2]),
      ..."abcdefghijklmnopqrstuvwxyz.,".split("").map((token) => [token, -5])
    ]
  }
})

/** A folder with a tokenizer, as far as tokenizers need one. */
export const writeTokenizer = (folder: string, tokenizer: object): string => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(tokenizer))
  writeFileSync(join(folder, "tokenizer_config.json"), JSON.stringify({ tokenizer_class: "PreTrainedTokenizerFast" }))
  return folder
}
