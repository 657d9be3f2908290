import { type Static, Type } from '@sinclair/typebox'
import { nullable, oneOf } from '../common.ts'
import {
  AreaLevel,
  asOf,
  figureFields,
  figuresOf,
  formatQuery,
  namesIn,
  yearIn,
} from './answers.ts'
import { indicatorsIn } from './catalogue.ts'
import { Per } from './population.ts'

export const comparisonFormats = ['chartjs', 'jsonstat', 'csv', 'ndjson'] as const

const CorrelationMethod = oneOf('pearson', 'spearman')

export const ComparisonQuery = Type.Object({
  area: namesIn('Up to ten areas by code or name.', 10),
  indicator: indicatorsIn(12),
  year: yearIn('The year to compare; the newest that all of the areas have if none.'),
  from: yearIn('The first year of the series.'),
  to: yearIn('The last year of the series.'),
  as_of: asOf,
  base: yearIn('The year that is 100 in the index; the first of each series if none.'),
  per: Type.Unsafe<Static<typeof Per>>({
    ...Per,
    default: 'absolute',
    description: 'What a chart and a cube show; rows have all of it.',
  }),
  correlation: Type.Unsafe<Static<typeof CorrelationMethod>>({
    ...CorrelationMethod,
    default: 'pearson',
    description: 'Over all areas of the level.',
  }),
  groups: Type.Optional(
    Type.Integer({
      minimum: 2,
      maximum: 12,
      description:
        'How many groups of similar prefectures; the silhouette decides if none. Municipalities are not grouped.',
    }),
  ),
  ...formatQuery(comparisonFormats),
})
export type ComparisonQuery = Static<typeof ComparisonQuery>

const measured = (description: string) => nullable(Type.Number({ description }))

const ComparisonRow = Type.Object({
  indicator: figureFields.indicator,
  area_code: figureFields.area_code,
  area_name: figureFields.area_name,
  area_name_en: figureFields.area_name_en,
  period: figureFields.period,
  year: figureFields.year,
  value: figureFields.value,
  unit: figureFields.unit,
  status: figureFields.status,
  source: figureFields.source,
  vintage: figureFields.vintage,
  rate: measured('% on the point before, which is `since`.'),
  since: nullable(Type.Integer()),
  index: measured('The base year is 100.'),
  base: nullable(Type.Integer({ description: 'The base year of the index.' })),
  cagr: measured('% a year, compounded, from `cagr_from` to `cagr_to`.'),
  cagr_from: nullable(Type.Integer()),
  cagr_to: nullable(Type.Integer()),
  share: measured('% of the nation; null for what cannot be added up.'),
  nation: measured('The figure of the nation in the same year.'),
  nation_difference: measured('The figure less that of the nation.'),
  nation_ratio: measured('The figure over that of the nation.'),
  rank: nullable(
    Type.Integer({ description: '1 is the best, or the greatest where none is better.' }),
  ),
  rank_of: nullable(Type.Integer({ description: 'How many areas of the level are ranked.' })),
  z: measured('Population standard deviations above the mean of the level.'),
  percentile: measured('Mid-rank, 0 to 100.'),
  peer_mean: measured('Mean of the areas of the level, each counting the same.'),
  peer_median: measured('Median of the areas of the level.'),
})
export type ComparisonRow = Static<typeof ComparisonRow>

const Correlation = Type.Object({
  coefficient: measured('-1 to 1.'),
  n: Type.Integer({ description: 'Areas that have both.' }),
  p: measured('Two-sided, of no correlation; not corrected for there being many.'),
})

const Group = Type.Object({
  group: Type.Integer({ description: '1 is the largest.' }),
  areas: Type.Array(
    Type.Object({ area_code: figureFields.area_code, area_name: figureFields.area_name }),
  ),
  centre: Type.Array(
    Type.Object({
      indicator: figureFields.indicator,
      value: Type.Number({ description: 'Mean of the members, in the indicator’s unit.' }),
      z: Type.Number(),
    }),
  ),
  silhouette: Type.Number({ description: '-1 to 1; near 1 they belong together.' }),
})

export const Comparison = figuresOf('Comparison', ComparisonRow, {
  series: Type.Array(
    Type.Object({
      indicator: figureFields.indicator,
      area_code: figureFields.area_code,
      points: Type.Array(
        Type.Object({
          year: Type.Integer(),
          value: nullable(Type.Number()),
          rate: nullable(Type.Number()),
          index: nullable(Type.Number()),
          share: nullable(Type.Number()),
        }),
      ),
    }),
  ),
  correlation: Type.Object({
    method: CorrelationMethod,
    level: AreaLevel,
    indicators: Type.Array(Type.String()),
    cells: Type.Array(Type.Array(Correlation), { description: 'Row by column; symmetric.' }),
  }),
  groups: nullable(
    Type.Object({
      level: AreaLevel,
      silhouette: Type.Number(),
      explained: Type.Number({ description: 'Share of the sum of squares between groups.' }),
      groups: Type.Array(Group),
      left: Type.Array(Type.String(), { description: 'Areas that lack a figure, in no group.' }),
    }),
  ),
})
export type Comparison = Static<typeof Comparison>
