/** What a scripted support agent says. Each list holds wordings of one thing; none states more than it is given. */
export const lines = {
  askIdentity: [
    "Happy to help with that. Could you give me the e-mail address of your account, or your full name and zip code?",
    "Of course. First I need to verify who you are: which e-mail address is on your account? Your name and zip code will do too.",
    "Sure. To find your account, may I have your e-mail address, or your first and last name with your zip code?",
    "I can look into that. Please tell me the e-mail address of your profile, or your full name and zip code, so that I can identify you."
  ],
  notFound: [
    "I could not find an account with that. Is there another e-mail address, or could you give me your full name and zip code?",
    "That does not match an account. Could you check the e-mail address, or give me your full name and zip code?"
  ],
  askTopic: [
    "Thank you, I have your account open. What can I do for you?",
    "Thanks, found you. How can I help today?",
    "Thank you. Which order is it about, and what should I do?"
  ],
  askAgain: [
    "I'm not sure that I understood. Could you tell me once more what I should do?",
    "Sorry, could you put that another way: which order is it about, and what should I do?"
  ],
  propose: [
    "Here is what I would do: {what}. Shall I go ahead (yes/no)?",
    "Let me sum up. I will {what}. Do you confirm (yes/no)?",
    "Thank you, I have checked it. I can {what}. Would you like me to proceed (yes/no)?",
    "To be sure that I have it right, I will {what}. May I go ahead (yes/no)?"
  ],
  repropose: ["I will only do this with a clear yes. The plan is to {what}. Shall I go ahead (yes/no)?"],
  leave: ["Without that I would rather leave {subject} alone.", "I won't touch {subject} then, without knowing that."],
  more: [
    "Is there anything else I can do for you?",
    "Can I help you with anything else?",
    "Is there anything else you need today?",
    "Anything else?"
  ],
  glad: ["You're welcome.", "Glad I could help.", "My pleasure."],
  refuse: [
    "I have looked at it, and I'm afraid I can't do that: {why}.",
    "I'm sorry, but that is not possible: {why}.",
    "Unfortunately I am unable to do this: {why}."
  ],
  refuseAgain: [
    "I understand, but I cannot make an exception: {why}.",
    "I'm sorry, there is no way to make an exception here, since {why}. I can't change that."
  ],
  offerTransfer: [
    "This is something I can't do from here, but a colleague can. Shall I transfer you (yes/no)?",
    "My tools do not cover that, so I am unable to do it myself. Would you like me to hand you over to a person (yes/no)?"
  ],
  money: [
    "That comes to ${value}.",
    "The amount is ${value}.",
    "I have checked: it is ${value}.",
    "According to our records it is ${value}."
  ],
  count: ["There are {value} of them at the moment.", "At the moment there are {value} available."],
  tracking: ["The tracking number is {value}.", "Here it is: the tracking number reads {value}."],
  plain: ["The answer is {value}.", "I have looked it up: {value}."],
  vague: ["I'm sorry, that figure is still being worked out.", "You will find that in the mail that you get later on."],
  unclear: ["Would it be ${value} that you had in mind?", "Did you expect something like ${value}?"]
} as const satisfies Record<string, ReadonlyArray<string>>
