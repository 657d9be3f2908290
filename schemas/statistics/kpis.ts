import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageQuery } from '../pages.ts'
import { AreaLevel, figureFields, formatQuery } from './answers.ts'
import { Meta } from './meta.ts'

export const kpiFormats = ['chartjs', 'csv', 'ndjson'] as const

export const Direction = oneOf('up', 'down')
export type Direction = Static<typeof Direction>

/** Numbers that JSON, both engines and a chart keep as they are. */
export const figure = { minimum: -1e15, maximum: 1e15 }

const year = { minimum: 1800, maximum: 2200 }

const definition = {
  name_ja: Type.String({ minLength: 1, maxLength: 100, examples: ['合計特殊出生率'] }),
  name_en: nullable(Type.String({ maxLength: 100, examples: ['Total fertility rate'] })),
  description: nullable(Type.String({ maxLength: 1000, examples: ['総合計画の指標'] })),
  category: Type.String({ minLength: 1, maxLength: 50, examples: ['population'] }),
  indicator: Type.String({
    minLength: 1,
    maxLength: 100,
    description:
      'Code or Japanese name of an indicator, or a measure of population: total, male, female, 0-14, 15-64, 65+, share (of 65+), density, change.',
    examples: ['#A05203'],
  }),
  direction: nullable(
    Type.Unsafe<Direction>({
      ...Direction,
      description: 'Whether more or less of it is wanted; null where neither is.',
      examples: ['up'],
    }),
  ),
  target_value: nullable(Type.Number({ ...figure, examples: [1.8] })),
  target_year: nullable(Type.Integer({ ...year, examples: [2030] })),
  tolerance: Type.Number({
    minimum: 0,
    maximum: 1e15,
    description: 'How far it may miss, in the unit of the figure, before its status is `bad`.',
    examples: [0.05],
  }),
  position: Type.Integer({
    minimum: 0,
    maximum: 10_000,
    description: 'Cards come in this order.',
    examples: [40],
  }),
}

const kept = {
  version: Type.Integer({ minimum: 1, examples: [1] }),
  created_at: Timestamp,
  updated_at: Timestamp,
}

export const Kpi = Type.Object(
  { id: Id, ...definition, area_code: Type.String({ examples: ['00000'] }), ...kept },
  { $id: 'Kpi' },
)
export type Kpi = Static<typeof Kpi>

const area = Type.String({
  minLength: 1,
  maxLength: 60,
  description: 'Code or name; 全国 if none.',
  examples: ['00000'],
})

const { name_ja, indicator, ...others } = definition

export const NewKpi = Type.Object(
  {
    name_ja,
    indicator,
    area: Type.Optional(area),
    ...Type.Partial(Type.Object(others)).properties,
  },
  {
    $id: 'NewKpi',
    additionalProperties: false,
    description:
      'Category and direction are those of the indicator unless others are given. A target needs a direction.',
  },
)
export type NewKpi = Static<typeof NewKpi>

export const KpiChange = Type.Partial(Type.Object({ ...definition, area }), {
  $id: 'KpiChange',
  additionalProperties: false,
  minProperties: 1,
  description: 'A target without a value has no year either.',
})
export type KpiChange = Static<typeof KpiChange>

const Point = Type.Object({
  period: figureFields.period,
  value: Type.Number({ examples: [1.36] }),
})

export const KpiStatus = oneOf('good', 'warning', 'bad', 'unknown')
export type KpiStatus = Static<typeof KpiStatus>

const { target_value: _value, target_year: _year, ...shown } = definition

export const KpiCard = Type.Object(
  {
    id: Id,
    ...shown,
    ...kept,
    area_code: figureFields.area_code,
    area_name: figureFields.area_name,
    area_name_en: figureFields.area_name_en,
    value: nullable(Type.Number({ description: 'The newest there is.', examples: [1.33] })),
    unit: figureFields.unit,
    reason: nullable(
      Type.Unsafe<'no_figures'>({
        ...oneOf('no_figures'),
        description: 'Why there is no value: the area has no figures of this.',
      }),
    ),
    period: nullable(figureFields.period),
    period_code: nullable(figureFields.period_code),
    year: nullable(figureFields.year),
    figure_status: nullable(figureFields.status),
    previous: nullable(
      Type.Object(
        { period: figureFields.period, year: figureFields.year, value: Type.Number() },
        {
          description:
            'The newest earlier figure that can be set against it: a calendar year against a calendar year, a fiscal year against a fiscal year, a month against the same month; an estimate that was never revised only against another.',
        },
      ),
    ),
    delta: nullable(Type.Number({ description: 'Value less the previous one.' })),
    delta_percent: nullable(
      Type.Number({
        description: 'In % of the size of the previous one; null where that is zero.',
      }),
    ),
    sparkline: Type.Array(Point, {
      description: 'The newest comparable figures, at most 24, oldest first.',
    }),
    target: nullable(
      Type.Object({
        value: Type.Number({ examples: [1.8] }),
        year: nullable(Type.Integer({ examples: [2030] })),
        gap: nullable(Type.Number({ description: 'Target less value.', examples: [0.47] })),
      }),
    ),
    status: Type.Unsafe<KpiStatus>({
      ...KpiStatus,
      description:
        'With a target: `good` where it is met, `warning` where it is missed by no more than the tolerance, else `bad`. Without: `good` where the figure moved as wanted since the previous one, `warning` where it did not move or went the other way by no more than the tolerance, else `bad`. `unknown` without a direction, or without what it takes.',
      examples: ['bad'],
    }),
    rank: nullable(
      Type.Object(
        {
          rank: Type.Integer({ examples: [3] }),
          of: Type.Integer({ description: 'Areas that have a figure.', examples: [47] }),
          level: AreaLevel,
        },
        {
          description:
            'Among the areas of its level in the same period, the best first by direction (the largest where there is none); equals share a rank and the next one is passed over. Null for the nation.',
        },
      ),
    ),
    coverage: Type.Object(
      { areas: Type.Integer({ examples: [47] }), of: Type.Integer({ examples: [47] }) },
      { description: 'Areas of its level that have a figure for this period.' },
    ),
    freshness: nullable(
      Type.Object({
        state: oneOf('fresh', 'late', 'unknown'),
        age_days: Type.Integer({ description: 'Since the end of the period.', examples: [325] }),
        cycle_months: nullable(
          Type.Integer({
            description:
              'How often it comes: the median step of the last five; null if there is no step.',
            examples: [12],
          }),
        ),
        due_on: nullable(
          Type.String({
            format: 'date',
            description:
              'The next one should be there by then: one cycle after the period, and as long again for the work, a year at most. After this day it is `late`.',
          }),
        ),
      }),
    ),
    source: nullable(Type.String({ examples: ['ssds-a'] })),
    credit: Type.String({ description: 'The sentence to show beside the figure.' }),
    vintage: figureFields.vintage,
    stale: Type.Boolean({ description: 'Newer figures of this source could not be had.' }),
  },
  { $id: 'KpiCard' },
)
export type KpiCard = Static<typeof KpiCard>

const showArea = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 60,
    description:
      'Shows this area, by code or name, instead of the ones that the KPIs are about. Targets, which were set for those, are left out.',
  }),
)

export const KpiCardQuery = Type.Object({ show_area: showArea, ...formatQuery(kpiFormats) })
export type KpiCardQuery = Static<typeof KpiCardQuery>

export const KpiQuery = Type.Object({
  ...pageQuery({ limit: 50, max: 100 }).properties,
  area: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 60,
      description: 'Only KPIs about this area, by code or name.',
    }),
  ),
  category: Type.Optional(Type.String({ maxLength: 50, description: 'Only of this category.' })),
  ...KpiCardQuery.properties,
})
export type KpiQuery = Static<typeof KpiQuery>

export const KpiCards = Type.Object(
  {
    meta: ref(Meta),
    kpis: Type.Array(ref(KpiCard)),
    total: Type.Integer({ minimum: 0, description: 'How many there are on all pages.' }),
    skip: Type.Integer({ minimum: 0 }),
    limit: Type.Integer({ minimum: 1 }),
  },
  { $id: 'KpiCards' },
)
export type KpiCards = Static<typeof KpiCards>

export const KpiCardAnswer = Type.Object(
  { ...KpiCard.properties, meta: ref(Meta) },
  { $id: 'KpiCardAnswer' },
)
export type KpiCardAnswer = Static<typeof KpiCardAnswer>
