/** What a number counts: units of one dimension are compared by value times factor. */
export interface Unit {
  readonly dimension: string
  readonly factor: number
}

const DIMENSIONS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  mass: {
    "mg 毫克": 1e-6,
    "g gram grams 克": 1e-3,
    "kg kgs kilogram kilograms kilo kilos 公斤 千克": 1,
    "t ton tons tonne tonnes 吨": 1e3,
    斤: 0.5
  },
  pounds: { "oz ounce ounces 盎司": 1, "lb lbs 磅": 16 },
  length: {
    "mm millimeter millimeters millimetre millimetres 毫米": 1e-3,
    "cm centimeter centimeters centimetre centimetres 厘米": 1e-2,
    "m meter meters metre metres 米": 1,
    "km kilometer kilometers kilometre kilometres 公里 千米": 1e3
  },
  inches: { "inch inches 英寸 寸": 1, "ft feet foot 英尺": 12, "yd yard yards": 36, "mi mile miles 英里": 63_360 },
  volume: {
    "ml milliliter milliliters millilitre millilitres 毫升": 1e-3,
    cl: 1e-2,
    "l liter liters litre litres 升": 1
  },
  time: {
    ms: 1e-3,
    "s sec secs second seconds 秒 秒钟": 1,
    "min mins minute minutes 分钟": 60,
    "h hr hrs hour hours 小时 个小时 钟头": 3_600,
    "day days business-day business-days working-day working-days 天 个工作日 工作日": 86_400,
    "week weeks 周 星期 个星期": 604_800
  },
  months: { "month months 个月": 1, "year years yr yrs 年": 12 },
  age: { "year-old years-old 岁": 1 },
  share: { "% percent pct percentage-point percentage-points 百分比 个百分点 百分点": 1 },
  temperature: { "°c ℃ c celsius 摄氏度": 1 },
  fahrenheit: { "°f ℉ f fahrenheit 华氏度": 1 },
  /** Of an angle or of either scale: people leave the scale out. */
  degrees: { "° degree degrees 度": 1 },
  power: { "w watt watts 瓦": 1, kw: 1e3 },
  voltage: { "v volt volts 伏": 1 },
  charge: { mah: 1e-3, ah: 1 },
  frequency: { "hz 赫兹": 1, khz: 1e3, mhz: 1e6, ghz: 1e9 },
  rotation: { rpm: 1 },
  storage: { kb: 1e-3, mb: 1, gb: 1e3, tb: 1e6 },
  USD: { "$ us$ usd dollar dollars 美元 美金": 1, "cent cents": 0.01 },
  EUR: { "€ eur euro euros 欧元": 1 },
  GBP: { "£ gbp 英镑": 1 },
  CNY: { "¥ cny rmb yuan 元 块 块钱 人民币": 1 },
  JPY: { "jpy yen 日元 円": 1 },
  INR: { "₹ inr rupee rupees 卢比": 1 },
  KRW: { "₩ krw won 韩元": 1 }
}

const UNITS: ReadonlyMap<string, Unit> = new Map(
  Object.entries(DIMENSIONS).flatMap(([dimension, units]) =>
    Object.entries(units).flatMap(([names, factor]) =>
      names.split(" ").map((name) => [name, { dimension, factor }] as const)
    )
  )
)

const CURRENCIES = new Set(["USD", "EUR", "GBP", "CNY", "JPY", "INR", "KRW"])

const METRES_PER_INCH = 0.0254
const KILOGRAMS_PER_OUNCE = 0.028_349_523

/** A number with one unit in another of the same dimension, or of the other system of measures; null where they measure other things. */
export const convert = (value: number, from: Unit, to: Unit): number | null => {
  const base = value * from.factor
  if (from.dimension === to.dimension) return base / to.factor
  switch (`${from.dimension} ${to.dimension}`) {
    case "inches length":
      return (base * METRES_PER_INCH) / to.factor
    case "length inches":
      return base / METRES_PER_INCH / to.factor
    case "pounds mass":
      return (base * KILOGRAMS_PER_OUNCE) / to.factor
    case "mass pounds":
      return base / KILOGRAMS_PER_OUNCE / to.factor
    case "fahrenheit temperature":
      return ((base - 32) * 5) / 9
    case "temperature fahrenheit":
      return (base * 9) / 5 + 32
    default:
      return null
  }
}

/** Whether numbers with these units can be one measure. */
export const isSameDimension = (one: Unit, other: Unit): boolean =>
  one.dimension === other.dimension || isScaleOf(one, other) || isScaleOf(other, one)

const isScaleOf = (scale: Unit, degrees: Unit): boolean =>
  degrees.dimension === "degrees" && (scale.dimension === "temperature" || scale.dimension === "fahrenheit")

export const isMoney = (unit: Unit | null): boolean => unit !== null && CURRENCIES.has(unit.dimension)

const escaped = [...UNITS.keys()]
  .sort((left, right) => right.length - left.length)
  .map((name) => name.replace(/[$.*+?^{}()|[\]\\]/g, "\\$&").replace("-", "[ -]"))
const AFTER = new RegExp(`^[ -]?(${escaped.join("|")})(?![A-Za-z])`, "i")
const BEFORE = /(?:US\$|\b(?:USD|EUR|GBP|CNY|RMB|JPY|INR)|[$€£¥₹₩]) ?$/i

/** The unit that stands right behind a number, and how much of the text it takes. A lone capital letter is none, W, V, C and F aside. */
export const unitAfter = (text: string): { readonly unit: Unit; readonly length: number } | null => {
  const match = AFTER.exec(text)
  const name = match?.[1]
  if (match === null || name === undefined || (/^[A-Z]$/.test(name) && !/[WVCF]/.test(name))) return null
  const unit = UNITS.get(
    name
      .toLowerCase()
      .replace(/(business|working) (?=day)/, "$1-")
      .replace(/ (?=old|points?$)/, "-")
  )
  return unit === undefined ? null : { unit, length: match[0].length }
}

/** The currency that stands right before a number. */
export const currencyBefore = (text: string): Unit | null => {
  const name = BEFORE.exec(text)?.[0].trim().toLowerCase()
  return name === undefined ? null : (UNITS.get(name) ?? null)
}
