import { hash } from "node:crypto"

/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/**
 * JSON text with object keys sorted at every depth and no white space, so that equal values have equal text.
 * Keys whose value is `undefined` are left out, as JSON.stringify does.
 */
export const canonicalJson = (value: unknown): string => {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null"
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`
  const object = value as Record<string, unknown>
  const fields: Array<string> = []
  for (const key of Object.keys(object).sort()) {
    if (object[key] !== undefined) fields.push(`${JSON.stringify(key)}:${canonicalJson(object[key])}`)
  }
  return `{${fields.join(",")}}`
}

/** SHA-256 of UTF-8 text, 64 lower-case hexadecimal digits. */
export const sha256 = (text: string | Uint8Array): string => hash("sha256", text, "hex")

/** The hash of a value's canonical JSON: equal values have equal fingerprints. */
export const fingerprint = (value: unknown): string => sha256(canonicalJson(value))
