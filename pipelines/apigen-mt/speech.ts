// What a line of a dialogue does, told by its words. Patterns, so each can miss; the checks that use them say which way they err.

const sentences = (text: string): ReadonlyArray<string> => text.split(/(?<=[.!?])\s+|\n+/)

const CONSENT =
  /\byes\s*\/\s*no\b|\b(?:reply|say|answer)(?: with)? ["']?yes\b|\bconfirm\b(?!\s+(?:your|the)\s+(?:e-?mail|identity|name|full|zip|order (?:number|id)))|\b(?:shall|should|may|can) i (?:go ahead|proceed|do (?:this|that|it|so)|continue|transfer|cancel|change|submit|place|process|make|start|register|return|exchange|update|modify|switch|hand)\b|\b(?:go ahead|proceed|carry on)\b[^.!?]*\?|\b(?:want|like) me to\b|\b(?:okay|ok|all right|fine) (?:with|by) you\b|\bis (?:that|this|everything) (?:right|correct|okay|ok|all right)\b|\bdoes (?:that|this) (?:look|sound) (?:right|good|correct|okay)\b/i

/** The agent spells something out and asks for a yes. */
export const asksForConsent = (text: string): boolean => text.includes("?") && CONSENT.test(text)

const YES =
  /\b(?:yes|yep|yeah|yup|sure|please do|go ahead|go for it|confirm(?:ed)?|that's right|that is right|that's correct|correct|sounds good|looks good|ok|okay|proceed|do it|absolutely|of course|perfect|fine (?:by|with) me|exactly|agreed)\b/i
const NO =
  /^\W*(?:no\b|nope|not yet|wait|hold on|don't|do not|actually,? no|stop)|\b(?:don't|do not) (?:proceed|do it|go ahead|cancel it)\b/i

/** An explicit yes. A line that begins with a no is none, whatever follows. */
export const givesConsent = (text: string): boolean => YES.test(text) && !NO.test(text)

/** "can be done", "will be processed" are not yet. */
const DONE =
  /(?<!\bbe )\b(?:done|completed?|cancelled|canceled|processed|updated|changed|modified|switched|exchanged|submitted|requested|placed|taken care of|all set|success(?:ful(?:ly)?)?|went through|in place|(?:has|have) been|(?:is|are) now|on (?:its|their) way|transferr(?:ed|ing))\b/i

/** The agent says, not asks, that something was carried out. */
export const reportsDone = (text: string): boolean =>
  !asksForConsent(text) && sentences(text).some((sentence) => DONE.test(sentence) && !endsAsQuestion(sentence))

/** A question mark after the last word. Character by character: models get stuck on one, and a pattern takes its run squared. */
const endsAsQuestion = (sentence: string): boolean => {
  for (let at = sentence.length - 1; at >= 0; at--) {
    const character = sentence[at] as string
    if (character === "?") return true
    if (/\w/.test(character)) return false
  }
  return false
}

const REFUSAL =
  /\b(?:can(?:'|’)?t|cannot|can not|unable to|not able to|not possible|not allowed|not permitted|not eligible|won't be able|not something (?:i|we) can|must decline|have to decline|no way to|against (?:our|the) (?:policy|rules)|(?:policy|rules) do(?:es)? not allow|outside (?:of )?what)\b/i

/** The agent turns a request down. */
export const refuses = (text: string): boolean => REFUSAL.test(text)

const FURTHER =
  /\b(?:anything else|something else|what else|any other (?:question|request)s?|help (?:you )?with (?:next|further))\b/i

/** The agent is through with one matter and asks for the next. */
export const offersMore = (text: string): boolean => FURTHER.test(text)

const IDENTITY =
  /\b(?:e-?mail|name (?:and|with|plus) (?:your )?zip|full name|first and last name|verify (?:who|your)|identify you|who (?:am i|you are)|(?:locate|find|look up) your (?:account|profile))\b/i

/** The agent asks who it is talking to. */
export const asksIdentity = (text: string): boolean =>
  sentences(text).some(
    (sentence) => IDENTITY.test(sentence) && /\?|\b(?:please|could you|may i|can you|need)\b/i.test(sentence)
  )
