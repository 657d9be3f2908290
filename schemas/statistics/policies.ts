import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { figureFields, formatQuery } from './answers.ts'
import { Direction, figure } from './kpis.ts'
import { Meta } from './meta.ts'

export const policyFormats = ['chartjs', 'csv', 'ndjson'] as const

const ControlLevel = oneOf('prefecture', 'municipality', 'ward')

export const PolicyStatus = oneOf('planned', 'active', 'ended')
export type PolicyStatus = Static<typeof PolicyStatus>

const Phase = Type.Object(
  {
    date: Type.String({ format: 'date', examples: ['2016-04-01'] }),
    label: Type.String({ minLength: 1, maxLength: 100, examples: ['対象を全市に拡大'] }),
  },
  { additionalProperties: false },
)

const Link = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 100, examples: ['総合計画'] }),
    url: Type.String({
      maxLength: 1000,
      pattern: '^https?://[^\\s]+$',
      examples: ['https://www.example.jp/plan'],
    }),
  },
  { additionalProperties: false },
)

const definition = {
  name_ja: Type.String({ minLength: 1, maxLength: 200, examples: ['子育て支援の拡充'] }),
  name_en: nullable(Type.String({ maxLength: 200, examples: ['More support for families'] })),
  description: nullable(Type.String({ maxLength: 5000, examples: ['医療費の助成'] })),
  indicator: Type.String({
    minLength: 1,
    maxLength: 100,
    description: 'Code or Japanese name of what it is to change.',
    examples: ['#A05203'],
  }),
  direction: Type.Unsafe<Direction>({
    ...Direction,
    description: 'Whether more or less of it is wanted.',
    examples: ['up'],
  }),
  target_value: nullable(
    Type.Number({
      ...figure,
      description: 'For the sum of the areas where those are added up, else for each.',
      examples: [1.8],
    }),
  ),
  target_year: nullable(Type.Integer({ minimum: 1800, maximum: 2200, examples: [2030] })),
  starts_on: Type.String({ format: 'date', examples: ['2015-04-01'] }),
  ends_on: nullable(
    Type.String({ format: 'date', description: 'Its last day.', examples: ['2031-03-31'] }),
  ),
  control_level: nullable(
    Type.Unsafe<Static<typeof ControlLevel>>({
      ...ControlLevel,
      description:
        'Compares with all other areas of this level, unless `control_areas` names some.',
      examples: ['prefecture'],
    }),
  ),
  budget_yen: nullable(Type.Integer({ minimum: 0, maximum: 1e15, examples: [120_000_000] })),
  owner: nullable(Type.String({ maxLength: 200, examples: ['こども課'] })),
  phases: Type.Array(Phase, { maxItems: 50, description: 'In order of time.' }),
  links: Type.Array(Link, { maxItems: 50 }),
}

const PolicyArea = Type.Object({
  area_code: figureFields.area_code,
  area_name: figureFields.area_name,
  area_name_en: figureFields.area_name_en,
})

export const Policy = Type.Object(
  {
    id: Id,
    ...definition,
    areas: Type.Array(PolicyArea, { minItems: 1 }),
    control_areas: Type.Array(PolicyArea, { description: 'Empty where none are named.' }),
    start_year: Type.Integer({ examples: [2015] }),
    status: Type.Unsafe<PolicyStatus>({
      ...PolicyStatus,
      description: 'By its dates, on today’s in Japan.',
      examples: ['active'],
    }),
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'Policy' },
)
export type Policy = Static<typeof Policy>

const codes = (description: string, options: { minItems?: number; maxItems: number }) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { description, ...options })

const where = {
  areas: {
    ...codes('Where it applies, by code or name; none within another.', {
      minItems: 1,
      maxItems: 100,
    }),
    examples: [['46000']],
  },
  control_areas: {
    ...codes('Areas to compare with, by code or name, instead of a level.', { maxItems: 500 }),
    examples: [[]],
  },
}

const { name_ja, indicator, starts_on, ...others } = definition

export const NewPolicy = Type.Object(
  {
    name_ja,
    indicator,
    starts_on,
    areas: where.areas,
    ...Type.Partial(Type.Object({ ...others, control_areas: where.control_areas })).properties,
  },
  {
    $id: 'NewPolicy',
    additionalProperties: false,
    description: 'The direction is that of the indicator unless one is given.',
  },
)
export type NewPolicy = Static<typeof NewPolicy>

export const PolicyChange = Type.Partial(Type.Object({ ...definition, ...where }), {
  $id: 'PolicyChange',
  additionalProperties: false,
  minProperties: 1,
  description:
    'Lists take the place of those there were. Naming a control pool ends the other one.',
})
export type PolicyChange = Static<typeof PolicyChange>

export const PolicyPage = pageOf('policies', ref(Policy), { $id: 'PolicyPage' })

export const PolicyQuery = Type.Object({
  ...pageQuery().properties,
  area: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 60,
      description: 'Only policies of this area, by code or name.',
    }),
  ),
  indicator: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'Only about this, by code or name.' }),
  ),
  status: Type.Optional(
    Type.Unsafe<PolicyStatus>({ ...PolicyStatus, description: 'Only such, by their dates.' }),
  ),
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'Part of a name, the description or the owner.',
    }),
  ),
})
export type PolicyQuery = Static<typeof PolicyQuery>

export const PolicyAnswerQuery = Type.Object(formatQuery(policyFormats))

const at = {
  period: figureFields.period,
  year: figureFields.year,
  value: Type.Number({ examples: [1.36] }),
}

const TrackedLine = Type.Object({
  area_code: nullable(Type.String({ description: 'Null for the sum of the areas.' })),
  label: Type.String({ examples: ['鹿児島県'] }),
  baseline: nullable(
    Type.Object(at, { description: 'The last comparable figure of a period before the start.' }),
  ),
  current: nullable(Type.Object(at, { description: 'The newest figure.' })),
  gap: nullable(Type.Number({ description: 'Target less current value.' })),
  progress: nullable(
    Type.Number({
      description:
        'How much of the way from the baseline to the target is done, in %: (current - baseline) / (target - baseline). Below 0 it went the other way, above 100 further. Where the baseline met the target already: 100 as long as it is met, else 0.',
      examples: [40],
    }),
  ),
  expected_progress: nullable(
    Type.Number({
      description: 'The same for a straight way from the baseline to the target in its year.',
      examples: [50],
    }),
  ),
  is_met: nullable(Type.Boolean()),
  reason: nullable(
    Type.Unsafe<'no_target' | 'no_figures' | 'not_started' | 'no_baseline'>({
      ...oneOf('no_target', 'no_figures', 'not_started', 'no_baseline'),
      description:
        'Why there is no progress; `not_started` where there is no figure since the start.',
    }),
  ),
  points: Type.Array(
    Type.Object({
      ...at,
      after_start: Type.Boolean({ description: 'The period in which it started counts as after.' }),
    }),
    { description: 'Comparable figures, oldest first.' },
  ),
})
export type TrackedLine = Static<typeof TrackedLine>

export const Tracking = Type.Object(
  {
    indicator_name_ja: Type.String({ examples: ['合計特殊出生率'] }),
    indicator_name_en: Type.String({ examples: ['Total fertility rate'] }),
    unit: figureFields.unit,
    is_sum: Type.Boolean({
      description: 'Whether the areas are added up; each has a line of its own otherwise.',
    }),
    start_period: nullable(
      Type.String({ description: 'The first period since the start.', examples: ['FY2015'] }),
    ),
    lines: Type.Array(TrackedLine),
  },
  { $id: 'PolicyTracking' },
)
export type Tracking = Static<typeof Tracking>

export const PolicyAnswer = Type.Object(
  { ...Policy.properties, tracking: ref(Tracking), meta: ref(Meta) },
  { $id: 'PolicyAnswer' },
)
export type PolicyAnswer = Static<typeof PolicyAnswer>
