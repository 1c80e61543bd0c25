import type { DialogueView } from "../pipeline.ts"
import type { Dialogue } from "./tables.ts"

/** A dialogue as filters see it: B may quote the passage, and nothing else. */
export const r2sDialogue: DialogueView = {
  subject: (row) => {
    const { dialogue_lang: language, id, messages, passage } = row as Dialogue
    return { id, messages, sources: [passage], language }
  },
  withMessages: (row, messages) => ({ ...(row as Dialogue), messages })
}
