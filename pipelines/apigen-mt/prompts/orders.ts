/** What kind of task the generator is to write, by kind. Slots are filled from the sampled walk and data. */
export const TASK_ORDERS = {
  write: `Write one test case whose actions use these tools, in this order: {{walk}}. The customer asks for nothing but these changes; "outputs" is empty.`,
  mixed: `Write one test case whose actions use these tools, in this order: {{walk}}. The customer also wants to know something, whose answer goes into "outputs". Questions whose answers have been computed from the data (use one of them, or another that the data answers beyond doubt):
{{questions}}`,
  info: `Write one test case in which the customer only wants to know something: "actions" is empty, the answers go into "outputs". Questions whose answers have been computed from the data (use one or two of them, or others that the data answers beyond doubt):
{{questions}}`,
  refusal: `Write one test case in which the customer asks for something that the policy forbids, and accepts a refusal in the end: "actions" and "outputs" are empty. Build it round this: {{request}}`,
  transfer: `Write one test case in which the customer asks for something that is beyond the tools and rules, so that the assistant must hand over to a person: "actions" and "outputs" are empty. Build it round this: {{request}}`
} as const

export const PERSONA_ORDER = `The customer speaks like this persona:
{{persona}}`

export const FEEDBACK_ORDER = `Your previous try was turned down. It was:
{{previous}}
What to do about it:
{{feedback}}
Write the whole test case again, put right.`
