/** Whole cents of an amount in dollars: all reckoning is in cents, so that no sum depends on its order. */
export const cents = (dollars: number): number => Math.round(dollars * 100)

/** Dollars of whole cents, as stored. */
export const dollars = (amount: number): number => amount / 100

/** As people write it, without a sign for the currency: "43.20". */
export const money = (amount: number): string => dollars(amount).toFixed(2)
