import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { CapabilityError } from "../../../models/capabilities/capability-error.ts"
import { evidenceOf, knownBefore } from "../../../stages/filters/evidence.ts"
import { grounding } from "../../../stages/filters/grounding.ts"
import { type Grounding, groundingGate, groundingOf } from "../../../stages/filters/round-grounding.ts"
import { supportOf } from "../../../stages/filters/support.ts"
import { normalise } from "../../../stages/text/normalise.ts"
import { words } from "../../../stages/text/words.ts"
import { embeddingLab, labCard, pairLab } from "../../support/capability-lab.ts"
import { failsWithItsModel, judgeWith, subjectOf, summary, talk, toolResult } from "../../support/filter-lab.ts"

/**
 * Entails by the share of the hypothesis' words that the premise has; where the premise has a 1783 and the hypothesis another year, it
 * contradicts.
 */
const entailmentModel = () =>
  pairLab(({ first, second }) => {
    const known = new Set(words(normalise(first)))
    const claim = words(normalise(second))
    const year = /\b1[0-9]{3}/.exec(second)?.[0]
    const contradicts = year !== undefined && first.includes("1783") && !first.includes(year)
    const entailment = contradicts ? 0.05 : claim.filter((word) => known.has(word)).length / claim.length
    return [
      { label: "entailment", score: entailment },
      { label: "neutral", score: contradicts ? 0.05 : 1 - entailment },
      { label: "contradiction", score: contradicts ? 0.9 : 0 }
    ]
  })

const SOURCE =
  "The weir was built by the miller Ada Brandt in 1783. It stands on the Lenn. The lower town was flooded once."
const QUELLE = "这座坝由磨坊主艾达于1783年建造。它位于伦河。下城只被淹过一次。"

const lab = () => {
  const pairs = entailmentModel()
  return { asked: pairs.asked, layer: Layer.merge(pairs.layer, embeddingLab(["weir", "miller", "lenn", "town"])) }
}

const run = (lines: ReadonlyArray<string>, options = {}, sources = [SOURCE]) =>
  judgeWith(grounding, subjectOf(talk(...lines), { sources }), { hardFacts: false, ...options }).pipe(
    Effect.provide(lab().layer)
  )

const ROUND = ["Who built it?", "The weir was built by the miller Ada Brandt."]

describe("grounding", () => {
  it.effect("passes supported replies, with the mean entailment and the entailment model", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* run(ROUND), {
        filter: "grounding",
        verdict: "pass",
        findings: [],
        score: 1,
        model: labCard
      })
      assert.strictEqual(summary(yield* run(["谁建的？", "您好！这座坝由磨坊主艾达建造。"], {}, [QUELLE])), "pass")
    })
  )

  it.effect("checks hard facts first, without asking a model, in English and Chinese", () =>
    Effect.gen(function* () {
      for (const [lines, source, found] of [
        [["When?", "The weir was built in 1850."], SOURCE, "1850"],
        [["什么时候？", "坝于1850年建造。"], QUELLE, "1850年"]
      ] as const) {
        const model = lab()
        const judged = yield* judgeWith(grounding, subjectOf(talk(...lines), { sources: [source] })).pipe(
          Effect.provide(model.layer)
        )
        assert.deepStrictEqual(
          [summary(judged), judged.filter, judged.score],
          ["reject UNSUPPORTED_FACT", "grounding", null]
        )
        assert.include(found, String(judged.findings[0]?.evidence.found))
        assert.deepStrictEqual(model.asked, [])
      }
      const passed = yield* judgeWith(grounding, subjectOf(talk(...ROUND), { sources: [SOURCE] })).pipe(
        Effect.provide(lab().layer)
      )
      assert.deepStrictEqual([passed.verdict, passed.score], ["pass", 1])
    })
  )

  it.effect("rejects a contradicted claim, in English and Chinese", () =>
    Effect.gen(function* () {
      const judged = yield* run([...ROUND, "When?", "The weir was built in 1850."])
      assert.strictEqual(summary(judged), "reject CONTRADICTION")
      assert.deepStrictEqual(judged.findings[0]?.evidence, {
        message: 3,
        claim: "The weir was built in 1850.",
        contradiction: 0.9
      })
      assert.strictEqual(summary(yield* run(["什么时候？", "坝于1850年建造。"], {}, [QUELLE])), "reject CONTRADICTION")
    })
  )

  it.effect("rejects a reply with no supported claim, in English and Chinese", () =>
    Effect.gen(function* () {
      const judged = yield* run([...ROUND, "And then?", "Pigeons nest under every bridge nearby."])
      assert.strictEqual(summary(judged), "reject UNGROUNDED")
      assert.strictEqual(judged.findings[0]?.evidence.message, 3)
      assert.strictEqual(summary(yield* run(["然后呢？", "鸽子喜欢桥。"], {}, [QUELLE])), "reject UNGROUNDED")
    })
  )

  it.effect("lets a quarter of the replies be partial, or general knowledge that says so, and no more", () =>
    Effect.gen(function* () {
      const partial = ["Who?", "The weir was built by the miller. Pigeons nest under every bridge."]
      const common = ["Why?", "Stones usually hold for ages."]
      assert.strictEqual(summary(yield* run([...ROUND, ...ROUND, ...ROUND, ...partial])), "pass")
      assert.strictEqual(summary(yield* run([...ROUND, ...ROUND, ...partial])), "reject PARTIAL_SHARE")
      assert.strictEqual(summary(yield* run([...ROUND, ...ROUND, ...ROUND, ...common])), "pass")
      const judged = yield* run([...ROUND, ...ROUND, ...common])
      assert.strictEqual(summary(judged), "reject COMMONSENSE_SHARE")
      assert.deepStrictEqual(judged.findings[0]?.evidence, { share: 1 / 3, most: 0.25, messages: [5] })
      assert.strictEqual(summary(yield* run([...ROUND, ...common], { maxCommonsense: 0.5 })), "pass")
    })
  )

  it.effect("is unsure where the verdict hangs on claims that are nearly entailed", () =>
    Effect.gen(function* () {
      // Three of its five words are in the source: 0.6, between unclear and entail.
      const judged = yield* run(["Who?", "The miller built big weirs."])
      assert.strictEqual(summary(judged), "unsure UNGROUNDED")
      assert.strictEqual(judged.score, 0.6)
      assert.strictEqual(
        summary(yield* run(["Who?", "The miller built big weirs."], { unclear: 0.7 })),
        "reject UNGROUNDED"
      )
      assert.strictEqual(summary(yield* run(["Who?", "The miller built big weirs."], { entail: 0.6 })), "pass")
    })
  )

  it.effect("rests on tool results and the user's words, but never on what the assistant said", () =>
    Effect.gen(function* () {
      const judge = (...messages: Parameters<typeof subjectOf>[0]) =>
        judgeWith(grounding, subjectOf(messages)).pipe(Effect.provide(lab().layer), Effect.map(summary))
      const [question, , claim] = talk("I am Sam and I want to know its state.", "", "")
      assert.isDefined(question)
      assert.isDefined(claim)
      const says = (content: string) => ({ role: "assistant", content }) as const
      assert.strictEqual(
        yield* judge(
          ...talk("My name is Sam."),
          toolResult('{"state": "shipped", "days": 3}'),
          says("State shipped days 3 Sam.")
        ),
        "pass"
      )
      assert.strictEqual(
        yield* judge(
          ...talk("Hi."),
          toolResult("{}"),
          says("Pigeons nest here."),
          ...talk("Sure?"),
          says("Pigeons nest here.")
        ),
        "reject UNGROUNDED UNGROUNDED"
      )
    })
  )

  it.effect("passes where there is nothing to rest on, or nothing is claimed, without a call", () =>
    Effect.gen(function* () {
      const model = lab()
      const judge = (subject: ReturnType<typeof subjectOf>) =>
        judgeWith(grounding, subject).pipe(
          Effect.provide(model.layer),
          Effect.map(({ score, verdict }) => [verdict, score])
        )
      assert.deepStrictEqual(yield* judge(subjectOf(talk(...ROUND))), ["pass", null])
      assert.deepStrictEqual(yield* judge(subjectOf(talk("Hi", "Hello! How can I help?"), { sources: [SOURCE] })), [
        "pass",
        null
      ])
      assert.deepStrictEqual(model.asked, [])
    })
  )

  it.effect("fails with its model, and on one that is not for inference", () =>
    Effect.gen(function* () {
      yield* failsWithItsModel(grounding, subjectOf(talk(...ROUND), { sources: [`${SOURCE} A. B. C. D. E. F.`] }))
      const wrong = Layer.merge(pairLab(() => [{ label: "score", score: 1 }]).layer, embeddingLab(["weir"]))
      const error = yield* Effect.flip(
        judgeWith(grounding, subjectOf(talk(...ROUND), { sources: [SOURCE] })).pipe(Effect.provide(wrong))
      )
      assert.instanceOf(error, CapabilityError)
      assert.strictEqual(error.kind, "mismatch")
    })
  )
})

describe("supportOf", () => {
  const options = { entail: 0.7, contradict: 0.5, unclear: 0.7, premiseSentences: 2 }

  it.effect("makes the premise of the nearest sentences, in their own order, and the passage found", () =>
    Effect.gen(function* () {
      const model = lab()
      const evidence = ["The town.", "The miller.", "The Lenn.", "The miller and the weir."]
      const { card, claims } = yield* supportOf(
        [
          { text: "weir miller", evidence },
          { text: "town", evidence, found: "Found it." },
          { text: "nothing", evidence: [] }
        ],
        options
      ).pipe(Effect.provide(model.layer))
      assert.deepStrictEqual(model.asked, [
        { first: "The miller.\nThe miller and the weir.", second: "weir miller" },
        { first: "The town.\nThe miller.\nFound it.", second: "town" }
      ])
      assert.deepStrictEqual(
        claims.map(({ label, premise }) => [label, premise]),
        [
          ["supported", [1, 3]],
          ["supported", [0, 1]],
          ["unsupported", []]
        ]
      )
      assert.deepStrictEqual(card, labCard)
    })
  )

  it.effect("asks nobody about nothing", () =>
    Effect.gen(function* () {
      const model = lab()
      assert.deepStrictEqual(yield* supportOf([], options).pipe(Effect.provide(model.layer)), {
        card: null,
        claims: []
      })
      assert.deepStrictEqual(model.asked, [])
    })
  )
})

describe("groundingOf and groundingGate", () => {
  const round = (labels: string, more = {}) =>
    groundingOf({
      claims: labels
        .split(" ")
        .filter(Boolean)
        .map((label) => ({ label: label as "supported" })),
      found: false,
      hedged: false,
      hardFacts: false,
      ...more
    })

  it("reads a round as R2S does", () => {
    assert.strictEqual(round(""), "not_needed")
    assert.strictEqual(round("supported supported"), "grounded")
    assert.strictEqual(round("supported unsupported"), "partial")
    assert.strictEqual(round("supported unclear"), "partial")
    assert.strictEqual(round("supported contradicted"), "ungrounded")
    assert.strictEqual(round("unsupported"), "ungrounded")
    assert.strictEqual(round("unsupported", { hedged: true }), "commonsense")
    assert.strictEqual(round("unsupported", { hedged: true, hardFacts: true }), "ungrounded")
    assert.strictEqual(round("unsupported", { hedged: true, found: true }), "ungrounded")
  })

  it("takes shares of the rounds that claim something", () => {
    const gate = (...rounds: ReadonlyArray<Grounding>) =>
      groundingGate(rounds, { maxCommonsense: 0.25, maxPartial: 0.25 }).fails
    assert.deepStrictEqual(gate(), [])
    assert.deepStrictEqual(gate("grounded", "grounded", "partial", "commonsense"), [])
    assert.deepStrictEqual(gate("grounded", "grounded", "partial", "not_needed"), ["PARTIAL_SHARE"])
    assert.deepStrictEqual(gate("commonsense", "ungrounded"), ["UNGROUNDED", "COMMONSENSE_SHARE"])
  })
})

describe("evidenceOf", () => {
  it("gives sentences with the message that brought them, and JSON a line an object", () => {
    const messages = [
      ...talk("I am Sam. Hi."),
      toolResult('[{"id": 7, "items": ["a", "b"], "to": {"city": "Harrow"}}]'),
      toolResult("{not json. Really.")
    ]
    const evidence = evidenceOf({ id: "x", messages, sources: ["One. Two."] })
    assert.deepStrictEqual(evidence, [
      { text: "One.", message: -1 },
      { text: "Two.", message: -1 },
      { text: "I am Sam.", message: 0 },
      { text: "Hi.", message: 0 },
      { text: "id: 7", message: 1 },
      { text: "items: a, b", message: 1 },
      { text: "to: city: Harrow", message: 1 },
      { text: "{not json.", message: 2 },
      { text: "Really.", message: 2 }
    ])
    assert.deepStrictEqual(knownBefore(evidence, 1), ["One.", "Two.", "I am Sam.", "Hi."])
  })
})
