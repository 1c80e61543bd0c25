import type { EnvironmentTool } from "../../../../../stages/environment.ts"
import type { Profile } from "../../domain.ts"
import { cancelPendingOrder } from "./cancel-pending-order.ts"
import { exchangeDeliveredOrderItems } from "./exchange-delivered-order-items.ts"
import { calculate, think, transferToHumanAgents } from "./generic.ts"
import { modifyPendingOrderAddress, modifyUserAddress } from "./modify-addresses.ts"
import { modifyPendingOrderItems } from "./modify-pending-order-items.ts"
import { modifyPendingOrderPayment } from "./modify-pending-order-payment.ts"
import {
  findUserIdByEmail,
  findUserIdByNameZip,
  getOrderDetails,
  getProductDetails,
  getUserDetails,
  listAllProductTypes
} from "./reads.ts"
import { returnDeliveredOrderItems } from "./return-delivered-order-items.ts"

/**
 * The 16 retail tools of tau-bench, with its names and signatures and our own words, by name.
 *
 * `tau1` behaves as the benchmark does, its bugs included, for models that will meet it. `strict` differs where the
 * benchmark is wrong: amounts are whole cents; a variant cannot replace itself; item lists are not empty; a cancelled
 * order pays back what was paid and no more; an even swap leaves no payment of 0; the pairs of an exchange are kept.
 */
export const retailTools = (profile: Profile): ReadonlyMap<string, EnvironmentTool> =>
  new Map(
    [
      calculate(profile),
      cancelPendingOrder(profile),
      exchangeDeliveredOrderItems(profile),
      findUserIdByEmail,
      findUserIdByNameZip,
      getOrderDetails,
      getProductDetails,
      getUserDetails,
      listAllProductTypes,
      modifyPendingOrderAddress,
      modifyPendingOrderItems(profile),
      modifyPendingOrderPayment,
      modifyUserAddress,
      returnDeliveredOrderItems(profile),
      think,
      transferToHumanAgents
    ].map((tool) => [tool.tool.name, tool])
  )
