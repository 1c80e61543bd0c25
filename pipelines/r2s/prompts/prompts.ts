import { JUDGE_SYSTEM } from "../judge/prompts.ts"
import { PACKS } from "../languages/packs.ts"
import { BLIND_SYSTEM, CLAIMS_SYSTEM } from "./grounding.ts"
import { CHARACTERS_SYSTEM, DECIDE_SYSTEM, FIND_SYSTEM, WRITE_SYSTEM } from "./stepwise.ts"
import { BASE_SYSTEM, COD_SYSTEM, COT_SYSTEM } from "./whole.ts"

/** Every text that a model is told, by name: the run's record holds their hashes, and an edit starts a new generation. */
export const prompts: Readonly<Record<string, string>> = {
  "whole.cod": COD_SYSTEM,
  "whole.cot": COT_SYSTEM,
  "whole.base": BASE_SYSTEM,
  "stepwise.characters": CHARACTERS_SYSTEM,
  "stepwise.decide": DECIDE_SYSTEM,
  "stepwise.find": FIND_SYSTEM,
  "stepwise.write": WRITE_SYSTEM,
  "judge.system": JUDGE_SYSTEM,
  "judge.claims": CLAIMS_SYSTEM,
  "judge.blind": BLIND_SYSTEM,
  ...Object.fromEntries(PACKS.map(({ examples, tag }) => [`whole.examples-${tag}`, JSON.stringify(examples)]))
}
