// Loaded before a measured process: says at its end how much memory it had at most, in bytes.
process.on("exit", () => {
  process.stderr.write(`\npeak-memory ${process.resourceUsage().maxRSS * 1024}\n`)
})
