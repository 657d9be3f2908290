import { type Static, Type } from '@sinclair/typebox'
import { nullable, oneOf } from '../common.ts'
import { figureFields, figuresOf, formatQuery, namesIn } from './answers.ts'
import { PopulationQuery } from './population.ts'

export const forecastFormats = ['chartjs', 'csv', 'ndjson'] as const

export const ForecastMeasure = oneOf('total', 'male', 'female', '0-14', '15-64', '65+', 'share')
export type ForecastMeasure = Static<typeof ForecastMeasure>

const Method = oneOf(
  'auto',
  'cohorts',
  'naive',
  'drift_2',
  'drift_5',
  'drift_all',
  'linear',
  'simple_smoothing',
  'holt',
  'holt_damped',
  'theta',
  'log_drift',
  'log_linear',
  'log_holt',
  'log_holt_damped',
  'median',
)

const Spacing = oneOf('annual', 'census')

export const ForecastQuery = Type.Object({
  area: Type.Optional(namesIn('Up to ten areas by code or name; 全国 if none.', 10)),
  indicator: Type.String({
    maxLength: 20,
    default: 'total',
    description: 'total, male, female, 0-14, 15-64, 65+ or share (of 65+, %).',
  }),
  horizon: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 10,
    description: 'Years to forecast; at most half of the history.',
  }),
  method: Type.Unsafe<Static<typeof Method>>({
    ...Method,
    default: 'auto',
    description:
      '`auto` takes what would have done best before, pooled over areas of the level; `cohorts` carries five-year ages on (Hamilton-Perry).',
  }),
  frequency: Type.Unsafe<Static<typeof Spacing>>({
    ...Spacing,
    default: 'annual',
    description: 'From yearly figures since 1996, or from censuses every five years since 1920.',
  }),
  as_of: PopulationQuery.properties.as_of,
  ...formatQuery(forecastFormats),
})
export type ForecastQuery = Static<typeof ForecastQuery>

/** The same with what `indicator` says. */
export type ForecastQuestion = Omit<ForecastQuery, 'indicator'> & { indicator: ForecastMeasure }

const bound = (description: string) => nullable(Type.Number({ description }))

const ForecastRow = Type.Object({
  indicator: Type.Unsafe<ForecastMeasure>({ ...ForecastMeasure, examples: ['total'] }),
  area_code: figureFields.area_code,
  area_name: figureFields.area_name,
  area_name_en: figureFields.area_name_en,
  year: figureFields.year,
  value: figureFields.value,
  unit: figureFields.unit,
  projected: Type.Boolean({ description: 'Whether it is forecast rather than observed.' }),
  lower80: bound('Null for what is observed, and where a method gives no interval.'),
  upper80: bound('Upper end of the 80 % interval.'),
  lower95: bound('Lower end of the 95 % interval.'),
  upper95: bound('Upper end of the 95 % interval.'),
  extrapolated: Type.Boolean({
    description: 'Whether its interval is wider than what errors were checked on.',
  }),
  status: figureFields.status,
  source: figureFields.source,
  vintage: figureFields.vintage,
})
export type ForecastRow = Static<typeof ForecastRow>

const error = (description: string) => nullable(Type.Number({ description }))

const Accuracy = Type.Object({
  mase: error('Mean absolute error over the mean change of one step (Hyndman & Koehler 2006).'),
  mape: error('Mean absolute error in %.'),
  relative: error('Its error over that of naive for the same forecasts; below 1 is better.'),
  origins: Type.Integer({ description: 'How many times the past was forecast.' }),
  checked: Type.Integer({ description: 'How many forecasts were compared with what came.' }),
})

const Model = Type.Object({
  area_code: figureFields.area_code,
  indicator: ForecastMeasure,
  method: Type.String({ examples: ['holt_damped'] }),
  method_ja: Type.String(),
  method_en: Type.String(),
  actual_until: Type.Integer({ examples: [2020] }),
  projected_from: Type.Integer({ examples: [2021] }),
  points_used: Type.Integer({ description: 'Figures in a row that it goes on from.' }),
  areas_pooled: Type.Integer({ description: 'Areas whose errors chose the method.' }),
  accuracy: nullable(Accuracy),
  worse_than_naive: nullable(Type.Boolean()),
  interval_scale: nullable(oneOf('log', 'logit', 'plain')),
  interval_checked_years: nullable(
    Type.Integer({ description: 'The longest horizon that errors were seen at.' }),
  ),
  candidates: Type.Array(
    Type.Object({
      method: Type.String(),
      mase: error('See `accuracy`.'),
      mape: error('See `accuracy`.'),
      relative: error('See `accuracy`.'),
    }),
    { description: 'What `auto` chose among, best first.' },
  ),
})

export const PopulationForecast = figuresOf('PopulationForecast', ForecastRow, {
  models: Type.Array(Model),
})
export type PopulationForecast = Static<typeof PopulationForecast>
