import { z } from "zod"

// The shapes of the benchmark's three tables. Amounts are dollars with up to two decimals: code reckons in cents.

export const Address = z.object({
  address1: z.string(),
  address2: z.string(),
  city: z.string(),
  country: z.string(),
  state: z.string(),
  zip: z.string()
})
export type Address = z.infer<typeof Address>

export const PaymentMethod = z.discriminatedUnion("source", [
  z.object({ source: z.literal("credit_card"), id: z.string(), brand: z.string(), last_four: z.string() }),
  z.object({ source: z.literal("gift_card"), id: z.string(), balance: z.number().min(0) }),
  z.object({ source: z.literal("paypal"), id: z.string() })
])
export type PaymentMethod = z.infer<typeof PaymentMethod>

export const User = z.object({
  name: z.object({ first_name: z.string(), last_name: z.string() }),
  address: Address,
  email: z.string(),
  payment_methods: z.record(z.string(), PaymentMethod),
  orders: z.array(z.string())
})
export type User = z.infer<typeof User>

const Options = z.record(z.string(), z.string())

export const Variant = z.object({
  item_id: z.string(),
  options: Options,
  available: z.boolean(),
  price: z.number().min(0)
})
export type Variant = z.infer<typeof Variant>

export const Product = z.object({
  name: z.string(),
  product_id: z.string(),
  variants: z.record(z.string(), Variant)
})
export type Product = z.infer<typeof Product>

export const OrderItem = z.object({
  name: z.string(),
  product_id: z.string(),
  item_id: z.string(),
  price: z.number().min(0),
  options: Options
})
export type OrderItem = z.infer<typeof OrderItem>

export const Payment = z.object({
  transaction_type: z.enum(["payment", "refund"]),
  amount: z.number().min(0),
  payment_method_id: z.string()
})
export type Payment = z.infer<typeof Payment>

export const Order = z.object({
  order_id: z.string(),
  user_id: z.string(),
  address: Address,
  items: z.array(OrderItem).min(1),
  fulfillments: z.array(z.object({ tracking_id: z.array(z.string()), item_ids: z.array(z.string()) })),
  status: z.string(),
  payment_history: z.array(Payment).min(1),
  // What writes add.
  cancel_reason: z.string().optional(),
  return_items: z.array(z.string()).optional(),
  return_payment_method_id: z.string().optional(),
  exchange_items: z.array(z.string()).optional(),
  exchange_new_items: z.array(z.string()).optional(),
  exchange_payment_method_id: z.string().optional(),
  exchange_price_difference: z.number().optional()
})
export type Order = z.infer<typeof Order>
