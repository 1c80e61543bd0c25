import type { Random } from "../../../../stages/random.ts"
import type { Address } from "./records.ts"
import { places, streets, unitKinds } from "./vocabulary/places.ts"

/** An invented address in the USA whose zip code fits its city. */
export const makeAddress = (random: Random): Address => {
  const place = random.pick(places)
  return {
    address1: `${random.integer(100, 998)} ${random.pick(streets)}`,
    address2: `${random.pick(unitKinds)} ${random.integer(100, 998)}`,
    city: place.city,
    country: "USA",
    state: place.state,
    zip: place.zipPrefix + String(random.integer(1, 99)).padStart(2, "0")
  }
}

export const sameAddress = (a: Address, b: Address): boolean =>
  a.address1 === b.address1 &&
  a.address2 === b.address2 &&
  a.city === b.city &&
  a.country === b.country &&
  a.state === b.state &&
  a.zip === b.zip

/** On one line, as a person would say it. */
export const spokenAddress = (address: Address): string =>
  [address.address1, address.address2, address.city, `${address.state} ${address.zip}`, address.country]
    .filter((part) => part !== "")
    .join(", ")
