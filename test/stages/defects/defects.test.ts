import { assert, describe, it } from "@effect/vitest"
import type { Defect, Spoilt } from "../../../stages/defects/defect.ts"
import { defects } from "../../../stages/defects/defects.ts"
import { exactCopy } from "../../../stages/defects/exact-copy.ts"
import { nearCopy } from "../../../stages/defects/near-copy.ts"
import type { FilterSubject } from "../../../stages/filters/filter.ts"
import { random } from "../../../stages/random.ts"
import { chinese, english, silent } from "./lab.ts"

const SEEDS = Array.from({ length: 40 }, (_, seed) => String(seed))
const all: ReadonlyArray<Defect> = [...defects, exactCopy, nearCopy]

const named = (name: string): Defect => all.find((defect) => defect.name === name) as Defect

const planted = (name: string, subject: FilterSubject): ReadonlyArray<Spoilt> =>
  SEEDS.map((seed) => {
    const spoilt = named(name).plant(subject, random(seed))
    assert.isNotNull(spoilt, `${name} with seed ${seed}`)
    return spoilt as Spoilt
  })

/** Indexes at which two dialogues of one length differ. */
const changed = (subject: FilterSubject, { messages }: Spoilt): ReadonlyArray<number> => {
  assert.strictEqual(messages.length, subject.messages.length)
  return messages.flatMap((message, index) =>
    JSON.stringify(message) === JSON.stringify(subject.messages[index]) ? [] : [index]
  )
}

const textAt = ({ messages, planted: { message } }: Spoilt) => messages[message]?.content ?? ""

describe("every defect", () => {
  for (const defect of all) {
    it(`${defect.name} has no place in a dialogue without messages`, () => {
      assert.isNull(defect.plant(silent, random("0")))
    })

    it(`${defect.name} is the same for the same seed, and not for every seed`, () => {
      const once = planted(defect.name, english)
      assert.deepStrictEqual(planted(defect.name, english), once)
      assert.isAbove(new Set(once.map((spoilt) => JSON.stringify(spoilt.planted))).size, 1)
    })

    it(`${defect.name} leaves the dialogue that it was given as it was`, () => {
      const before = JSON.stringify(chinese)
      planted(defect.name, chinese)
      assert.strictEqual(JSON.stringify(chinese), before)
    })
  }

  const inOneText = [
    "altered-fact",
    "invented-fact",
    "contradiction",
    "copied-turn",
    "leaked-instruction",
    "personal-data",
    "placeholder-turn",
    "toxic-turn"
  ]
  for (const name of inOneText) {
    for (const subject of [english, chinese]) {
      it(`${name} changes one text, the one that it says, and nothing else (${subject.language})`, () => {
        for (const spoilt of planted(name, subject)) {
          const { after, before, message } = spoilt.planted
          assert.deepStrictEqual(changed(subject, spoilt), [message])
          assert.strictEqual(before, subject.messages[message]?.content)
          assert.strictEqual(after, textAt(spoilt))
          assert.deepStrictEqual({ ...spoilt.messages[message], content: before }, subject.messages[message])
        }
      })
    }
  }
})

describe("facts", () => {
  it("altered-fact changes digits of a figure that was given, in the assistant's words, into one that nobody gave", () => {
    for (const spoilt of planted("altered-fact", english)) {
      assert.strictEqual(spoilt.planted.message, 6)
      const [figure] = textAt(spoilt).match(/\d[\d.]*\d/) ?? []
      assert.match(String(figure), /^[1-9]\d{3}\.\d{2}$/)
      assert.notStrictEqual(figure, "2743.49")
    }
  })

  it("altered-fact has no place where the assistant repeats no figure", () => {
    const messages = english.messages.filter(({ content }) => !(content ?? "").includes("2743.49"))
    assert.isNull(named("altered-fact").plant({ ...english, messages }, random("0")))
  })

  it("invented-fact adds a sentence with a figure that stands nowhere else", () => {
    for (const subject of [english, chinese]) {
      const known = JSON.stringify(subject.messages)
      for (const spoilt of planted("invented-fact", subject)) {
        const { after, before } = spoilt.planted
        assert.isTrue(after?.startsWith(before ?? "-"))
        const figures = after?.slice(before?.length).match(/\d[\d.,-]*\d|\d+/g) ?? []
        assert.isAbove(figures.length, 0)
        assert.deepStrictEqual(
          figures.filter((figure) => known.includes(figure)),
          []
        )
      }
    }
  })

  it("contradiction denies a statement, in a turn that does not come before it", () => {
    const english_ = planted("contradiction", english).map(({ planted }) => planted.after ?? "")
    assert.isTrue(english_.some((text) => text.includes("Your order has not been cancelled")))
    assert.isTrue(english_.some((text) => text.includes("The order is not pending.")))
    const chinese_ = planted("contradiction", chinese).map(({ planted }) => planted.after ?? "")
    assert.isTrue(chinese_.some((text) => text.includes("您的订单并没有取消")))
    for (const spoilt of planted("contradiction", english)) {
      if (textAt(spoilt).includes("has not been cancelled")) assert.include([10, 12], spoilt.planted.message)
    }
  })
})

describe("tools", () => {
  it("swapped-argument takes another id that was seen, or another word of the enumeration, and keeps the answer", () => {
    const seen = new Set<string>()
    for (const spoilt of planted("swapped-argument", english)) {
      const { after, before, message } = spoilt.planted
      assert.deepStrictEqual(changed(english, spoilt), [message])
      assert.strictEqual(spoilt.messages[message]?.tool_calls?.[0]?.arguments, after)
      assert.notStrictEqual(after, before)
      seen.add(String(after))
    }
    assert.deepStrictEqual([...seen].sort(), [
      '{"order_id":"#W4456120","reason":"no longer needed"}',
      '{"order_id":"#W4456120"}',
      '{"order_id":"#W7318102","reason":"mistake"}'
    ])
  })

  it("invented-argument takes an id that stands nowhere", () => {
    for (const { planted: plant } of planted("invented-argument", english)) {
      const { order_id } = JSON.parse(plant.after ?? "") as { readonly order_id: string }
      assert.match(order_id, /^#W[1-9]\d{6}$/)
      assert.notInclude(JSON.stringify(english.messages), order_id)
    }
  })

  it("a call whose arguments are no JSON is left alone", () => {
    const messages = english.messages.map((message) =>
      message.tool_calls === undefined
        ? message
        : { ...message, tool_calls: message.tool_calls.map((call) => ({ ...call, arguments: "{order" })) }
    )
    assert.isNull(named("swapped-argument").plant({ ...english, messages }, random("0")))
    assert.isNull(named("invented-argument").plant({ ...english, messages }, random("0")))
  })

  it("unknown-tool renames a call and its answer alike, to no tool that there is", () => {
    for (const { messages, planted: plant } of planted("unknown-tool", english)) {
      const name = messages[plant.message]?.tool_calls?.[0]?.name
      assert.strictEqual(name, plant.after)
      assert.notInclude(["get_order", "cancel_order"], name)
      assert.strictEqual(messages[plant.message + 1]?.name, name)
    }
  })

  it("unknown-tool has no place where no tools are declared", () => {
    const { tools: _, ...undeclared } = english
    assert.isNull(named("unknown-tool").plant(undeclared, random("0")))
  })

  it("dangling-call takes out the answer of a call and nothing else", () => {
    for (const { messages, planted: plant } of planted("dangling-call", english)) {
      const { message } = plant
      assert.strictEqual(english.messages[message]?.role, "tool")
      assert.deepStrictEqual(messages, english.messages.toSpliced(message, 1))
    }
  })
})

describe("structure and repetition", () => {
  it("role-order swaps two turns or loses one between two of the other party", () => {
    for (const { messages, planted: plant } of planted("role-order", english)) {
      const { after, before, message } = plant
      const original = english.messages
      assert.strictEqual(before, original[message]?.content)
      if (after === null) assert.deepStrictEqual(messages, original.toSpliced(message, 1))
      else {
        const [one, other] = [original[message], original[message + 1]]
        assert.deepStrictEqual(messages, original.with(message, other as never).with(message + 1, one as never))
      }
    }
  })

  it("copied-turn repeats an earlier turn of the same party word for word", () => {
    for (const subject of [english, chinese]) {
      for (const spoilt of planted("copied-turn", subject)) {
        const { message } = spoilt.planted
        const { role } = subject.messages[message] as { readonly role: string }
        const earlier = subject.messages.slice(0, message).filter((one) => one.role === role)
        assert.include(
          earlier.map(({ content }) => content),
          textAt(spoilt)
        )
      }
    }
  })
})

describe("leaks, privacy, safety", () => {
  it("leaked-instruction puts a sentence of the system message into the assistant's mouth", () => {
    for (const spoilt of planted("leaked-instruction", english)) {
      assert.include(textAt(spoilt), "Never tell anybody the price that the shop itself has paid.")
      assert.strictEqual(spoilt.messages[spoilt.planted.message]?.role, "assistant")
    }
    for (const spoilt of planted("leaked-instruction", chinese)) {
      assert.include(textAt(spoilt), "不要把商店的进货价格告诉任何客户，也不要评论供应商。")
    }
  })

  it("leaked-instruction also takes what the writers were told, and needs one of the two", () => {
    const messages = english.messages.slice(1)
    const plant = (instructions: ReadonlyArray<string>) =>
      named("leaked-instruction").plant({ ...english, messages, instructions }, random("0"))
    assert.include(
      plant(["You are a customer who wants their money back as soon as possible."])?.planted.after,
      "as soon as possible"
    )
    assert.isNull(plant([]))
    assert.isNull(plant(["Be brief."]))
  })

  it("personal-data and toxic-turn use many wordings, each in the dialogue's language", () => {
    for (const [name, least] of [
      ["personal-data", 15],
      ["toxic-turn", 8]
    ] as const) {
      for (const subject of [english, chinese]) {
        const added = planted(name, subject).map(({ planted: { after, before } }) =>
          after?.startsWith(before ?? "-") ? after.slice(before?.length).trim() : (after ?? "")
        )
        assert.isAtLeast(new Set(added).size, least)
        for (const text of added) assert.strictEqual(/\p{Script=Han}/u.test(text), subject.language === "zh", text)
      }
    }
  })
})

describe("copies", () => {
  it("exact-copy changes nothing but case, white space and marks, in one turn at most", () => {
    const plain = (text: string | null | undefined) => (text ?? "").toLowerCase().replaceAll(/[\s!]+/g, "")
    for (const spoilt of planted("exact-copy", english)) {
      assert.isAtMost(changed(english, spoilt).length, 1)
      assert.strictEqual(plain(spoilt.planted.after), plain(spoilt.planted.before))
    }
  })

  it("near-copy changes one to four words, in turns only", () => {
    const words = (text: string | null | undefined) => (text ?? "").split(" ")
    const counts = new Set<number>()
    for (const spoilt of planted("near-copy", english)) {
      let count = 0
      for (const index of changed(english, spoilt)) {
        assert.include(["user", "assistant"], english.messages[index]?.role)
        const before = words(english.messages[index]?.content)
        const after = words(spoilt.messages[index]?.content)
        assert.strictEqual(after.length, before.length)
        count += after.filter((word, at) => word !== before[at]).length
      }
      counts.add(count)
    }
    assert.deepStrictEqual([...counts].sort(), [1, 2, 3, 4])
  })
})
