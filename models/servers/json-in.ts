/** Undefined where the text is no JSON: JSON itself cannot say undefined. */
export const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
