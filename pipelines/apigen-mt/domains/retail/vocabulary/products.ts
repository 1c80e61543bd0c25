/** A kind of product. Every combination of options is a possible variant; there are at least 20 of them. */
export interface ProductKind {
  readonly name: string
  /** Lowest and highest price of a variant, in cents, both included. */
  readonly price: readonly [low: number, high: number]
  readonly options: Readonly<Record<string, ReadonlyArray<string>>>
}

const kind = (
  name: string,
  price: readonly [low: number, high: number],
  options: ProductKind["options"]
): ProductKind => ({ name, price, options })

/** Fifty kinds. The scarf's lowest and the piano's highest price are the ends of the catalogue's range. */
export const productKinds: ReadonlyArray<ProductKind> = [
  kind("Wool Scarf", [2814, 6990], {
    color: ["oatmeal", "navy", "rust", "moss"],
    length: ["150 cm", "180 cm", "200 cm"],
    weave: ["plain", "herringbone"]
  }),
  kind("Rain Poncho", [3120, 8450], {
    color: ["yellow", "slate", "forest", "red"],
    size: ["S", "M", "L", "XL"],
    lining: ["mesh", "none"]
  }),
  kind("Canvas Apron", [2950, 7280], {
    color: ["indigo", "charcoal", "sand"],
    strap: ["cross-back", "neck loop"],
    pockets: ["2", "3", "5"],
    fabric: ["canvas", "waxed canvas"]
  }),
  kind("Trail Gaiters", [3475, 8890], {
    size: ["S", "M", "L"],
    color: ["black", "olive", "orange"],
    closure: ["zip", "hook strip", "buckle"]
  }),
  kind("Trekking Poles", [4560, 17980], {
    material: ["carbon", "aluminum"],
    lock: ["lever", "twist"],
    grip: ["cork", "foam", "rubber"],
    length: ["folding", "telescopic"]
  }),
  kind("Messenger Satchel", [7840, 24530], {
    material: ["waxed canvas", "leather", "recycled nylon"],
    color: ["tan", "black", "olive"],
    "laptop sleeve": ["11 inch", "13 inch", "15 inch"]
  }),
  kind("Linen Bedsheet Set", [9260, 28940], {
    size: ["twin", "queen", "king"],
    color: ["white", "sage", "clay", "dusk blue"],
    pieces: ["3", "4"]
  }),
  kind("Weighted Blanket", [6990, 21850], {
    weight: ["5 kg", "7 kg", "9 kg", "11 kg"],
    cover: ["bamboo", "cotton", "minky"],
    color: ["gray", "teal"]
  }),
  kind("Down Pillow", [4120, 15640], {
    firmness: ["soft", "medium", "firm"],
    size: ["standard", "queen", "king"],
    fill: ["duck down", "goose down", "down alternative"]
  }),
  kind("Bath Towel Bundle", [3390, 12760], {
    pieces: ["4", "6", "8"],
    color: ["white", "sea green", "plum", "graphite"],
    cotton: ["Turkish", "organic"]
  }),
  kind("Cast Iron Skillet", [3240, 18470], {
    diameter: ["20 cm", "26 cm", "30 cm", "34 cm"],
    finish: ["raw", "pre-seasoned", "enameled"],
    handle: ["long", "double"]
  }),
  kind("Chef Knife", [4890, 31260], {
    "blade length": ["16 cm", "20 cm", "24 cm"],
    steel: ["carbon", "stainless", "layered"],
    handle: ["walnut", "resin", "pakkawood"]
  }),
  kind("Stand Mixer", [21990, 64870], {
    capacity: ["4.5 l", "5.5 l", "7 l"],
    color: ["cream", "cherry", "mint", "steel"],
    bowl: ["steel", "glass"]
  }),
  kind("Rice Cooker", [4670, 28150], {
    capacity: ["3 cups", "5 cups", "10 cups"],
    heating: ["plate", "induction"],
    color: ["white", "black"],
    coating: ["ceramic", "nonstick"]
  }),
  kind("Slow Juicer", [11840, 42390], {
    chute: ["narrow", "wide"],
    color: ["silver", "red", "black"],
    speed: ["43 rpm", "60 rpm"],
    jug: ["0.8 l", "1.2 l"]
  }),
  kind("Pour-Over Carafe", [2990, 11370], {
    capacity: ["0.5 l", "0.8 l", "1.2 l"],
    material: ["glass", "ceramic", "steel"],
    collar: ["oak", "walnut", "silicone"]
  }),
  kind("Spice Rack", [3150, 13920], {
    mount: ["wall", "drawer", "rotating"],
    jars: ["12", "16", "20"],
    material: ["bamboo", "steel", "beech"]
  }),
  kind("Cutting Board", [2890, 14460], {
    wood: ["maple", "walnut", "teak", "bamboo"],
    size: ["small", "medium", "large"],
    grain: ["edge", "end"]
  }),
  kind("Dinnerware Set", [6480, 32750], {
    pieces: ["12", "16", "24"],
    glaze: ["matte", "gloss", "speckled"],
    color: ["ivory", "ink blue", "terracotta"]
  }),
  kind("Dutch Oven", [7960, 38290], {
    capacity: ["3 l", "5 l", "7 l"],
    color: ["flame", "ocean", "ash", "olive"],
    shape: ["round", "oval"]
  }),
  kind("Floor Lamp", [6240, 29870], {
    shade: ["linen", "metal", "paper"],
    height: ["140 cm", "160 cm", "180 cm"],
    finish: ["brass", "matte black", "oak"]
  }),
  kind("Area Rug", [11970, 89640], {
    size: ["120x180 cm", "160x230 cm", "200x300 cm"],
    pattern: ["plain", "striped", "kilim"],
    material: ["wool", "jute", "polypropylene"]
  }),
  kind("Floating Shelf", [2970, 12580], {
    width: ["60 cm", "90 cm", "120 cm"],
    wood: ["oak", "walnut", "pine"],
    bracket: ["hidden", "black steel", "brass"]
  }),
  kind("Bar Stool", [7430, 34120], {
    height: ["counter", "bar"],
    seat: ["leather", "wood", "velvet"],
    base: ["four legs", "pedestal"],
    color: ["black", "natural"]
  }),
  kind("Standing Desk", [32850, 118460], {
    width: ["120 cm", "140 cm", "160 cm"],
    top: ["bamboo", "walnut", "white laminate"],
    motor: ["single", "dual"],
    memory: ["none", "4 presets"]
  }),
  kind("Recliner Chair", [38970, 164250], {
    upholstery: ["leather", "boucle", "linen"],
    color: ["cognac", "stone", "forest"],
    mechanism: ["manual", "electric"],
    headrest: ["fixed", "adjustable"]
  }),
  kind("Coat Rack", [3680, 16390], {
    style: ["standing", "wall"],
    wood: ["ash", "walnut", "oak"],
    hooks: ["5", "7", "9"],
    shelf: ["yes", "no"]
  }),
  kind("Storage Ottoman", [6370, 25480], {
    shape: ["round", "square", "bench"],
    fabric: ["velvet", "tweed", "leather"],
    color: ["mustard", "gray", "navy"]
  }),
  kind("Home Projector", [28490, 214380], {
    resolution: ["1080p", "4K"],
    light: ["LED", "laser", "lamp"],
    throw: ["standard", "short", "ultra short"],
    color: ["white", "black"]
  }),
  kind("Soundbar", [12870, 98450], {
    channels: ["2.1", "3.1", "5.1"],
    subwoofer: ["wired", "wireless", "none"],
    color: ["black", "white", "walnut"]
  }),
  kind("Turntable", [14980, 126490], {
    drive: ["belt", "direct"],
    finish: ["piano black", "walnut", "white"],
    cartridge: ["moving magnet", "moving coil"],
    preamp: ["built-in", "none"]
  }),
  kind("Studio Monitor Pair", [24680, 178930], {
    driver: ["5 inch", "7 inch", "8 inch"],
    color: ["black", "white", "gray"],
    input: ["XLR", "TRS", "RCA"]
  }),
  kind("Acoustic Guitar", [18740, 236480], {
    body: ["dreadnought", "parlor", "concert"],
    top: ["spruce", "cedar", "mahogany"],
    strings: ["steel", "nylon"],
    pickup: ["yes", "no"]
  }),
  kind("Digital Piano", [49860, 328946], {
    keys: ["73", "88"],
    action: ["weighted", "semi-weighted", "wooden"],
    color: ["black", "white", "rosewood"],
    stand: ["included", "none"]
  }),
  kind("Ukulele", [3980, 38740], {
    size: ["soprano", "concert", "tenor"],
    wood: ["koa", "mahogany", "bamboo"],
    finish: ["satin", "gloss"],
    bag: ["included", "none"]
  }),
  kind("Camera Drone", [31840, 248760], {
    camera: ["4K", "5.4K"],
    "flight time": ["25 min", "34 min", "46 min"],
    controller: ["phone", "with screen"],
    kit: ["basic", "travel"]
  }),
  kind("Dash Camera", [5860, 32490], {
    resolution: ["1080p", "1440p", "4K"],
    channels: ["front", "front and rear", "three-way"],
    storage: ["64 GB", "128 GB", "256 GB"]
  }),
  kind("Monitor Arm", [3890, 22760], {
    screens: ["one", "two", "three"],
    mount: ["clamp", "grommet", "wall"],
    color: ["black", "silver", "white"]
  }),
  kind("Ultrawide Monitor", [38470, 189640], {
    size: ["34 inch", "38 inch", "45 inch"],
    panel: ["IPS", "VA", "OLED"],
    "refresh rate": ["60 Hz", "144 Hz", "240 Hz"]
  }),
  kind("Docking Station", [6970, 36850], {
    ports: ["8", "11", "14"],
    power: ["65 W", "100 W"],
    displays: ["one", "two", "three"],
    color: ["gray", "black"]
  }),
  kind("Mesh Router", [9840, 68490], {
    pack: ["1", "2", "3"],
    standard: ["Wi-Fi 6", "Wi-Fi 6E", "Wi-Fi 7"],
    color: ["white", "black"],
    ports: ["2", "4"]
  }),
  kind("External Drive", [6290, 54380], {
    capacity: ["1 TB", "2 TB", "4 TB", "8 TB"],
    type: ["SSD", "hard disk"],
    connector: ["USB-C", "Thunderbolt"],
    color: ["silver", "blue"]
  }),
  kind("Label Printer", [4780, 29640], {
    width: ["12 mm", "24 mm", "62 mm"],
    connection: ["USB", "Bluetooth", "Wi-Fi"],
    color: ["white", "gray"],
    power: ["mains", "battery"]
  }),
  kind("Robot Mower", [58970, 289430], {
    area: ["500 m2", "1000 m2", "2000 m2"],
    boundary: ["wire", "satellite", "camera"],
    color: ["green", "graphite"],
    slope: ["20 degrees", "35 degrees"]
  }),
  kind("Cordless Drill", [6840, 34970], {
    voltage: ["12 V", "18 V"],
    battery: ["2 Ah", "4 Ah", "5 Ah"],
    kit: ["bare tool", "one battery", "two batteries"],
    chuck: ["10 mm", "13 mm"]
  }),
  kind("Tool Chest", [14760, 94280], {
    drawers: ["5", "7", "9", "11"],
    color: ["red", "black", "blue"],
    casters: ["yes", "no"]
  }),
  kind("Camping Tent", [9870, 76540], {
    capacity: ["2 people", "3 people", "4 people", "6 people"],
    season: ["three-season", "four-season"],
    color: ["green", "orange", "sand"]
  }),
  kind("Sleeping Bag", [5760, 48920], {
    rating: ["10 C", "0 C", "-10 C"],
    fill: ["down", "synthetic"],
    shape: ["mummy", "rectangular"],
    length: ["regular", "long"]
  }),
  kind("Inflatable Kayak", [23480, 129870], {
    seats: ["1", "2", "3"],
    hull: ["drop-stitch", "PVC"],
    color: ["blue", "red", "lime"],
    pump: ["hand", "electric"]
  }),
  kind("Telescope", [12980, 239750], {
    type: ["refractor", "reflector", "catadioptric"],
    aperture: ["80 mm", "130 mm", "200 mm"],
    mount: ["alt-azimuth", "equatorial"],
    tracking: ["manual", "motorized"]
  })
]
