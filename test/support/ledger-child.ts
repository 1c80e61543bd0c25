import { Effect } from "effect"
import { Ledger } from "../../models/ledger.ts"
import { layerSqlite } from "../../models/ledger-sqlite.ts"
import { entry } from "./ledger-entry.ts"

/*
 * A process that writes to a ledger: `node ledger-child.ts <path> <name> <count> <shared>`. It puts `count` entries named
 * `<name>-<n>` (`shared-<n>` for the first `shared`), several at once, and prints each name once its put has resolved, with the item
 * that counts.
 */
const [path = "", name = "", count = "0", shared = "0"] = process.argv.slice(2)

await Effect.runPromise(
  Effect.gen(function* () {
    const ledger = yield* Ledger
    yield* Effect.forEach(
      Array.from({ length: Number(count) }, (_, n) => n),
      (n) =>
        Effect.gen(function* () {
          const key = n < Number(shared) ? `shared-${n}` : `${name}-${n}`
          const stored = yield* ledger.put(entry(key, { item: name }))
          process.stdout.write(`${key} ${stored.item}\n`)
        }),
      { concurrency: 32, discard: true }
    )
  }).pipe(Effect.provide(layerSqlite(path)))
)
