import type { WorkFile } from "./work-files.ts"

const BLOCK = 4096

/** The 32-bit keys of all bands of rows that come one by one, on disk, to be read back band by band: 4 bytes a band and row. */
export class BandFile {
  readonly #file: WorkFile
  readonly #bands: number
  readonly #block: Uint32Array<ArrayBuffer>
  #rows = 0

  constructor(file: WorkFile, bands: number) {
    this.#file = file
    this.#bands = bands
    this.#block = new Uint32Array(bands * BLOCK)
  }

  append(keys: Uint32Array): void {
    const place = this.#rows++ % BLOCK
    for (let band = 0; band < this.#bands; band++) this.#block[band * BLOCK + place] = keys[band] as number
    if (place === BLOCK - 1) this.#file.append(new Uint8Array(this.#block.buffer))
  }

  flush(): void {
    if (this.#rows % BLOCK !== 0) this.#file.append(new Uint8Array(this.#block.buffer))
    this.#file.flush()
  }

  /** `into` has a place for each row. */
  read(band: number, into: Uint32Array<ArrayBuffer>): void {
    for (let first = 0; first < this.#rows; first += BLOCK) {
      const keys = new Uint8Array(into.buffer, into.byteOffset + first * 4, Math.min(BLOCK, this.#rows - first) * 4)
      this.#file.read(keys, (first * this.#bands + band * BLOCK) * 4)
    }
  }
}
