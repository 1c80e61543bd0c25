import type { Message } from "../../../schemas/message.ts"
import type { Candidate, Round } from "../tables.ts"

/** A dialogue as trainers read it: A asks as `user`, B answers as `assistant`, one after the other, beginning with A. */
export const messagesOf = (rounds: ReadonlyArray<Pick<Round, "a" | "b">>): Array<Message> =>
  rounds.flatMap(
    ({ a, b }): ReadonlyArray<Message> => [
      { role: "user", content: a },
      { role: "assistant", content: b }
    ]
  )

/** Who B is, as the system message of a model that answers from what it has learnt. */
export const chatSystem = ({ characters }: Pick<Candidate, "characters">): string => characters.b

/** Who B is and the passage that it answers from, as the system message of a model that answers from what it is given. */
export const groundedSystem = ({ characters, passage }: Pick<Candidate, "characters" | "passage">): string =>
  `${characters.b}\n\n${passage}`
