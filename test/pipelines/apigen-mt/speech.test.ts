import { assert, describe, it } from "@effect/vitest"
import {
  asksForConsent,
  asksIdentity,
  givesConsent,
  offersMore,
  refuses,
  reportsDone
} from "../../../pipelines/apigen-mt/speech.ts"

const check = (name: string, test: (line: string) => boolean, yes: ReadonlyArray<string>, no: ReadonlyArray<string>) =>
  describe(name, () => {
    for (const line of yes) it(`holds for "${line}"`, () => assert.isTrue(test(line)))
    for (const line of no) it(`does not hold for "${line}"`, () => assert.isFalse(test(line)))
  })

check(
  "asksForConsent",
  asksForConsent,
  [
    "I will cancel it. Shall I go ahead?",
    "Do you confirm (yes/no)?",
    "Would you like me to proceed?",
    "Is that correct?"
  ],
  ["Could you confirm your e-mail address?", "May I have your name?", "It has been cancelled.", "Which order is it?"]
)
check(
  "givesConsent",
  givesConsent,
  ["Yes", "yep, do it", "Sounds good!", "Please go ahead.", "Sure"],
  ["No, thanks", "Wait, not yet", "What does it cost?", "Not yet, yes I know", "Hm"]
)
check(
  "reportsDone",
  reportsDone,
  ["Your order has been cancelled.", "Done! Anything else?", "The address is now 1 Road."],
  [
    "It can be done only once.",
    "Which items do you want changed?",
    'Is it "changed?" ...',
    "One moment, please.",
    "It will be processed later."
  ]
)
check(
  "refuses",
  refuses,
  ["I'm afraid I can't do that.", "That is not possible.", "Our policy does not allow it."],
  ["I can do that.", "It has been done."]
)
check("offersMore", offersMore, ["Is there anything else?", "What else can I do?"], ["What can I do for you today?"])
check(
  "asksIdentity",
  asksIdentity,
  ["May I have your e-mail address?", "Please give me your full name and zip code.", "I need to verify who you are."],
  ["You will get an e-mail with instructions. Anything else?", "What is the new address, with city and zip code?"]
)
