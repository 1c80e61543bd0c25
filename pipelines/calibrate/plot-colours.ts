type Colour = readonly [red: number, green: number, blue: number]

/** Blues of ColorBrewer (Harrower and Brewer 2003): light is low, dark is high, in the same order for people who see no red or no green. */
const STEPS: ReadonlyArray<Colour> = [
  [247, 251, 255],
  [222, 235, 247],
  [198, 219, 239],
  [158, 202, 225],
  [107, 174, 214],
  [66, 146, 198],
  [33, 113, 181],
  [8, 81, 156],
  [8, 48, 107]
]

/** For what is no recall but false alarms: orange beside blue is told apart by everybody. */
export const ALARM = "#d55e00"
export const ALARM_TINT = "#fbe3d0"

/** The colour of a share from 0 to 1, as `#rrggbb`. */
export const colourOf = (share: number): string => {
  const place = Math.min(1, Math.max(0, share)) * (STEPS.length - 1)
  const lower = Math.floor(place)
  const from = STEPS[lower] as Colour
  const to = STEPS[Math.min(lower + 1, STEPS.length - 1)] as Colour
  const channels = from.map((channel, index) =>
    Math.round(channel + ((to[index] as number) - channel) * (place - lower))
  )
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`
}

/** Ink that can be read on it. */
export const inkOn = (share: number): string => (share < 0.55 ? "#222222" : "#ffffff")
