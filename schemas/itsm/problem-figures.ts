import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref } from '../common.ts'
import { Priority, priorities, problemStatuses, Title } from './common.ts'
import { businessImpacts, problemCategories } from './problems.ts'

const count = Type.Integer({ minimum: 0, examples: [3] })

function countsOf<const Names extends readonly string[]>(names: Names) {
  return Type.Unsafe<Record<Names[number], number>>(
    Type.Object(Object.fromEntries(names.map((name) => [name, count]))),
  )
}

export const ProblemStatistics = Type.Object(
  {
    total: count,
    open: Type.Integer({ minimum: 0, description: 'Neither resolved, closed nor cancelled.' }),
    known_errors: Type.Integer({ minimum: 0, description: 'Open with the known-error flag.' }),
    by_status: countsOf(problemStatuses),
    by_priority: countsOf(priorities),
    by_category: countsOf(problemCategories),
    by_business_impact: countsOf(businessImpacts),
  },
  { $id: 'ProblemStatistics' },
)

export const ProblemTrendQuery = Type.Object({
  months: Type.Integer({
    minimum: 1,
    maximum: 60,
    default: 12,
    description: 'How many months, the present one included.',
  }),
})

export const ProblemTrends = Type.Object(
  {
    months: Type.Array(
      Type.Object({
        month: Type.String({ examples: ['2026-01'] }),
        opened: count,
        resolved: count,
        closed: count,
      }),
      { description: 'Months in Japan, the oldest first; by when it happened last.' },
    ),
  },
  { $id: 'ProblemTrends' },
)

export const ProblemKpiQuery = Type.Object({
  days: Type.Integer({
    minimum: 1,
    maximum: 3660,
    default: 365,
    description: 'How far back it reaches from now.',
  }),
})

const hours = (description: string) =>
  nullable(Type.Number({ minimum: 0, description, examples: [52.5] }))
const share = (description: string) =>
  nullable(Type.Number({ minimum: 0, maximum: 1, description, examples: [0.25] }))

export const ProblemKpis = Type.Object(
  {
    days: Type.Integer({ minimum: 1 }),
    opened: Type.Integer({ minimum: 0, description: 'Opened in the period.' }),
    resolved: Type.Integer({ minimum: 0, description: 'Resolved in the period, and still so.' }),
    root_causes_found: Type.Integer({ minimum: 0, description: 'Found in the period.' }),
    mean_hours_to_root_cause: hours('From opened to found, by the clock; null without any.'),
    median_hours_to_root_cause: hours('As before, the median.'),
    mean_hours_to_resolution: hours('From opened to resolved, by the clock; null without any.'),
    median_hours_to_resolution: hours('As before, the median.'),
    root_cause_found_share: share(
      'Of those resolved in the period, the share whose cause was found; null without any.',
    ),
    closed: Type.Integer({ minimum: 0, description: 'Closed for the first time in the period.' }),
    recurred: Type.Integer({
      minimum: 0,
      description: 'Those of them with an incident that was opened and linked afterwards.',
    }),
    recurrence_rate: share('`recurred` / `closed`; null without any.'),
  },
  { $id: 'ProblemKpis' },
)

export const ProblemCandidateQuery = Type.Object({
  days: Type.Integer({
    minimum: 1,
    maximum: 365,
    default: 30,
    description: 'How far back incidents are looked at, by when they were opened.',
  }),
  min_size: Type.Integer({
    minimum: 2,
    maximum: 100,
    default: 3,
    description: 'How many incidents make a proposal.',
  }),
  limit: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 20,
    description: 'How many to answer at most.',
  }),
})
export type ProblemCandidateQuery = Static<typeof ProblemCandidateQuery>

export const ProblemCandidate = Type.Object(
  {
    title: Title,
    size: Type.Integer({ minimum: 1, examples: [5] }),
    open_count: Type.Integer({ minimum: 0, description: 'Those that are still open.' }),
    priority: Type.Unsafe<Priority>({ ...Priority, description: 'The highest among them.' }),
    is_major: Type.Boolean({ description: 'A major incident is among them.' }),
    similarity: Type.Number({
      minimum: 0,
      maximum: 1.001,
      description: 'The mean likeness of the others to the one that gives the title.',
      examples: [0.72],
    }),
    incident_ids: Type.Array(Id, {
      description: 'The first 200, as POST /problems takes them.',
      examples: [['01990f6e-5c00-7000-8000-0123456789ab']],
    }),
    reasons: Type.Array(
      Type.Object({
        kind: oneOf('text', 'category', 'ci', 'major'),
        values: Type.Array(Type.String(), { examples: [['メール']] }),
      }),
      { description: 'What they have in common: words, the category, the ids of CIs.' },
    ),
  },
  { $id: 'ProblemCandidate' },
)
export type ProblemCandidate = Static<typeof ProblemCandidate>

export const ProblemCandidates = Type.Object(
  {
    candidates: Type.Array(ref(ProblemCandidate)),
    examined: Type.Integer({
      minimum: 0,
      description: 'How many incidents were looked at, 10,000 at most, the latest.',
    }),
  },
  { $id: 'ProblemCandidates' },
)
