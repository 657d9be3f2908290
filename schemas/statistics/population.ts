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

export const populationFormats = ['chartjs', 'jsonstat', 'csv', 'ndjson'] as const

export const Measure = oneOf(
  'total',
  'male',
  'female',
  '0-14',
  '15-64',
  '65+',
  'share',
  'density',
  'change',
)
export type Measure = Static<typeof Measure>

export const Per = oneOf('absolute', 'rate', 'index', 'share_of_nation')
export type Per = Static<typeof Per>

export const Frequency = oneOf('all', 'census', 'annual')
export type Frequency = Static<typeof Frequency>

export const maxAreas = 100

const whichAreas = {
  area: Type.Optional(
    namesIn('Codes or names, such as `13000` or `東京都`; 全国 if none.', maxAreas),
  ),
  level: Type.Optional(
    Type.Unsafe<Static<typeof AreaLevel>>({
      ...AreaLevel,
      description: 'All areas of a level instead of single ones.',
    }),
  ),
}

const whichYears = {
  from: yearIn('The first year.'),
  to: yearIn('The last year.'),
  as_of: asOf,
}

const frequency = Type.Unsafe<Frequency>({
  ...Frequency,
  default: 'all',
  description:
    '`census`: every five years; `annual`: 1 October of each year since 1996, ages with unknown ones allocated; `all`: the total of both, ages as the census counted them.',
})

export const PopulationQuery = Type.Object({
  ...whichAreas,
  ...whichYears,
  indicator: Type.Optional(
    Type.Array(Type.String({ maxLength: 100 }), {
      maxItems: 9,
      description:
        'total, male, female, 0-14, 15-64, 65+, share (of 65+, %), density (per km²), change; repeated or separated by commas.',
    }),
  ),
  frequency,
  per: Type.Unsafe<Per>({
    ...Per,
    default: 'absolute',
    description: 'As it is, % change from the point before, base year = 100, or % of the nation.',
  }),
  base: yearIn('The year that is 100 with `per=index`; the first one if none.'),
  ...formatQuery(populationFormats),
})
export type PopulationQuery = Static<typeof PopulationQuery>

const PopulationRow = Type.Object({
  ...figureFields,
  indicator: Type.Unsafe<Measure>({ ...Measure, examples: ['total'] }),
  per: Per,
  since: nullable(Type.Integer({ description: 'The year a change is counted from.' })),
})
export type PopulationRow = Static<typeof PopulationRow>

export const Population = figuresOf('Population', PopulationRow, {})
export type Population = Static<typeof Population>

export const PyramidQuery = Type.Object({
  area: Type.Optional(namesIn('One area by code or name; 全国 if none.', 1)),
  year: yearIn('The newest one with ages if none.'),
  compare: yearIn('A second year to lay beside it.'),
  ...formatQuery(['chartjs', 'csv', 'ndjson']),
})
export type PyramidQuery = Static<typeof PyramidQuery>

const PyramidRow = Type.Object({
  area_code: figureFields.area_code,
  area_name: figureFields.area_name,
  year: figureFields.year,
  age_group: Type.String({
    description: '`unknown` where the census could not say.',
    examples: ['20-24'],
  }),
  male: nullable(Type.Number({ examples: [408_215] })),
  female: nullable(Type.Number({ examples: [398_112] })),
  male_share: nullable(Type.Number({ description: '% of all persons of known age.' })),
  female_share: nullable(Type.Number({ description: '% of all persons of known age.' })),
  unit: figureFields.unit,
  source: figureFields.source,
  vintage: figureFields.vintage,
})
export type PyramidRow = Static<typeof PyramidRow>

export const Pyramid = figuresOf('PopulationPyramid', PyramidRow, {
  age_groups: Type.Array(Type.String(), {
    description: 'Youngest first, the same for both years.',
  }),
})
export type Pyramid = Static<typeof Pyramid>
