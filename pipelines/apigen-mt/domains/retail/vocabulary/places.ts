/** A city with the first three digits of its zip codes. */
export interface Place {
  readonly city: string
  readonly state: string
  readonly zipPrefix: string
}

export const places: ReadonlyArray<Place> = [
  { city: "Albany", state: "NY", zipPrefix: "122" },
  { city: "Boise", state: "ID", zipPrefix: "837" },
  { city: "Boulder", state: "CO", zipPrefix: "803" },
  { city: "Burlington", state: "VT", zipPrefix: "054" },
  { city: "Duluth", state: "MN", zipPrefix: "558" },
  { city: "Eugene", state: "OR", zipPrefix: "974" },
  { city: "Fresno", state: "CA", zipPrefix: "937" },
  { city: "Knoxville", state: "TN", zipPrefix: "379" },
  { city: "Lansing", state: "MI", zipPrefix: "489" },
  { city: "Lubbock", state: "TX", zipPrefix: "794" },
  { city: "Madison", state: "WI", zipPrefix: "537" },
  { city: "Mobile", state: "AL", zipPrefix: "366" },
  { city: "Omaha", state: "NE", zipPrefix: "681" },
  { city: "Providence", state: "RI", zipPrefix: "029" },
  { city: "Raleigh", state: "NC", zipPrefix: "276" },
  { city: "Reno", state: "NV", zipPrefix: "895" },
  { city: "Richmond", state: "VA", zipPrefix: "232" },
  { city: "Savannah", state: "GA", zipPrefix: "314" },
  { city: "Spokane", state: "WA", zipPrefix: "992" },
  { city: "Tampa", state: "FL", zipPrefix: "336" },
  { city: "Toledo", state: "OH", zipPrefix: "436" },
  { city: "Tucson", state: "AZ", zipPrefix: "857" },
  { city: "Tulsa", state: "OK", zipPrefix: "741" },
  { city: "Wichita", state: "KS", zipPrefix: "672" }
]

export const streets: ReadonlyArray<string> = [
  "Alder Hollow",
  "Beacon Row",
  "Bellwether Road",
  "Brickyard Lane",
  "Candlewood Court",
  "Coopers Walk",
  "Cranberry Bend",
  "Dovetail Lane",
  "Ferry Landing",
  "Foundry Street",
  "Gristmill Road",
  "Harbor Rise",
  "Ironwood Place",
  "Juniper Court",
  "Kestrel Way",
  "Lantern Street",
  "Larkspur Way",
  "Meadowsweet Drive",
  "Old Orchard Road",
  "Paddock Lane",
  "Quarry Street",
  "Ropewalk Alley",
  "Saltmarsh Road",
  "Signal Hill Road",
  "Tamarack Terrace",
  "Tannery Row",
  "Thistle Lane",
  "Wharf Street",
  "Windmill Close",
  "Yarrow Path"
]

export const unitKinds: ReadonlyArray<string> = ["Apt", "Suite", "Unit"]
