import { join } from "node:path"
import type { R2sConfig } from "./config.ts"

/** Documents that come with Dialoom, each with its licence. */
const CORPUS = join(import.meta.dirname, "corpus")

/** Where the documents of a run are, and what is known of those that say nothing of themselves. */
export const documentsOf = (config: R2sConfig) => ({ ...config, documents: config.documents ?? CORPUS })
