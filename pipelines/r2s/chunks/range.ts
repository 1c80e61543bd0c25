/** From `start` up to `end`, in UTF-16 code units. */
export interface Range {
  readonly start: number
  readonly end: number
}
