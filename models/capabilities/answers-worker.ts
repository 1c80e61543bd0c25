import { serveCommits } from "../commit-worker.ts"
import { explainAnswersFault, openAnswersForWriting } from "./answers-file.ts"

/** The thread that owns the writing connection to kept answers. Started by answer-store.ts. */
serveCommits({ open: openAnswersForWriting, explain: explainAnswersFault })
