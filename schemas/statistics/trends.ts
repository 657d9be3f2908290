import { type Static, Type } from '@sinclair/typebox'
import { nullable, oneOf } from '../common.ts'
import { figureFields, figuresOf, formatQuery } from './answers.ts'
import { Measure, PopulationQuery } from './population.ts'

const { area, level, from, to, as_of, indicator, frequency } = PopulationQuery.properties

export const trendFormats = ['chartjs', 'csv', 'ndjson'] as const

export const TrendsQuery = Type.Object({
  area,
  level,
  from,
  to,
  as_of,
  indicator,
  frequency,
  ...formatQuery(trendFormats),
})
export type TrendsQuery = Static<typeof TrendsQuery>

const turn = { year: Type.Integer({ examples: [2010] }), value: Type.Number() }

const TrendRow = Type.Object({
  indicator: Type.Unsafe<Static<typeof Measure>>({ ...Measure, examples: ['total'] }),
  area_code: figureFields.area_code,
  area_name: figureFields.area_name,
  area_name_en: figureFields.area_name_en,
  unit: figureFields.unit,
  from: Type.Integer({ examples: [1920] }),
  to: Type.Integer({ examples: [2020] }),
  years: Type.Integer({ examples: [100] }),
  first: Type.Number(),
  last: Type.Number(),
  change: Type.Number(),
  change_percent: Type.Number(),
  cagr: Type.Number({ description: '% a year, compounded.', examples: [0.82] }),
  peak_year: nullable(Type.Integer({ description: 'The first year with the greatest figure.' })),
  peak: nullable(Type.Number()),
  trough_year: nullable(Type.Integer({ description: 'The first year with the least figure.' })),
  trough: nullable(Type.Number()),
  growth: Type.Array(
    Type.Object({
      since: Type.Integer(),
      year: Type.Integer(),
      change: Type.Number(),
      rate: nullable(Type.Number({ description: '% over the step.' })),
      yearly: nullable(Type.Number({ description: '% a year, compounded.' })),
    }),
  ),
  turning_points: Type.Array(
    Type.Object({
      ...turn,
      kind: oneOf('peak', 'trough'),
      prominence: Type.Number({ description: 'How far it stands out, in units of the series.' }),
    }),
    { description: 'Extremes within the series that stand out by 2 % of its range.' },
  ),
})
export type TrendRow = Static<typeof TrendRow>

export const Trends = figuresOf('PopulationTrends', TrendRow, {})
export type Trends = Static<typeof Trends>
