import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // They need weights and packages that not everybody has: npm run test:local-models.
    exclude: ["test/local-models/**", "**/node_modules/**"],
    // Real files, real processes and a real DuckDB: two workers leave room for the processes that tests start.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000
  }
})
