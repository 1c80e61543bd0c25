import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { CRITERIA, type DraftLabel } from "../../../pipelines/apigen-mt/draft-labels.ts"
import { peopleLabels } from "../../../pipelines/apigen-mt/people-report.ts"
import { rubric } from "../../../pipelines/apigen-mt/review.ts"
import { sqlText } from "../../../schemas/duckdb-types.ts"
import { sha256 } from "../../../schemas/json.ts"
import { reportReader } from "../../support/report-lab.ts"

/** One round: what reviewer-1, reviewer-2... gave ("m": no usable reply), and the committee. */
interface Round {
  /** Each gets the same score; correctness alone where nothing is said. */
  readonly criteria?: ReadonlyArray<string>
  readonly item: string
  readonly round: number
  /** Null where no committee sat. */
  readonly votes: string | null
  readonly majority: 0 | 1 | null
}

const SCORES = "STRUCT(criterion VARCHAR, score INTEGER)[]"
const scores = (value: number | string | null, criteria: ReadonlyArray<string> = ["correctness"]): string =>
  value === null || value === "m"
    ? `CAST([] AS ${SCORES})`
    : `[${criteria.map((criterion) => `{criterion: '${criterion}', score: ${value}}`).join(", ")}]`
const verdict = ({ criteria, majority, votes }: Round): string =>
  votes === null
    ? "NULL"
    : `{votes: [${[...votes].map((vote, seat) => `{reviewer: 'reviewer-${seat + 1}', status: '${vote === "m" ? "missing" : "voted"}', scores: ${scores(vote, criteria)}}`).join(", ")}], majority: ${scores(majority, criteria)}}`

const raw = ({ item, round }: { readonly item: string; readonly round: number }) => `reply of ${item}, ${round}`

const reader = (rounds: ReadonlyArray<Round>) =>
  reportReader(
    [],
    [
      `CREATE TABLE blueprint_attempts (item VARCHAR, round INTEGER, raw_output VARCHAR,
         verdict STRUCT(votes STRUCT(reviewer VARCHAR, status VARCHAR, scores ${SCORES})[], majority ${SCORES}))`,
      `INSERT INTO blueprint_attempts VALUES ${rounds
        .map((one) => `(${sqlText(one.item)}, ${one.round}, ${sqlText(raw(one))}, ${verdict(one)})`)
        .join(", ")}`
    ]
  )

const rounds: ReadonlyArray<Round> = [
  { item: "b0", round: 0, votes: "111", majority: 1 },
  { item: "b1", round: 0, votes: "110", majority: 1 },
  { item: "b1", round: 1, votes: "001", majority: 0 },
  { item: "b3", round: 0, votes: "000", majority: 0 },
  { item: "b4", round: 2, votes: "010", majority: 0 },
  { item: "b5", round: 0, votes: "11m", majority: 1 },
  { item: "b6", round: 0, votes: "111", majority: 1 },
  // Turned down before any committee, and a committee without a quorum.
  { item: "b7", round: 0, votes: null, majority: null },
  { item: "b8", round: 0, votes: "0mm", majority: null },
  // Nobody labels this one.
  { item: "b9", round: 0, votes: "000", majority: 0 }
]

const says = (labeller: string | null, item: string, correctness: 0 | 1 | null, round = 0): DraftLabel => ({
  item,
  round,
  labeller,
  correctness
})

/** Ann labels nine drafts, Bob four of them and Cam one. */
const sample: ReadonlyArray<DraftLabel> = [
  says("ann", "b0", 1),
  says("ann", "b1", 1),
  says("ann", "b1", 1, 1),
  says("ann", "b3", 0),
  says("ann", "b4", 0, 2),
  says("ann", "b5", 0),
  says("ann", "b6", 1),
  says("ann", "b7", 1),
  says("ann", "b8", 0),
  says("bob", "b0", 1),
  says("bob", "b1", 1),
  says("bob", "b3", 1),
  says("bob", "b6", 0),
  says("cam", "b3", 0),
  // Drawn, and not judged: null is no 0.
  says("cam", "b9", null)
]

const sectionsOf = (labels: ReadonlyArray<unknown>, over = rounds) =>
  peopleLabels
    .sections(labels.map((label, index) => ({ label: peopleLabels.schema.parse(label), at: `f, line ${index + 1}` })))
    .pipe(Effect.provide(reader(over)), Effect.scoped)

const refusal = (labels: ReadonlyArray<unknown>) =>
  Effect.flip(sectionsOf(labels)).pipe(
    Effect.map((error) =>
      error._tag === "LabelError" ? [error.at, error.problem, error.remedy] : assert.fail(error.message)
    )
  )

describe("agreement of the reviewers with people (done-means 25)", () => {
  it.effect("is what one counts by hand, for the committee and for each reviewer", () =>
    Effect.gen(function* () {
      const [reviewers] = yield* sectionsOf(sample)
      assert.strictEqual(reviewers?.title, "Reviewers: agreement with people")
      assert.deepStrictEqual(reviewers?.columns, [
        "judge",
        "criterion",
        "drafts",
        "people's share of 1",
        "judge's share of 1",
        "agreement",
        "low 95 %",
        "high 95 %",
        "Cohen's kappa",
        "people's 0s",
        "recall of 0s",
        "recall low 95 %",
        "recall high 95 %"
      ])
      assert.deepStrictEqual(
        reviewers?.rows.filter((row) => row[1] === "correctness"),
        [
          // People 111000, committee 110001; b6 is a tie among people, b7 and b8 have no verdict. (4/6 - 1/2) / (1 - 1/2).
          ["committee", "correctness", 6, 0.5, 0.5, 0.6667, 0.3, 0.9032, 0.3333, 3, 0.6667, 0.2077, 0.9385],
          // The same, and b8, where this one alone voted: both 3 of 7. (35/49 - 25/49) / (1 - 25/49).
          ["reviewer-1", "correctness", 7, 0.4286, 0.4286, 0.7143, 0.3589, 0.9178, 0.4167, 4, 0.75, 0.3006, 0.9544],
          // 111000 against 110011: as good as chance.
          ["reviewer-2", "correctness", 6, 0.5, 0.6667, 0.5, 0.1876, 0.8124, 0, 3, 0.3333, 0.0615, 0.7923],
          // 11100 against 10100, without b5. (0.8 - 0.48) / (1 - 0.48).
          ["reviewer-3", "correctness", 5, 0.6, 0.4, 0.8, 0.3755, 0.9638, 0.6154, 2, 1, 0.3424, 1]
        ]
      )
      // Nobody judged these: nothing is claimed.
      assert.deepStrictEqual(
        reviewers?.rows.filter((row) => row[1] === "creativity"),
        ["committee", "reviewer-1", "reviewer-2", "reviewer-3"].map((judge) => [
          judge,
          "creativity",
          0,
          null,
          null,
          null,
          0,
          1,
          null,
          0,
          null,
          0,
          1
        ])
      )
    })
  )

  it.effect("stands beside how far people agree with each other, where two judged one draft", () =>
    Effect.gen(function* () {
      const [, people] = yield* sectionsOf(sample)
      assert.strictEqual(people?.title, "People: agreement with each other")
      // 11, 11, 010, 10: 3 of 6 pairs agree; kappa ((1 + 1 + 1/3 + 0) / 4 - 5/9) / (1 - 5/9).
      assert.deepStrictEqual(people?.rows, [["correctness", 4, 1, 0.5, 0.0625]])
      const alone = sample.filter((label) => label.labeller === "ann")
      assert.strictEqual((yield* sectionsOf(alone)).length, 1)
    })
  )

  it.effect("says how many drafts there are, and which criteria have fewer than the 100 asked for", () =>
    Effect.gen(function* () {
      const [reviewers] = yield* sectionsOf(sample)
      assert.include(
        reviewers?.note,
        "People labelled 9 drafts. Without a verdict of the committee, and left out of its lines: 2. Matched drafts are fewer than the 100 asked for: correctness 6, completeness 0, satisfaction 0, creativity 0."
      )
    })
  )

  it.effect("does not call 100 drafts few, and 99 it does", () =>
    Effect.gen(function* () {
      const many = Array.from(
        { length: 100 },
        (_, n): Round => ({ item: `b${n}`, round: 0, votes: "110", majority: n < 70 ? 1 : 0 })
      )
      const labels = many.map((one, n) => says(null, one.item, n < 60 ? 1 : 0))
      const [whole] = yield* sectionsOf(labels, many)
      assert.include(whole?.note, "fewer than the 100 asked for: completeness 0, satisfaction 0, creativity 0.")
      // 90 agree; by chance 0.6 x 0.7 + 0.4 x 0.3 = 0.54; 30 of 40 were turned down by both.
      assert.deepStrictEqual(whole?.rows[0], [
        "committee",
        "correctness",
        100,
        0.6,
        0.7,
        0.9,
        0.8256,
        0.9448,
        0.7826,
        40,
        0.75,
        0.5981,
        0.8581
      ])
      const [less] = yield* sectionsOf(labels.slice(1), many)
      assert.include(less?.note, "fewer than the 100 asked for: correctness 99, completeness 0")
      const judged = labels.map((label) => ({ ...label, completeness: 0, satisfaction: 0, creativity: 1 }))
      const voted = many.map((one): Round => ({ ...one, criteria: CRITERIA }))
      assert.notInclude((yield* sectionsOf(judged, voted))[0]?.note, "fewer")
    })
  )

  it.effect("changes when a single label does", () =>
    Effect.gen(function* () {
      const turned = sample.map((label, index) => (index === 4 ? { ...label, correctness: 1 } : label))
      const [reviewers] = yield* sectionsOf(turned)
      assert.deepStrictEqual(reviewers?.rows[0]?.slice(2, 6), [6, 0.6667, 0.5, 0.5])
    })
  )
})

describe("labels that fit no draft", () => {
  it.effect("name the item and those near it", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal([says("ann", "b0", 1), says("ann", "b77", 1)]), [
        "f, line 2",
        'the dataset has no draft of an item "b77"',
        "Near it: b7, b0, b1, b3, b4. Correct the line, or take it out."
      ])
    })
  )

  it.effect("name the rounds that there are", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal([says("ann", "b1", 1, 2)]), [
        "f, line 1",
        'item "b1" has no round 2',
        "Its rounds are 0 to 1: correct the line, or take it out."
      ])
    })
  )

  it.effect("are found although they hold no score, and although their item looks like SQL", () =>
    Effect.gen(function* () {
      const [at, problem] = yield* refusal([says(null, "b0'), ('b1", null)])
      assert.deepStrictEqual([at, problem], ["f, line 1", `the dataset has no draft of an item "b0'), ('b1"`])
    })
  )

  it.effect("are found where the dataset holds another draft by now", () =>
    Effect.gen(function* () {
      const now = `sha256-${sha256(raw({ item: "b0", round: 0 })).slice(0, 16)}`
      assert.strictEqual((yield* sectionsOf([{ ...says("ann", "b0", 1), draft: now }])).length, 1)
      assert.deepStrictEqual(yield* refusal([{ ...says("ann", "b0", 1), draft: "sha256-0123456789abcdef" }]), [
        "f, line 1",
        `labels the draft sha256-0123456789abcdef of item "b0", round 0, which is ${now} now: the dataset was made again since`,
        "Ask the dataset that the drafts were drawn from, or draw and label anew."
      ])
    })
  )
})

describe("one person's labels", () => {
  it.effect("may stand on several lines, but say one thing once", () =>
    Effect.gen(function* () {
      const two = [says("ann", "b0", 1), { item: "b0", round: 0, labeller: "ann", creativity: 1 }]
      assert.strictEqual((yield* sectionsOf(two)).length, 1)
      assert.deepStrictEqual(yield* refusal([...two, says("ann", "b0", 1)]), [
        "f, line 3",
        '"ann" has judged correctness of item "b0", round 0, before (f, line 1)',
        'Take one of the two lines out; two people need two names in "labeller".'
      ])
    })
  )

  it.effect("without a name are not taken for two people's", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* refusal([says(null, "b0", 1), says(null, "b0", 0)])).slice(0, 2), [
        "f, line 2",
        'somebody without a name has judged correctness of item "b0", round 0, before (f, line 1)'
      ])
    })
  )

  it("are asked for on the criteria that the reviewers have", () =>
    assert.deepStrictEqual(
      [...CRITERIA],
      rubric.map((criterion) => criterion.name)
    ))

  it.each([2, -1, 0.5, "1", true])("are 0 or 1, not %j", (value) => {
    const parsed = peopleLabels.schema.safeParse({ item: "b0", round: 0, correctness: value })
    assert.deepStrictEqual(
      parsed.error?.issues.map((issue) => [issue.path, issue.message]),
      [[["correctness"], `must be 0 or 1, not ${JSON.stringify(value)}`]]
    )
  })

  it("have an example that fits", () =>
    assert.isTrue(peopleLabels.schema.safeParse(JSON.parse(peopleLabels.example)).success))
})
