import type { Random } from "../../../../stages/random.ts"
import type { Fresh } from "./fresh-ids.ts"
import { dollars } from "./money.ts"
import type { Product, Variant } from "./records.ts"
import { type ProductKind, productKinds } from "./vocabulary/products.ts"

const variantTotal = 591
const availableTotal = 379
const fewestVariants = 5
const mostVariants = 20

const combinations = (options: ProductKind["options"]): Array<Record<string, string>> =>
  Object.entries(options).reduce<Array<Record<string, string>>>(
    (made, [name, values]) => made.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}]
  )

/** How many variants each kind has: 5 to 20, 591 in all, both ends taken. */
const variantCounts = (random: Random): Array<number> => {
  const counts = productKinds.map(() => fewestVariants)
  counts[1] = mostVariants
  let left = variantTotal - counts.reduce((sum, count) => sum + count, 0)
  while (left > 0) {
    const index = random.integer(2, counts.length - 1)
    const count = counts[index] as number
    if (count === mostVariants) continue
    counts[index] = count + 1
    left--
  }
  return random.shuffle(counts)
}

const lowest = Math.min(...productKinds.map((kind) => kind.price[0]))
const highest = Math.max(...productKinds.map((kind) => kind.price[1]))

/** Prices in cents. The kinds at the ends of the catalogue's range reach them; no price occurs twice in a kind. */
const prices = (kind: ProductKind, count: number, random: Random): Array<number> => {
  const [low, high] = kind.price
  const made = new Set<number>()
  if (low === lowest) made.add(low)
  if (high === highest) made.add(high)
  while (made.size < count) made.add(random.integer(low + 1, high - 1))
  return random.shuffle([...made])
}

/** 50 products, 591 variants, 379 of them available and at least one of each product's. */
export const makeProducts = (random: Random, fresh: Fresh): Array<Product> => {
  const counts = variantCounts(random)
  const sets = productKinds.map((kind, index) => {
    const count = counts[index] as number
    const amounts = prices(kind, count, random)
    return random.sample(combinations(kind.options), count).map(
      (options, position): Variant => ({
        // From 5 up, so that no id is small enough to count as an array index, which objects would reorder.
        item_id: fresh.digits("item", 10, 5),
        options,
        available: false,
        price: dollars(amounts[position] as number)
      })
    )
  })
  const certain = new Set(sets.map((variants) => random.pick(variants).item_id))
  const others = sets.flat().filter((variant) => !certain.has(variant.item_id))
  const available = new Set(certain)
  for (const variant of random.sample(others, availableTotal - certain.size)) available.add(variant.item_id)

  return productKinds.map((kind, index) => ({
    name: kind.name,
    product_id: fresh.digits("product", 10, 5),
    variants: Object.fromEntries(
      (sets[index] ?? []).map((variant) => [variant.item_id, { ...variant, available: available.has(variant.item_id) }])
    )
  }))
}
