import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { chunkDocument } from "../../../../pipelines/r2s/chunks/chunk-document.ts"
import { R2sConfig } from "../../../../pipelines/r2s/config.ts"
import { sentence } from "../../../support/texts.ts"

const options = R2sConfig.parse({})
const chunksOf = (text: string, lang = "en", over: Partial<typeof options> = {}) =>
  chunkDocument(text, { lang, options: { ...options, ...over } })
const bodies = (text: string, lang = "en", over: Partial<typeof options> = {}) =>
  chunksOf(text, lang, over).chunks.map(({ char_end, char_start }) => text.slice(char_start, char_end))
const lengths = (text: string, lang = "en") => bodies(text, lang).map(({ length }) => length)

/** A paragraph of exactly `size` characters in sentences of 50, each different. */
const paragraph = (seed: number, size: number): string =>
  Array.from({ length: size / 50 }, (_, index) => `S${sentence(seed * 1_000 + index, 12).slice(0, 47)}.`)
    .join(" ")
    .padEnd(size, "!")
    .slice(0, size)
const zhSentence = "哈罗堰由磨坊主阿达布兰特于一七八三年建成。"
const zhParagraph = (sentences: number): string => zhSentence.repeat(sentences)

describe("chunks of a document", () => {
  it("close after the paragraph with which they have more than 800 characters", () => {
    const text = [1, 2, 3, 4].map((seed) => paragraph(seed, 500)).join("\n\n")
    assert.deepStrictEqual(lengths(text), [1004, 1002])
    assert.deepStrictEqual(
      chunksOf(text).chunks.map(({ char_end, char_start, chunk_index }) => [chunk_index, char_start, char_end]),
      [
        [0, 0, 1004],
        [1, 1004, 2006]
      ]
    )
  })

  it("close after more than 400 characters in Chinese, Japanese and Korean", () => {
    const text = [0, 1, 2, 3].map(() => zhParagraph(12)).join("\n\n")
    assert.strictEqual(zhParagraph(12).length, 252)
    assert.deepStrictEqual(lengths(text, "zh"), [508, 506])
    assert.deepStrictEqual(lengths(text, "en"), [1014])
    assert.deepStrictEqual(lengths(text, "ja"), [508, 506])
  })

  it("lose nothing of a tail of 300 characters: it joins the last chunk (R2S 7.2)", () => {
    const text = [paragraph(1, 900), paragraph(2, 900), paragraph(3, 300)].join("\n\n")
    assert.deepStrictEqual(lengths(text), [902, 1202])
    assert.strictEqual(bodies(text).join(""), text)
    const chinese = [zhParagraph(20), zhParagraph(20), zhParagraph(14)].join("\n\n")
    assert.deepStrictEqual(lengths(chinese, "zh"), [422, 716])
    assert.strictEqual(bodies(chinese, "zh").join(""), chinese)
  })

  it("make a tail of its own where it does not fit and passes the minimum (R2S 7.2)", () => {
    const text = [paragraph(1, 5_900), paragraph(2, 300)].join("\n\n")
    assert.deepStrictEqual(lengths(text), [5_902, 300])
  })

  it("take a tail that is too short, or has too few sentences, as one with what is before, and split that (R2S 7.2)", () => {
    const short = [paragraph(1, 5_900), paragraph(2, 150)].join("\n\n")
    assert.deepStrictEqual(lengths(short), [3_050, 3_002])
    assert.strictEqual(chunksOf(short).chunksSplit, 1)
    const thin = [paragraph(1, 5_900), `${"word ".repeat(60)}end. Two. Three. Four.`].join("\n\n")
    assert.deepStrictEqual(
      bodies(thin).map(({ length }) => length > 2_900),
      [true, true]
    )
    assert.strictEqual(bodies(thin).join(""), thin)
  })

  it("are one where the document has less than a chunk", () => {
    assert.deepStrictEqual(lengths(paragraph(1, 250)), [250])
    assert.deepStrictEqual(bodies(""), [])
  })

  it("are as many as a paragraph above the maximum needs, of about equal length, cut at ends of sentences", () => {
    const text = paragraph(1, 20_000)
    const { chunks, chunksSplit } = chunksOf(text)
    assert.deepStrictEqual(lengths(text), [5_000, 5_000, 5_000, 5_000])
    assert.strictEqual(chunksSplit, 3)
    for (const { char_start } of chunks.slice(1)) assert.strictEqual(text.slice(char_start - 2, char_start), ". ")
    const chinese = zhParagraph(600)
    assert.deepStrictEqual(lengths(chinese, "zh"), [4_200, 4_200, 4_200])
    assert.isTrue(bodies(chinese, "zh").every((body) => body.endsWith("。")))
  })

  it("cut a sentence that is longer than the maximum at a space, with a part of it in each chunk", () => {
    const text = `${"word ".repeat(2_000)}end.`
    const { chunks } = chunksOf(text)
    assert.strictEqual(chunks.length, 2)
    assert.isTrue(bodies(text).every((body) => body.startsWith("word ")))
    assert.deepStrictEqual(
      chunks.map(({ sentences }) => sentences.length),
      [1, 1]
    )
  })

  it("never cut inside a surrogate pair, nor between a letter and its accent", () => {
    const pairs = "𠮷".repeat(5_000)
    assert.isTrue(bodies(pairs, "zh").every((body) => body.isWellFormed()))
    const accents = "e\u0301".repeat(5_000)
    assert.isTrue(bodies(accents).every((body) => body.startsWith("e")))
  })

  it("do not end in a heading: it stays with what follows", () => {
    const text = [
      paragraph(1, 750),
      "The weir after the flood of 1911, told by those who were there",
      paragraph(2, 500)
    ]
    const [first, ...rest] = bodies([...text, "Visiting", paragraph(3, 900)].join("\n\n"))
    assert.isTrue(first?.endsWith(`${text[2]}\n\n`))
    assert.isTrue(rest[0]?.startsWith("Visiting\n\n"))
    const long = bodies([paragraph(1, 3_000), "Visiting", paragraph(2, 3_100)].join("\n\n"), "en", {
      chunk: { latin: 3_100, cjk: 400, max: 6_000 }
    })
    assert.deepStrictEqual(
      long.map((body) => body.includes("Visiting\n\nS")),
      [false, true]
    )
  })

  it("go on until there are enough sentences, as long as the maximum allows", () => {
    const one = `${"word ".repeat(180)}end.`
    assert.deepStrictEqual(lengths([one, one, one, one, one, one, one, one, one, one].join("\n\n")), [4_530, 4_528])
    assert.deepStrictEqual(
      bodies([one, one, one].join("\n\n"), "en", { minSentences: 1 }).map(({ length }) => length),
      [906, 906, 904]
    )
  })

  it("number their sentences from 1, and leave out headings of a few words and bare marks", () => {
    const text = `Harrow Weir\n\n1. Overview\n\nAda Brandt built it in 1783. It holds.\n\n- Oak\n- Stone, cut\n---\n2.\nHeight | 2 m\n\nIngredients:\n\nThe town council approves a new bridge`
    const { chunks } = chunksOf(text)
    assert.deepStrictEqual(
      chunks[0]?.sentences.map(({ end, sid, start }) => [sid, text.slice(start, end)]),
      [
        [1, "Ada Brandt built it in 1783."],
        [2, "It holds."],
        [3, "- Oak"],
        [4, "- Stone, cut"],
        [5, "Height | 2 m"],
        [6, "The town council approves a new bridge"]
      ]
    )
  })

  it("chunk a document of more than 2 MB as usual, in linear time (R2S bad input: over 2 MB)", () => {
    const hostile = [
      "a".repeat(100) + ".".repeat(1_000_000),
      `${"J. ".repeat(400_000)}`,
      "Salt\n\n".repeat(200_000),
      paragraph(1, 1_000).concat("\n\n").repeat(1_000)
    ]
    const text = hostile.join("x\n\n")
    const { chunks } = chunksOf(text)
    assert.isAbove(Buffer.byteLength(text), 2 * 1024 * 1024)
    assert.isAbove(chunks.length, 1_500)
    assert.isTrue(chunks.every(({ char_end, char_start }) => char_end - char_start <= 6_000))
    assert.strictEqual(bodies(text).join(""), text)
  }, 20_000)
})

describe("laws of chunks", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "\n\n",
      "\n",
      " ",
      ". ",
      "。",
      "！",
      "? ",
      "- ",
      "1. ",
      "|",
      "...",
      "Heading\n\n",
      "👩‍👩‍👧",
      "𠮷",
      "\u0301",
      ":"
    ),
    fc.string({ unit: "grapheme", maxLength: 40 }),
    fc.lorem({ maxCount: 30 }),
    fc.integer({ min: 1, max: 700 }).map((length) => "字".repeat(length)),
    fc.integer({ min: 1, max: 700 }).map((length) => "x".repeat(length))
  )
  const texts = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""))
  const small = R2sConfig.parse({
    chunk: { latin: 60, cjk: 50, max: 200 },
    minSentences: 2,
    minDocument: { latin: 30 }
  })

  it("one after another they are the text, and each slice is its body (R2S 7.1)", () => {
    fc.assert(
      fc.property(texts, fc.constantFrom("en", "zh"), (text, lang) => {
        const { chunks } = chunkDocument(text, { lang, options: small })
        let position = 0
        for (const [index, { char_end, char_start, chunk_index }] of chunks.entries()) {
          assert.strictEqual(chunk_index, index)
          assert.strictEqual(char_start, position)
          assert.isAbove(char_end, char_start)
          position = char_end
        }
        assert.strictEqual(position, text.length)
      }),
      { numRuns: 500 }
    )
  })

  it("none is longer than the maximum or cuts a pair", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { chunks } = chunkDocument(text, { lang: "en", options: small })
        const wellFormed = text.isWellFormed()
        for (const { char_end, char_start } of chunks) {
          assert.isAtMost(char_end - char_start, 200)
          if (wellFormed) assert.isTrue(text.slice(char_start, char_end).isWellFormed())
        }
      }),
      { numRuns: 500 }
    )
  })

  it("sentences are numbered from 1, in order, trimmed, and inside their chunk", () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const { char_end, char_start, sentences } of chunkDocument(text, { lang: "en", options: small }).chunks) {
          let position = char_start
          for (const [index, { end, sid, start }] of sentences.entries()) {
            assert.strictEqual(sid, index + 1)
            assert.isAtLeast(start, position)
            assert.isAbove(end, start)
            assert.isAtMost(end, char_end)
            assert.strictEqual(text.slice(start, end).trim(), text.slice(start, end))
            position = end
          }
        }
      }),
      { numRuns: 500 }
    )
  })
})
