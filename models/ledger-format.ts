import { hash as digest } from "node:crypto"
import { crc32 } from "node:zlib"
import type { LedgerEntry } from "./ledger.ts"
import type { ProviderReply, ProviderRequest } from "./provider.ts"
import { DamagedRow } from "./sqlite-file.ts"

/*
 * How a ledger lies in SQLite. Requests of one dialogue repeat its policy, its tools and all that was said before, so a text of
 * 256 characters or more is stored once, in `texts`, and named by its hash where it stood.
 */

/** "Dlgr": SQLite's application_id of a ledger, so that no other database is taken for one. */
export const APPLICATION_ID = 0x446c6772
export const FORMAT_VERSION = 1

/**
 * A plain rowid table: with WITHOUT ROWID a miss costs four times as much at 2 KB a row. The small columns stand first, so that
 * counting and summing never reads the long ones.
 */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS calls (
    address BLOB PRIMARY KEY, phase TEXT NOT NULL, item TEXT NOT NULL, stage TEXT NOT NULL, role TEXT NOT NULL,
    draw INTEGER NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL, prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL, cost_usd REAL NOT NULL, milliseconds REAL NOT NULL,
    attempts INTEGER NOT NULL, at INTEGER NOT NULL, checksum INTEGER NOT NULL, reply TEXT NOT NULL, request TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS calls_item ON calls (item, phase);
  CREATE TABLE IF NOT EXISTS texts (hash BLOB PRIMARY KEY, text TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS totals (
    id INTEGER PRIMARY KEY CHECK (id = 1), calls INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL, cost_usd REAL NOT NULL
  );
  INSERT OR IGNORE INTO totals VALUES (1, 0, 0, 0, 0);
`

export const CALL_COLUMNS =
  "lower(hex(address)) AS address, phase, item, stage, role, draw, provider, model, prompt_tokens, completion_tokens, " +
  "cached_tokens, cost_usd, milliseconds, attempts, at"

export const STORED_COLUMNS = `${CALL_COLUMNS}, checksum, reply, request`

/** A row of `calls` as SQLite hands it out, with the address in hexadecimal digits. */
export interface StoredCall {
  readonly address: string
  readonly phase: string
  readonly item: string
  readonly stage: string
  readonly role: string
  readonly draw: number
  readonly provider: string
  /** As the server reported it. */
  readonly model: string
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly cached_tokens: number
  readonly cost_usd: number
  readonly milliseconds: number
  readonly attempts: number
  readonly at: number
  /** CRC-32 of reply and request: SQLite does not notice when bytes inside a value change. */
  readonly checksum: number
  /** JSON text of a ProviderReply. */
  readonly reply: string
  /** JSON text of a packed request: `unpackRequest`. */
  readonly request: string
}

/** A call on its way to the disk, with the texts that the ledger may not have yet. */
export interface PackedCall extends StoredCall {
  readonly texts: ReadonlyArray<StoredText>
}

export interface StoredText {
  /** Hexadecimal digits. */
  readonly hash: string
  readonly text: string
}

const SHORTEST = 256
/** Characters of texts that are remembered as stored, so that most are hashed once. */
const REMEMBERED = 32_000_000

/** Packs entries for one ledger: remembers which texts were sent there already. */
export const packer = () => {
  const known = new Map<string, string>()
  let characters = 0
  const remember = (text: string, texts: Array<StoredText>): string => {
    const before = known.get(text)
    if (before !== undefined) return before
    const hash = textHash(text)
    texts.push({ hash, text })
    if (characters > REMEMBERED) {
      known.clear()
      characters = 0
    }
    known.set(text, hash)
    characters += text.length
    return hash
  }
  const toolTexts = new WeakMap<object, string>()
  /** Tools and schemas are the same object call after call: turned into text once. */
  const jsonOf = (value: object): string => {
    const before = toolTexts.get(value)
    if (before !== undefined) return before
    const text = JSON.stringify(value)
    toolTexts.set(value, text)
    return text
  }
  return {
    pack: (entry: LedgerEntry): PackedCall => {
      const texts: Array<StoredText> = []
      const { messages, response, tools, ...rest } = entry.request
      const request = {
        ...rest,
        messages: messages.map((message) =>
          message.content !== null && message.content.length >= SHORTEST
            ? { ...message, content: { text: remember(message.content, texts) } }
            : message
        ),
        ...(tools === undefined ? {} : { tools: { text: remember(jsonOf(tools), texts) } }),
        ...(response === undefined
          ? {}
          : { response: { name: response.name, text: remember(jsonOf(response.schema), texts) } })
      }
      const reply = JSON.stringify(entry.reply)
      const packed = JSON.stringify(request)
      return {
        address: entry.address,
        phase: entry.phase,
        item: entry.item,
        stage: entry.stage,
        role: entry.role,
        draw: entry.draw,
        provider: entry.provider,
        model: entry.reply.model,
        prompt_tokens: entry.reply.usage.prompt,
        completion_tokens: entry.reply.usage.completion,
        cached_tokens: entry.reply.usage.cached,
        cost_usd: entry.costUsd,
        milliseconds: entry.milliseconds,
        attempts: entry.attempts,
        at: entry.at,
        checksum: crc32(packed, crc32(reply)),
        reply,
        request: packed,
        texts
      }
    },
    /** After a write failed, what was sent with it cannot be taken for stored. */
    forget: () => {
      known.clear()
      characters = 0
    }
  }
}

interface PackedRequest extends Omit<ProviderRequest, "messages" | "tools" | "response"> {
  readonly messages: ReadonlyArray<
    Omit<ProviderRequest["messages"][number], "content"> & {
      readonly content: string | null | { readonly text: string }
    }
  >
  readonly tools?: { readonly text: string }
  readonly response?: { readonly name: string; readonly text: string }
}

/**
 * The request as it was sent. `textOf` finds a stored text by its hash; where a salvaged ledger has lost it, a message says so and
 * tools or schema are left out.
 */
export const unpackRequest = (packed: string, textOf: (hash: string) => string | undefined): ProviderRequest => {
  const { messages, response, tools, ...rest } = JSON.parse(packed) as PackedRequest
  const toolsText = tools === undefined ? undefined : textOf(tools.text)
  const schemaText = response === undefined ? undefined : textOf(response.text)
  return {
    ...rest,
    messages: messages.map((message) => ({
      ...message,
      content:
        message.content === null || typeof message.content === "string"
          ? message.content
          : (textOf(message.content.text) ?? `[the ledger has lost this text: ${message.content.text}]`)
    })),
    ...(toolsText === undefined ? {} : { tools: JSON.parse(toolsText) as NonNullable<ProviderRequest["tools"]> }),
    ...(response === undefined || schemaText === undefined
      ? {}
      : {
          response: {
            name: response.name,
            schema: JSON.parse(schemaText) as NonNullable<ProviderRequest["response"]>["schema"]
          }
        })
  }
}

/** 128 bits of SHA-256. */
export const textHash = (text: string): string => digest("sha256", text, "hex").slice(0, 32)

/** Throws DamagedRow. */
export const checkRow = (row: StoredCall): void => {
  if (crc32(row.request, crc32(row.reply)) !== row.checksum) throw new DamagedRow(`call ${row.address} is damaged`)
}

/** The entry of a stored row. Its request is unpacked when it is first looked at: a cache hit needs only the reply. Throws DamagedRow. */
export const entryOf = (row: StoredCall, textOf: (hash: string) => string | undefined): LedgerEntry => {
  checkRow(row)
  const reply = JSON.parse(row.reply) as ProviderReply
  let request: ProviderRequest | undefined
  return {
    address: row.address,
    phase: row.phase,
    item: row.item,
    stage: row.stage,
    role: row.role,
    draw: row.draw,
    provider: row.provider,
    get request() {
      request ??= unpackRequest(row.request, textOf)
      return request
    },
    reply,
    costUsd: row.cost_usd,
    milliseconds: row.milliseconds,
    attempts: row.attempts,
    at: row.at
  }
}

/** An address as the key of its row. */
export const addressKey = (address: string): Uint8Array => {
  if (!/^[0-9a-f]{64}$/.test(address))
    throw new Error(`ledger: ${JSON.stringify(address)} is no address (64 hexadecimal digits)`)
  return Buffer.from(address, "hex")
}
