import { hash } from "node:crypto"

/** A number in [0, 1) that equal texts share. */
export const chance = (text: string): number => Number.parseInt(hash("sha256", text, "hex").slice(0, 8), 16) / 2 ** 32
