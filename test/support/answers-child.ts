import { Effect } from "effect"
import { answerKeys, answerStore } from "../../models/capabilities/answer-store.ts"
import { EMBEDDING } from "../../models/capabilities/asked.ts"
import { CARD } from "./scripted-backend.ts"

/*
 * A process that keeps answers: `node answers-child.ts <path> <name> <count> <shared>`. It keeps `count` vectors of texts
 * `<name>-<n>` (`shared-<n>` for the first `shared`), several at once, and prints each text once its answer may be handed out, with
 * the vector that counts.
 */
const [path = "", name = "", count = "0", shared = "0"] = process.argv.slice(2)
const keyOf = answerKeys({
  capability: "embedding",
  variant: "",
  card: CARD,
  maxTokens: null,
  pooling: null,
  labels: null
})

await Effect.runPromise(
  Effect.gen(function* () {
    const store = yield* answerStore(path)
    yield* Effect.forEach(
      Array.from({ length: Number(count) }, (_, n) => n),
      (n) =>
        Effect.gen(function* () {
          const text = n < Number(shared) ? `shared-${n}` : `${name}-${n}`
          const answer = EMBEDDING.pack([n, name.length, 0.5])
          const stored = yield* store.put({ key: keyOf(text), capability: "embedding", model: CARD.id, answer })
          process.stdout.write(`${text} ${EMBEDDING.unpack(stored).join(",")}\n`)
        }),
      { concurrency: 32, discard: true }
    )
  }).pipe(Effect.scoped)
)
