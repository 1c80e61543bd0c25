import { assert, describe, it } from "@effect/vitest"
import { assistant, type Message, system, user } from "../../../schemas/message.ts"
import { hardFacts } from "../../../stages/filters/hard-facts.ts"
import { answering, calling, findings } from "../../support/rule-lab.ts"

const WEIR =
  'Harrow Weir was built by the miller Ada Brandt in 1783. It is 42.5 m wide and cost 1,200 pounds. "The Old Mill" (https://harrow.example/mill) opened on 5 May 1911 at 9:30. Its crest was raised by 1.5 hours of work; one million bricks, twenty-three workers.'
const ZH = "哈罗水坝由磨坊主于1783年5月6日建成，宽42.5米，耗资三万五千元，共有23名工人。详见《水坝志》。"

const claimed = (line: string, options = {}, sources: ReadonlyArray<string> = [WEIR]) =>
  findings(hardFacts, [user("Tell me."), assistant(line)], options, { sources }).map(
    ({ code, evidence }) => `${code} ${String(evidence.found)}`
  )
const keeps = (lines: ReadonlyArray<string>, sources?: ReadonlyArray<string>) => {
  for (const line of lines) assert.deepStrictEqual([line, ...claimed(line, {}, sources)], [line])
}
const rejects = (
  lines: ReadonlyArray<readonly [line: string, ...found: ReadonlyArray<string>]>,
  sources?: ReadonlyArray<string>
) => {
  for (const [line, ...found] of lines) assert.deepStrictEqual([line, ...claimed(line, {}, sources)], [line, ...found])
}

const order = (items: ReadonlyArray<{ readonly name: string; readonly price: number }>) => ({
  order_id: "#W7318102",
  status: "pending",
  items,
  payment_history: [{ amount: 100.82 }]
})
const bill = order([
  { name: "Coat Rack", price: 100.82 },
  { name: "Desk Lamp", price: 46.66 },
  { name: "Bar Stool", price: 294.94 },
  { name: "Chef Knife", price: 51.57 },
  { name: "Area Rug", price: 607.12 }
])
const shop = (line: string, options = {}) =>
  findings(
    hardFacts,
    [
      user("Where is #W7318102?"),
      calling("a", "get_order", { order_id: "#W7318102" }),
      answering("a", bill),
      assistant(line)
    ],
    options
  ).map(({ code, evidence }) => `${code} ${String(evidence.found)}`)

describe("hard-facts", () => {
  it("keeps what the source says, and says in its own words", () =>
    keeps([
      "It was the miller Ada Brandt, who had it finished in 1783.",
      "The weir cost 1200 pounds, and Brandt's weir is 42.5 metres wide, or 4250 cm.",
      "“The Old Mill” opened on May 5, 1911, at half past nine, that is 9:30 am.",
      "It opened on 1911-05-05. It opened on 5/5/1911.",
      "The work took 90 minutes, 23 workers and 1,000,000 bricks.",
      "About 40 m wide, and twenty three workers.",
      "See https://harrow.example/mill.",
      "Thank you for asking! Two things are worth knowing: I would go there in spring."
    ]))

  it("says which claim has no support, where, and in which sentence", () =>
    assert.deepStrictEqual(
      findings(
        hardFacts,
        [user("When?"), assistant("A good question. It was built in 1784 by Ada Brandt.")],
        {},
        { sources: [WEIR] }
      ),
      [
        {
          code: "UNSUPPORTED_NUMBER",
          reason: 'Message 1 claims the number "1784", which nothing before it supports.',
          evidence: {
            message: 1,
            kind: "number",
            found: "1784",
            start: 33,
            end: 37,
            sentence: "It was built in 1784 by Ada Brandt."
          }
        }
      ]
    ))

  it("rejects numbers, units, dates, times, links, identifiers, titles and names that the source does not have", () =>
    rejects([
      ["It is 43.5 m wide.", "UNSUPPORTED_NUMBER 43.5 m"],
      ["It is 42.5 kg wide.", "UNSUPPORTED_NUMBER 42.5 kg"],
      ["It cost 1,300 pounds.", "UNSUPPORTED_NUMBER 1,300"],
      ["It took ninety days.", "UNSUPPORTED_NUMBER ninety days"],
      ["It opened on 6 May 1911.", "UNSUPPORTED_DATE 6 May 1911"],
      ["It opened on Tuesday.", "UNSUPPORTED_DATE Tuesday"],
      ["It opened at 10:30.", "UNSUPPORTED_DATE 10:30"],
      ["See https://harrow.example/hill.", "UNSUPPORTED_LINK https://harrow.example/hill"],
      ["Write to ada@harrow.example.", "UNSUPPORTED_LINK ada@harrow.example"],
      ["Its number is AB-1234.", "UNSUPPORTED_IDENTIFIER AB-1234"],
      ['Read "The New Mill" first.', "UNSUPPORTED_TITLE The New Mill"],
      ["It was built by Edwin Brandt.", "UNSUPPORTED_NAME Edwin"]
    ]))

  it("knows a weekday by its date", () => {
    keeps(["It opened on a Friday."])
    rejects([["It opened on a Monday.", "UNSUPPORTED_DATE Monday"]])
  })

  it("reads Chinese numerals, dates, units and titles", () => {
    keeps(
      [
        "它建于一七八三年五月六日，宽42.5米。",
        "耗资3.5万元，有二十三名工人。",
        "耗资35,000元，宽4250厘米。",
        "可以看《水坝志》。",
        "大约40米宽，一起去看看吧，十分值得。",
        "１７８３年建成。"
      ],
      [ZH]
    )
    rejects(
      [
        ["建于1784年。", "UNSUPPORTED_DATE 1784年"],
        ["建于5月7日。", "UNSUPPORTED_DATE 5月7日"],
        ["宽43.5米。", "UNSUPPORTED_NUMBER 43.5米"],
        ["耗资三万六千元。", "UNSUPPORTED_NUMBER 三万六千元"],
        ["详见《县志》。", "UNSUPPORTED_TITLE 县志"],
        ["由Brandt先生建成。", "UNSUPPORTED_NAME Brandt"]
      ],
      [ZH]
    )
  })

  it("takes no greeting, sentence's beginning, label, list number or example for a fact", () =>
    keeps([
      "Hello there! Perfect. Dear visitor, Please note:\n1. Built by the miller\n2. Raised later\n- **Builder Name**: Ada Brandt\n- Year: 1783",
      "Could you give me a number, such as 12345 or AB-999?",
      "We are here 24/7, and I am 100% sure. I think it's OK. Option 2 is better.",
      "Its Width: 42.5 m; Cost: 1200 pounds."
    ]))

  it("knows what was said before, the system message and the tools' descriptions", () => {
    const messages: ReadonlyArray<Message> = [
      system("You work for Harbour Goods. Refunds take 5 to 7 business days."),
      user("I am Sofia. I bought 3 lamps for $80 on 2 June."),
      assistant(
        "Hello Sofia from Harbour Goods! Your 3 lamps of 2 June for $80.00 are refunded within 5-7 business days. Pick one of 30 colours."
      )
    ]
    const paint = { name: "paint", description: "Paints in 30 colours.", parameters: {} }
    const tools = [paint]
    const other = { tools: [{ ...paint, description: "Paints." }] }
    assert.deepStrictEqual(findings(hardFacts, messages, {}, { tools }), [])
    assert.deepStrictEqual(
      findings(hardFacts, messages, {}, other).map(({ evidence }) => evidence.found),
      ["30"]
    )
    assert.deepStrictEqual(findings(hardFacts, messages, { toolDescriptions: false }, { tools }).length, 1)
    assert.deepStrictEqual(findings(hardFacts, messages, { allowed: ["30 colours"] }, other), [])
  })

  it("does not know what is said only later", () => {
    const messages = [
      system("Be kind."),
      user("How much?"),
      assistant("It is $12.50."),
      user("So $12.50?"),
      assistant("Yes, $12.50.")
    ]
    assert.deepStrictEqual(
      findings(hardFacts, messages, {}, { sources: [WEIR] }).map(({ evidence }) => [evidence.message, evidence.found]),
      [[2, "12.50"]]
    )
  })

  it("keeps totals, differences, multiples and counts of known amounts", () => {
    for (const line of [
      "Your order #W7318102 has the Coat Rack and 4 other items.",
      "All five cost $1,101.11 together, that are 5 items.",
      "The rack and the lamp are $147.48.",
      "The stool costs $194.12 more than the rack.",
      "Two lamps would be $93.32.",
      "It is about $600, or $607 rounded."
    ]) {
      assert.deepStrictEqual([line, ...shop(line)], [line])
    }
  })

  it("rejects wrong totals and counts, and all of them where arithmetic is not allowed", () => {
    assert.deepStrictEqual(shop("Your order #W7318102 has the Coat Rack and 3 other items."), ["UNSUPPORTED_NUMBER 3"])
    assert.deepStrictEqual(shop("The rack and the lamp are $147.84."), ["UNSUPPORTED_NUMBER 147.84"])
    assert.deepStrictEqual(shop("The rack and the lamp are $147.48.", { arithmetic: false }), [
      "UNSUPPORTED_NUMBER 147.48"
    ])
    assert.deepStrictEqual(shop("Your order #W7318103 is pending."), ["UNSUPPORTED_IDENTIFIER #W7318103"])
  })

  it("holds a small number against the words beside it", () => {
    const kayak = [user("Which?"), answering("a", { name: "Kayak", options: { seats: "3", hooks: 9 } })]
    const says = (line: string) =>
      findings(hardFacts, [...kayak, assistant(line)]).map(({ evidence }) => evidence.found)
    assert.deepStrictEqual(says("It has 3 seats and 9 hooks."), [])
    assert.deepStrictEqual(says("It has 9 seats and 9 hooks."), ["9"])
  })

  it("looks only at the kinds that it is told to, and at nothing where there is nothing to hold it against", () => {
    assert.deepStrictEqual(claimed("Edwin built it in 1784, says Edwin.", { kinds: ["name"] }), [
      "UNSUPPORTED_NAME Edwin"
    ])
    const invented = [user("When?"), assistant("In 1784, by Edwin Brandt.")]
    assert.deepStrictEqual(findings(hardFacts, invented), [])
    assert.deepStrictEqual(findings(hardFacts, [system("You are a helpful assistant."), ...invented]), [])
  })

  it("takes a claimed year only where some text has it, and a code or a seat as it is", () => {
    const source = "The line opened on 13 September; the year was 1922. Error E04: no water. Seat 11A, car 6."
    keeps(["It opened on 13 September 1922.", "E04 means no water.", "Your seat is 11A."], [source])
    rejects(
      [
        ["It opened on 13 September 1122.", "UNSUPPORTED_DATE 13 September 1122"],
        ["E03 means no water.", "UNSUPPORTED_IDENTIFIER E03"],
        ["Your seat is 91A.", "UNSUPPORTED_IDENTIFIER 91A"]
      ],
      [source]
    )
  })

  it("reads ordinals, ranges, hours with minutes and hours of the day", () => {
    const source =
      '{"floor": "second", "due": "the fifth day", "duration_minutes": 385, "low": -27, "high": 16, "starts": "15:00"}'
    keeps(
      [
        "It is on the 2nd floor, due on the 5th.",
        "It takes 6 h 25 min, that is 6小时25分钟.",
        "It is between -27 and 16 °C, 零下27到16度。",
        "It starts at 3 in the afternoon.",
        "下午三点开始。"
      ],
      [source]
    )
    rejects(
      [
        ["It is on the 3rd floor.", "UNSUPPORTED_NUMBER 3"],
        ["It takes 6 h 26 min.", "UNSUPPORTED_NUMBER 6 h 26 min"],
        ["下午四点开始。", "UNSUPPORTED_DATE 下午四点"]
      ],
      [source]
    )
  })

  it("reckons with what a document says: multiples, sums of them, shares, and days between dates", () => {
    const source =
      "Adults £12.50, students £9, half of it in May. The fee is 8 %, or 12 % abroad. From 13 September 1922 to 22 September 1922."
    keeps(
      [
        "Two adults are £25.00 and the student £9, so £34 in total.",
        "The fee on £12.50 is £1.00; abroad it is 4 percentage points more.",
        "It lasted nine days.",
        "That is 12.5 times 8."
      ],
      [source]
    )
    rejects(
      [
        ["Two adults are £25.00 and the student £9, so £35 in total.", "UNSUPPORTED_NUMBER 35"],
        ["Abroad it is 5 percentage points more.", "UNSUPPORTED_NUMBER 5 percentage points"],
        ["It lasted eleven days.", "UNSUPPORTED_NUMBER eleven days"]
      ],
      [source]
    )
  })

  it("knows when something ends, what is a measure of several, and a name of letters and digits", () => {
    const source = '{"start": "07:30", "minutes": 60, "pm25": 52.3, "size": "1722 x 1134 x 30 mm"}'
    keeps(
      ["It ends at 8:30.", "八点半结束。", "PM2.5 is 52.3.", "It is about 1.7 m by 1.1 m.", "The PM2.5 is high."],
      [source]
    )
    rejects(
      [
        ["It ends at 8:40.", "UNSUPPORTED_DATE 8:40"],
        ["It is 1.8 m long.", "UNSUPPORTED_NUMBER 1.8 m"]
      ],
      [source]
    )
  })

  it("takes no code block and no time that is put to somebody for a claim", () =>
    keeps([
      "Like this:\n```sql\nSELECT * FROM orders LIMIT 500;\n```\nThat is all.",
      "Would 4:45 pm work for you?",
      "下午4点可以吗？"
    ]))

  it("cannot hold a small number in Chinese against English keys, and accepts it by its value", () => {
    const messages = [user("还有几个座位？"), answering("a", { seats_left: 7, aqi: 62 })]
    const says = (line: string) =>
      findings(hardFacts, [...messages, assistant(line)]).map(({ evidence }) => evidence.found)
    assert.deepStrictEqual(says("还剩7个座位，空气质量指数62。"), [])
    assert.deepStrictEqual(says("还剩8个座位。"), ["8"])
  })
})
