import { assert, describe, it } from "@effect/vitest"
import { assistant, type Message, user } from "../../../schemas/message.ts"
import { personalData } from "../../../stages/filters/personal-data.ts"
import { answering, calling, codes, findings } from "../../support/rule-lab.ts"

const says = (line: string, options = {}) => codes(personalData, [user(line), assistant("I see.")], options)
const keeps = (lines: ReadonlyArray<string>) => {
  for (const line of lines) assert.deepStrictEqual([line, ...says(line)], [line])
}
const rejects = (code: string, lines: ReadonlyArray<string>) => {
  for (const line of lines) assert.deepStrictEqual([line, ...says(line)], [line, code])
}

/** Joined here, so that no scanner takes this file for a leak. */
const secret = (...parts: ReadonlyArray<string>) => parts.join("")

describe("personal-data", () => {
  it("keeps a clerk's talk of orders, prices and records", () =>
    keeps([
      "Order #W7318102 with item 5425307577 cost $1269.02, paid by credit_card_8897086 ending in 8902.",
      "It has parcel number 970329203674 and comes on 2024-05-06 at 14:30.",
      "The ratio is 3:4:5, version 10.2.3.4, in sizes 200x300-400.",
      "订单号 2024050612345 已发货，共 3 件。"
    ]))

  it("says where and of what kind, and never what it is", () => {
    const [finding, ...others] = findings(personalData, [user("Write to mei.lopez82@gmail.com please.")])
    assert.deepStrictEqual(others, [])
    assert.deepStrictEqual(finding, {
      code: "EMAIL",
      reason: "Message 0 (user) holds an e-mail address in its content, from character 9 to 30.",
      evidence: { message: 0, role: "user", field: "content", kind: "email", start: 9, end: 30 }
    })
    assert.notInclude(JSON.stringify(finding), "mei.lopez82")
  })

  it("rejects e-mail addresses that somebody can have, and keeps those of the domains for examples", () => {
    rejects("EMAIL", ["a.b+c@mail.shop.co.uk", "写信给 li.wei@qq.com。", "ｌｉ＠qq.com"])
    keeps(["imogen.vasquez8563@example.com", "yaw@letters.test", "a@b.example", "root@localhost", "x@sub.example.org"])
  })

  it("rejects phone numbers by their form or the word before them, and keeps those of stories and of businesses", () => {
    rejects("PHONE", [
      "(212) 234-9988",
      "415.678.2345",
      "+1-713-902-4411",
      "+49 30 1234567",
      "+44 7911 123456",
      "手机号13812345678",
      // Without their 1 they would be toll-free numbers of North America.
      "手机号是186 6892 2608",
      "手机号18881234567",
      "电话：010-62771234",
      "My phone number is 0301234567",
      "call me at 20 7123 4567"
    ])
    keeps([
      "(212) 555-0143",
      "+1 800 234 9988",
      "1-866-234-9988",
      "+44 1632 960123",
      "call 24/7",
      "phone case 12",
      "item 13812345678901",
      "#13812345678"
    ])
  })

  it("rejects street addresses only where something says that somebody lives there", () => {
    rejects("STREET_ADDRESS", [
      "750 Beacon Row, Suite 418, Boulder, CO 80384",
      "I live at 12 Oak Lane with my cat.",
      "My address is 9 N. Elm Street",
      "22 Baker Street, London NW1 6XE",
      "我住在北京市海淀区中关村大街27号"
    ])
    keeps([
      "Its shop at 12 Oak Lane sold 40000 lamps.",
      "I live at 5 minutes from the Road.",
      "It took 3 Good People Way too long.",
      "上海路上有27号店"
    ])
  })

  it("rejects public IP addresses of both versions, and keeps private, documentation and version numbers", () => {
    rejects("IP_ADDRESS", ["Log in from 93.184.216.34 today", "2606:2800:220:1:248:1893:25c8:1946"])
    keeps([
      "192.168.0.1",
      "203.0.113.7",
      "127.0.0.1",
      "version 93.184.216.34",
      "1.2.3",
      "999.1.1.1",
      "2001:db8::1",
      "::1",
      "at 10:20:30"
    ])
  })

  it("rejects bank accounts and cards only with right check digits, and keeps published test numbers", () => {
    rejects("IBAN", ["DE75 5121 0800 1245 1261 99", "GB33BUKB20201555555555"])
    keeps(["DE75 5121 0800 1245 1261 98", "DE89 3704 0044 0532 0130 00", "GB82 WEST 1234 5698 7654 32"])
    rejects("PAYMENT_CARD", ["4539 1488 0343 6467", "card 5425233430109903", "3782-822463-10013"])
    keeps(["4539 1488 0343 6468", "4242 4242 4242 4242", "5555555555554444", "9876543210987654"])
  })

  it("rejects numbers of persons that can have been given out", () => {
    rejects("US_SSN", ["536-22-8911", "my SSN is 536228911"])
    keeps(["000-12-3456", "666-12-3456", "987-65-4321", "078-05-1120", "536-00-8911", "code 536228911"])
    rejects("CHINESE_ID", ["身份证11010519491231002X", "440308199901010012"])
    keeps(["110105194912310021", "110105194913310021"])
    rejects("PASSPORT", ["My passport number is AB1234567", "护照号码：E12345678"])
    keeps(["AB1234567", "passport in 3 days"])
  })

  it("rejects keys of known shapes, private keys, tokens and passwords, and keeps stand-ins", () => {
    const header = Buffer.from('{"alg":"HS256"}').toString("base64url")
    rejects("SECRET", [
      secret("AKIA", "QYLPMN5HNZ7WKD3A"),
      secret("ghp", "_", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"),
      secret("sk", "-", "proj-abc123DEF456ghi789JKL"),
      secret("-----BEGIN RSA ", "PRIVATE KEY-----"),
      `${header}.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlc2lnbmF0dXJl`,
      "password: Tr0ub4dor&3",
      "DB_PASSWORD=k8Zq2LmX9w",
      "我的密码是 Kx9mQ2vL7p"
    ])
    keeps([
      secret("AKIA", "IOSFODNN7EXAMPLE"),
      "password: your-password-1",
      "password=${DB_PASSWORD1}",
      "The password is required",
      "token: aaaaaaaa1",
      "eyJhbGciOiJub25l.notatoken.notasignature",
      "the secret is patience"
    ])
  })

  const record: Message = answering("a", {
    email: "odette@fairweather.org",
    address: { address1: "220 Beacon Row", zip: "23262" }
  })

  it("lets a clerk say what a tool of the dialogue answered, before or after", () => {
    const messages = [
      user("I am odette@fairweather.org."),
      calling("a", "find", { email: "odette@fairweather.org" }),
      record,
      assistant("To 220 Beacon Row, Richmond, VA 23262?")
    ]
    assert.deepStrictEqual(codes(personalData, messages), [])
    assert.deepStrictEqual(
      findings(personalData, messages, { allowFromTools: false }).map(({ code, evidence }) => [
        code,
        evidence.message,
        evidence.field
      ]),
      [
        ["EMAIL", 0, "content"],
        ["EMAIL", 1, "arguments"],
        ["STREET_ADDRESS", 3, "content"]
      ]
    )
  })

  it("does not take an error that repeats a value for a record of it", () =>
    assert.deepStrictEqual(
      codes(personalData, [
        user("I am odette@fairweather.org."),
        answering("a", "Error: no account has odette@fairweather.org")
      ]),
      ["EMAIL"]
    ))

  it("looks at the roles that it is told to, and at reasoning", () => {
    assert.deepStrictEqual(codes(personalData, [record], { roles: ["tool"], allowFromTools: false }), ["EMAIL"])
    const thinking: Message = { ...assistant("Yes."), reasoning: "They are at mei@gmail.com." }
    assert.deepStrictEqual(findings(personalData, [thinking])[0]?.evidence.field, "reasoning")
    assert.deepStrictEqual(codes(personalData, [thinking], { roles: ["user"] }), [])
  })

  it("keeps values that are allowed, however they are written", () =>
    assert.deepStrictEqual(says("Call +49 (30) 123-4567", { allowed: ["+49 30 1234567"] }), []))
})
