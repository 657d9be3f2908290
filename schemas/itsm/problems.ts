import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { ExportFormat } from '../exports.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { Priority, ProblemStatus, Title } from './common.ts'

export const problemCategories = [
  'software',
  'hardware',
  'network',
  'security',
  'process',
  'user_error',
  'external',
  'other',
] as const
export const businessImpacts = ['none', 'low', 'medium', 'high', 'critical'] as const
export const rootCauseStatuses = ['unknown', 'found', 'not_found'] as const

/** How far the search for the root cause is in each phase, in percent. */
export const rcaProgress = {
  not_started: 0,
  data_collection: 20,
  analysis: 40,
  root_cause_identification: 60,
  solution_planning: 80,
  completed: 100,
} as const

export type ProblemCategory = (typeof problemCategories)[number]
export type BusinessImpact = (typeof businessImpacts)[number]
export type RootCauseStatus = (typeof rootCauseStatuses)[number]
export type RcaPhase = keyof typeof rcaProgress

export const ProblemCategory = oneOf(...problemCategories)
export const BusinessImpact = oneOf(...businessImpacts)
export const RootCauseStatus = oneOf(...rootCauseStatuses)
export const RcaPhase = oneOf(...(Object.keys(rcaProgress) as RcaPhase[]))

const text = (example: string) => Type.String({ maxLength: 10_000, examples: [example] })
const ciIds = Type.Array(Id, { maxItems: 100, uniqueItems: true })

const editable = {
  title: Title,
  description: nullable(text('月曜の朝に庁内メールの送信が止まる。')),
  priority: Priority,
  category: ProblemCategory,
  business_impact: BusinessImpact,
  impact_analysis: nullable(text('窓口の受付が 30 分止まる。')),
  root_cause: nullable(
    Type.String({
      maxLength: 10_000,
      description: 'Setting it makes `root_cause_status` `found`, unless that is sent too.',
      examples: ['送信キューの上限が古い値のままだった。'],
    }),
  ),
  root_cause_status: RootCauseStatus,
  root_cause_reason: nullable(
    Type.String({
      maxLength: 2000,
      description: 'Why none was found; needed for `not_found`.',
      examples: [null],
    }),
  ),
  workaround: nullable(text('送信サービスを再起動する。')),
  known_error: Type.Boolean({
    description: 'The cause or a workaround is known before the fix; needs a workaround.',
    examples: [true],
  }),
  permanent_solution: nullable(text('キューの上限を 500 に上げる。')),
  affected_services: Type.Array(Type.String({ maxLength: 200, pattern: line }), {
    maxItems: 50,
    uniqueItems: true,
    examples: [['庁内メール']],
  }),
  affected_ci_ids: ciIds,
  assignee_id: nullable(Id),
  team_id: nullable(Id),
}

const number = Type.String({ examples: ['PRB00000042'] })

export const Problem = Type.Object(
  {
    id: Id,
    problem_number: number,
    ...editable,
    status: ProblemStatus,
    status_reason: nullable(Type.String({ description: 'What was said with the status.' })),
    root_cause_at: nullable(Timestamp),
    rca_phase: RcaPhase,
    rca_progress: Type.Integer({ description: 'Percent; follows from the phase.', examples: [40] }),
    incident_count: Type.Integer({ minimum: 0, description: 'Incidents that are linked to it.' }),
    recurrence_count: Type.Integer({
      minimum: 0,
      description: 'Those of them that were opened and linked after it was closed the first time.',
    }),
    reopen_count: Type.Integer({ minimum: 0 }),
    resolved_at: nullable(Timestamp),
    closed_at: nullable(Timestamp),
    created_by: nullable(Id),
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'Problem' },
)
export type Problem = Static<typeof Problem>

const incidentIds = (minItems: number) =>
  Type.Array(Id, {
    minItems,
    maxItems: 200,
    uniqueItems: true,
    examples: [['01990f6e-5c00-7000-8000-0123456789ab']],
  })

export const NewProblem = Type.Object(
  {
    ...Type.Partial(Type.Object(editable)).properties,
    title: Title,
    priority: Type.Unsafe<Priority>({ ...Priority, default: 'medium' }),
    category: Type.Unsafe<ProblemCategory>({ ...ProblemCategory, default: 'other' }),
    business_impact: Type.Unsafe<BusinessImpact>({ ...BusinessImpact, default: 'medium' }),
    incident_ids: Type.Optional(incidentIds(0)),
  },
  { $id: 'NewProblem', additionalProperties: false, required: ['title'] },
)
export type NewProblem = Pick<Problem, 'title'> & Partial<Static<typeof NewProblem>>

export const ProblemChange = Type.Partial(
  Type.Object({
    ...editable,
    status: Type.Unsafe<ProblemStatus>({
      ...ProblemStatus,
      description:
        'The present one, or 409: the status is changed by POST /problems/{id}/transition.',
    }),
  }),
  {
    $id: 'ProblemChange',
    additionalProperties: false,
    minProperties: 1,
    examples: [{ workaround: '送信サービスを再起動する。', known_error: true }],
  },
)
export type ProblemChange = Static<typeof ProblemChange>

const reason = Type.String({
  minLength: 1,
  maxLength: 2000,
  pattern: '\\S',
  examples: ['ログが残っておらず再現しない。'],
})

export const ProblemTransition = Type.Object(
  {
    status: Type.Unsafe<ProblemStatus>({ ...ProblemStatus, examples: ['resolved'] }),
    reason: Type.Optional(
      Type.String({
        ...reason,
        description: 'Needed to cancel, and to resolve with `root_cause_status` `not_found`.',
      }),
    ),
    root_cause: Type.Optional(text('送信キューの上限が古い値のままだった。')),
    root_cause_status: Type.Optional(
      Type.Unsafe<'found' | 'not_found'>(oneOf('found', 'not_found')),
    ),
    permanent_solution: Type.Optional(text('キューの上限を 500 に上げる。')),
    force: Type.Optional(
      Type.Boolean({
        description: 'Close although a linked change has no result; needs `change.manage`.',
        examples: [false],
      }),
    ),
  },
  { $id: 'ProblemTransition', additionalProperties: false },
)
export type ProblemTransition = Static<typeof ProblemTransition>

export const ProblemReopening = Type.Object(
  { reason },
  { $id: 'ProblemReopening', additionalProperties: false },
)

const filters = {
  status: Type.Optional(
    Type.Array(ProblemStatus, { maxItems: 8, description: 'Only of one of these statuses.' }),
  ),
  priority: Type.Optional(
    Type.Array(Priority, { maxItems: 4, description: 'Only of one of these priorities.' }),
  ),
  category: Type.Optional(
    Type.Unsafe<ProblemCategory>({ ...ProblemCategory, description: 'Only of this category.' }),
  ),
  assignee: Type.Optional(
    Type.String({
      pattern: '^(me|none|[0-9a-fA-F-]{36})$',
      description: 'The id of somebody, `me` for oneself, `none` for nobody.',
      examples: ['me'],
    }),
  ),
  team_id: Type.Optional(Type.String({ ...Id, description: 'Only of this team.' })),
  known_error: Type.Optional(Type.Boolean({ description: 'Only with the flag, or without.' })),
  search: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description:
        'Part of title, description, root cause or workaround; `%` and `_` mean themselves.',
    }),
  ),
}

const ProblemSort = oneOf(
  '-created_at',
  'created_at',
  '-updated_at',
  'updated_at',
  '-priority',
  'priority',
  '-number',
  'number',
)

export const ProblemQuery = Type.Object({
  ...pageQuery().properties,
  ...filters,
  sort: Type.Unsafe<Static<typeof ProblemSort>>({
    ...ProblemSort,
    default: '-created_at',
    description: 'The order, with `-` from the greatest to the least.',
  }),
})
export type ProblemQuery = Static<typeof ProblemQuery>

export const ProblemExportQuery = Type.Object({
  ...filters,
  format: Type.Unsafe<ExportFormat>({
    ...ExportFormat,
    default: 'csv',
    description: 'CSV marked as UTF-8, or a workbook.',
  }),
})
export type ProblemExportQuery = Static<typeof ProblemExportQuery>

export const ProblemPage = pageOf('problems', ref(Problem), { $id: 'ProblemPage' })

export const ProblemBulkUpdate = Type.Object(
  {
    problem_ids: Type.Array(Id, {
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
      examples: [['01990f6e-5c00-7000-8000-0123456789ab']],
    }),
    updates: Type.Partial(
      Type.Object({
        ...Type.Pick(Type.Object(editable), [
          'priority',
          'category',
          'business_impact',
          'assignee_id',
          'team_id',
        ]).properties,
        status: ProblemStatus,
      }),
      { additionalProperties: false, minProperties: 1, examples: [{ priority: 'high' }] },
    ),
    reason: Type.Optional(Type.String({ ...reason, description: 'What is said with a status.' })),
  },
  { $id: 'ProblemBulkUpdate', additionalProperties: false },
)
export type ProblemBulkUpdate = Static<typeof ProblemBulkUpdate>

export const ProblemBulkResult = Type.Object(
  {
    updated_count: Type.Integer({ minimum: 0 }),
    failed_count: Type.Integer({ minimum: 0 }),
    results: Type.Array(
      Type.Object({
        id: Id,
        updated: Type.Boolean(),
        version: nullable(Type.Integer({ description: 'The new one; null for one that failed.' })),
        code: nullable(Type.String({ examples: [null] })),
        detail: nullable(
          Type.String({ description: 'What to do; null for one that did not fail.' }),
        ),
      }),
      { description: 'In the order of the ids that were sent.' },
    ),
  },
  { $id: 'ProblemBulkResult' },
)
