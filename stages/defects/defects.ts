import { alteredFact } from "./altered-fact.ts"
import { contradiction } from "./contradiction.ts"
import { copiedTurn } from "./copied-turn.ts"
import { danglingCall } from "./dangling-call.ts"
import type { Defect } from "./defect.ts"
import { inventedArgument } from "./invented-argument.ts"
import { inventedFact } from "./invented-fact.ts"
import { leakedInstruction } from "./leaked-instruction.ts"
import { personalData } from "./personal-data.ts"
import { placeholderTurn } from "./placeholder-turn.ts"
import { roleOrder } from "./role-order.ts"
import { swappedArgument } from "./swapped-argument.ts"
import { toxicTurn } from "./toxic-turn.ts"
import { unknownTool } from "./unknown-tool.ts"

/** All that can be wrong with a dialogue whatever method made it. */
export const defects: ReadonlyArray<Defect> = [
  alteredFact,
  inventedFact,
  contradiction,
  swappedArgument,
  inventedArgument,
  unknownTool,
  danglingCall,
  placeholderTurn,
  roleOrder,
  copiedTurn,
  leakedInstruction,
  personalData,
  toxicTurn
]
