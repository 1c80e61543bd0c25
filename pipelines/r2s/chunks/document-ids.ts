import { Numbers } from "../../../datasets/curate/row-numbers.ts"
import { sha256 } from "../../../schemas/json.ts"

/** Characters of a hash that name a document without an id of its own. */
const NAME = 16

/** Names of documents, in the order in which they were noted. */
export interface DocumentIds {
  /**
   * Notes the next document by its own id and its cleaned text. Gives the position of an earlier one that has the same id and another
   * text, or null.
   */
  readonly note: (given: string | null, text: string) => number | null
  readonly idOf: (index: number) => string
  /** The id, or for the second, third... of one id (the same text again) one with a number behind that no document has. */
  readonly keys: () => (index: number) => string
}

/** An id that was given, else the first 16 digits of the text's hash. Some 200 bytes of memory a document. */
export const documentIds = (): DocumentIds => {
  const ids: Array<string> = []
  const firstOf = new Map<string, number>()
  // 104 bits of the text's hash, as two numbers.
  const high = new Numbers()
  const low = new Numbers()
  return {
    note: (given, text) => {
      const digest = sha256(text)
      const id = given === null || given.trim() === "" ? digest.slice(0, NAME) : given
      const index = ids.push(id) - 1
      high.push(Number.parseInt(digest.slice(0, 13), 16))
      low.push(Number.parseInt(digest.slice(13, 26), 16))
      const first = firstOf.get(id)
      if (first === undefined) firstOf.set(id, index)
      return first === undefined || (high.at(first) === high.at(index) && low.at(first) === low.at(index))
        ? null
        : first
    },
    idOf: (index) => nameAt(ids, index),
    keys: () => {
      const last = new Map<string, number>()
      const made = new Set<string>()
      return (index) => {
        const id = nameAt(ids, index)
        if (firstOf.get(id) === index) return id
        for (let number = (last.get(id) ?? 1) + 1; ; number++) {
          const key = `${id}-${number}`
          if (firstOf.has(key) || made.has(key)) continue
          last.set(id, number)
          made.add(key)
          return key
        }
      }
    }
  }
}

const nameAt = (ids: ReadonlyArray<string>, index: number): string => {
  const id = ids[index]
  if (id === undefined) throw new Error(`documentIds: no document ${index} among ${ids.length}`)
  return id
}
