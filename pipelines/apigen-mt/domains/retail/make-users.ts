import type { Random } from "../../../../stages/random.ts"
import { makeAddress } from "./address.ts"
import type { Fresh } from "./fresh-ids.ts"
import type { PaymentMethod, User } from "./records.ts"
import { cardBrands, emailDomains, firstNames, lastNames } from "./vocabulary/people.ts"

const userTotal = 500
/** First and last names that more than one user bears: the pairs, and those of them that three bear. */
const sharedPairs = 100
const sharedByThree = 15
const methodTotals = { credit_card: 239, gift_card: 234, paypal: 222 } as const
type Source = keyof typeof methodTotals
/** So that "my PayPal account" is one account, and cards can be told apart by their digits or balance. */
const mostOfSource: Readonly<Record<Source, number>> = { credit_card: 2, gift_card: 2, paypal: 1 }
const mostMethods = 4

export interface KeyedUser {
  readonly id: string
  readonly user: User
}

/** A source for each payment method of each user: 1 to 4 a user, the benchmark's totals. */
const sources = (random: Random): Array<Array<Source>> => {
  const all = random.shuffle(
    (Object.keys(methodTotals) as Array<Source>).flatMap((source) =>
      Array.from({ length: methodTotals[source] }, () => source)
    )
  )
  const made: Array<Array<Source>> = all.slice(0, userTotal).map((source) => [source])
  for (const source of all.slice(userTotal)) {
    for (;;) {
      const one = random.pick(made)
      if (one.length === mostMethods || one.filter((held) => held === source).length === mostOfSource[source]) continue
      one.push(source)
      break
    }
  }
  return made
}

const names = (random: Random): Array<readonly [first: string, last: string]> => {
  const pairs = random.shuffle(firstNames.flatMap((first) => lastNames.map((last) => [first, last] as const)))
  const shared = pairs.slice(0, sharedPairs)
  const twice = [...shared, ...shared, ...shared.slice(0, sharedByThree)]
  return random.shuffle([...twice, ...pairs.slice(sharedPairs, sharedPairs + userTotal - twice.length)])
}

const method = (source: Source, held: ReadonlyArray<PaymentMethod>, random: Random, fresh: Fresh): PaymentMethod => {
  const id = `${source}_${fresh.digits(source, 7, 1)}`
  switch (source) {
    case "credit_card": {
      const taken = held.map((one) => (one.source === "credit_card" ? one.last_four : ""))
      let digits = String(random.integer(1000, 9999))
      while (taken.includes(digits)) digits = String(random.integer(1000, 9999))
      return { source, brand: random.pick(cardBrands), last_four: digits, id }
    }
    case "gift_card": {
      const taken = held.map((one) => (one.source === "gift_card" ? one.balance : -1))
      let balance = random.integer(0, 100)
      while (taken.includes(balance)) balance = random.integer(0, 100)
      return { source, balance, id }
    }
    case "paypal":
      return { source, id }
  }
}

/** 500 users with 695 payment methods; 100 names are shared, name and zip together are unique. Orders come later. */
export const makeUsers = (random: Random, fresh: Fresh): Array<KeyedUser> => {
  const methodSources = sources(random)
  const seen = new Set<string>()
  return names(random).map(([first, last], index) => {
    let address = makeAddress(random)
    while (seen.has(`${first} ${last} ${address.zip}`)) address = makeAddress(random)
    seen.add(`${first} ${last} ${address.zip}`)
    const methods: Array<PaymentMethod> = []
    for (const source of methodSources[index] ?? []) methods.push(method(source, methods, random, fresh))
    const plain = `${first}_${last}`.toLowerCase()
    const user: User = {
      name: { first_name: first, last_name: last },
      address,
      email: `${plain.replace("_", ".")}${fresh.digits(`mail ${plain}`, 4, 1)}@${random.pick(emailDomains)}`,
      payment_methods: Object.fromEntries(methods.map((one) => [one.id, one])),
      orders: []
    }
    return { id: `${plain}_${fresh.digits(`user ${plain}`, 4, 1)}`, user }
  })
}
