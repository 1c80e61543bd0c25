/** Question of a retail scenario, and how somebody asks it who does not read it from a sheet: `$1` is what it is about. */
const wordings: ReadonlyArray<readonly [RegExp, ReadonlyArray<string>]> = [
  [
    /^How much money do I get back for order (\S+) in total\?$/,
    ["How much will I get back for order $1?", "What's my refund for order $1 going to be?"]
  ],
  [
    /^What will the refund for the return from order (\S+) add up to\?$/,
    ["How big is the refund for that return from order $1?", "What refund do I get for the return from order $1?"]
  ],
  [
    /^How much is the difference in price for the exchange in order (\S+)\?$/,
    [
      "What's the price difference for the exchange in order $1?",
      "That exchange in order $1, what's the difference in price?"
    ]
  ],
  [
    /^By how much does the price of order (\S+) change with the new items\?$/,
    [
      "How much does the price change with the new items in order $1?",
      "What do the new items change about the price of order $1?"
    ]
  ],
  [
    /^What do all items of order (\S+) cost together after the change\?$/,
    [
      "After the change, what do all the items of $1 cost together?",
      "What's the total cost of all items of order $1 after the change?"
    ]
  ],
  [
    /^What did I pay for order (\S+) altogether\?$/,
    ["How much did I pay for order $1?", "What did I pay altogether for order $1?"]
  ],
  [
    /^What is the tracking number of order (\S+)\?$/,
    ["Could you give me the tracking number of order $1?", "What's the tracking number for order $1?"]
  ],
  [/^What did (.+) in order (\S+) cost\?$/, ["In order $2, how much was $1?", "What was the cost of $1 in order $2?"]],
  [
    /^What does the (cheapest|most expensive) (.+) that you have available cost\?$/,
    ["How much is the $1 $2 that's available?", "What's the price of your $1 available $2?"]
  ],
  [
    /^How many different variants of the (.+) are available at the moment\?$/,
    ["How many variants of the $1 are available right now?", "The $1, how many variants of it are available?"]
  ],
  [/^How much money is left on (.+)\?$/, ["What's the balance on $1?", "How much is still left on $1?"]]
]

/** The question in other words; as it is where it is none of those known. */
export const wordingsOf = (question: string): ReadonlyArray<string> => {
  const known = wordings.find(([pattern]) => pattern.test(question))
  return known?.[1].map((wording) => question.replace(known[0], wording)) ?? [question]
}
