import { Effect } from "effect"
import { createIfAbsent } from "../../datasets/durable-file.ts"

/** One of several processes that race to create the same files. Prints those that it won. */
const [folder = "", files = "0", name = ""] = process.argv.slice(2)
process.stdout.write("ready\n")
process.stdin.once("data", async () => {
  const won: Array<number> = []
  for (let file = 0; file < Number(files); file++) {
    const text = `${name} ${"x".repeat(20_000)}\n`
    if (await Effect.runPromise(createIfAbsent(`${folder}/${file}.json`, text))) won.push(file)
  }
  process.stdout.write(`${JSON.stringify(won)}\n`)
  process.exit(0)
})
