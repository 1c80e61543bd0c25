import { defineConfig } from "vitest/config"

/** Real models: needs `npm run install:local-models` and `bash test/local-models/fetch.sh` first. */
export default defineConfig({
  test: {
    include: ["test/local-models/**/*.test.ts"],
    // One file at a time: each model's threads take all cores.
    pool: "forks",
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000
  }
})
