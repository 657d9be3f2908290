import { type Static, Type } from '@sinclair/typebox'
import { nullable, oneOf } from '../common.ts'
import { AreaLevel, asOf, figureFields, figuresOf, formatQuery, yearIn } from './answers.ts'
import { indicatorsIn } from './catalogue.ts'

export const summaryFormats = ['csv', 'ndjson'] as const

const Level = oneOf('prefecture', 'municipality')

export const SummaryQuery = Type.Object({
  indicator: indicatorsIn(20),
  year: yearIn('The newest of each indicator if none.'),
  level: Type.Unsafe<Static<typeof Level>>({
    ...Level,
    default: 'prefecture',
    description: 'Which areas are described.',
  }),
  parent: Type.Optional(
    Type.String({ maxLength: 60, description: 'Only those within this area.' }),
  ),
  weight: Type.Optional(
    Type.String({
      maxLength: 60,
      description:
        'The indicator that areas weigh by in the weighted mean; total population (A1101) for rates and shares if none.',
    }),
  ),
  as_of: asOf,
  ...formatQuery(summaryFormats),
})
export type SummaryQuery = Static<typeof SummaryQuery>

const figure = (description: string) => Type.Number({ description })
const maybe = (description: string) => nullable(Type.Number({ description }))

const Outlier = Type.Object({
  area_code: figureFields.area_code,
  area_name: figureFields.area_name,
  value: Type.Number(),
})

const SummaryRow = Type.Object({
  indicator: figureFields.indicator,
  name_ja: Type.String({ examples: ['総人口'] }),
  unit: figureFields.unit,
  level: AreaLevel,
  year: figureFields.year,
  n: Type.Integer({ description: 'Areas that have a figure.', examples: [47] }),
  missing: Type.Integer({ description: 'Areas that have none.', examples: [0] }),
  sum: maybe('Null for what cannot be added up.'),
  mean: figure('Each area counts the same.'),
  weighted_mean: maybe('By `weight`; what the mean of a rate should be.'),
  weight: nullable(Type.String({ description: 'The indicator that areas weigh by.' })),
  lower_quartile: figure('Hyndman & Fan (1996) type 7.'),
  median: figure('The middle.'),
  upper_quartile: figure('Hyndman & Fan (1996) type 7.'),
  population_sd: figure('Standard deviation over n.'),
  sample_sd: maybe('Standard deviation over n - 1.'),
  coefficient_of_variation: maybe('Population standard deviation over the mean.'),
  skewness: maybe('Adjusted Fisher-Pearson, G1.'),
  kurtosis: maybe('Excess, G2.'),
  min: figure('The least.'),
  min_area: Type.String({ description: 'The first area that has it.', examples: ['鳥取県'] }),
  max: figure('The greatest.'),
  max_area: Type.String({ examples: ['東京都'] }),
  outliers_tukey: Type.Array(Outlier, { description: 'Beyond 1.5 interquartile ranges.' }),
  outliers_modified_z: Type.Array(Outlier, {
    description: 'Modified z above 3.5 (Iglewicz & Hoaglin 1993).',
  }),
})
export type SummaryRow = Static<typeof SummaryRow>

export const Summary = figuresOf('StatisticsSummary', SummaryRow, {})
export type Summary = Static<typeof Summary>
