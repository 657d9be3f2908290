import { type Static, Type } from '@sinclair/typebox'
import { nullable, oneOf } from '../common.ts'
import { asOf, figureFields, figuresOf, formatQuery, yearIn } from './answers.ts'
import { parent } from './geo.ts'

export const mapFormats = ['geojson', 'chartjs', 'csv', 'ndjson'] as const

const MapLevel = oneOf('prefecture', 'municipality', 'ward')
const ClassMethod = oneOf('quantile', 'equal', 'jenks')

export const MapParams = Type.Object({
  indicator: Type.String({
    maxLength: 100,
    description:
      'A code or a Japanese name (see `/statistics/indicators`), or one of population: total, male, female, 0-14, 15-64, 65+, share (of 65+, %), density (per km²), change.',
  }),
})
export type MapParams = Static<typeof MapParams>

export const MapQuery = Type.Object({
  year: yearIn('The latest one that most of these areas have a value of if none.'),
  period: Type.Optional(
    Type.String({
      maxLength: 20,
      description: 'One period: `2020`, `FY2020`, `2026-Q1`, `2026-09`, or e-Stat’s code.',
    }),
  ),
  level: Type.Unsafe<Static<typeof MapLevel>>({
    ...MapLevel,
    default: 'prefecture',
    description: 'Which areas.',
  }),
  parent,
  method: Type.Unsafe<Static<typeof ClassMethod>>({
    ...ClassMethod,
    default: 'quantile',
    description: 'As many areas in each class, classes as wide as each other, or natural breaks.',
  }),
  classes: Type.Integer({
    minimum: 2,
    maximum: 9,
    default: 5,
    description: 'How many classes; there are fewer where values are too few or too equal.',
  }),
  as_of: asOf,
  ...formatQuery(mapFormats),
})
export type MapQuery = Static<typeof MapQuery>

const MapRow = Type.Object({
  ...figureFields,
  class: nullable(
    Type.Integer({ description: 'Its place in `classes`: 0 is the lowest.', examples: [4] }),
  ),
  mark_meaning: nullable(Type.String({ description: 'In the words of the table’s own legend.' })),
})
export type MapRow = Static<typeof MapRow>

export const MapValues = figuresOf('MapValues', MapRow, {
  title: Type.String({ examples: ['総人口'] }),
  title_en: Type.String({ examples: ['Total population'] }),
  period: figureFields.period,
  year: figureFields.year,
  values: Type.Record(Type.String(), nullable(Type.Number()), {
    description: 'By the code of the area; null where there is none.',
    examples: [{ '13000': 14_047_594 }],
  }),
  breaks: Type.Array(Type.Number(), {
    description:
      'Where classes after the first begin, ascending: the stops of a `step` expression.',
    examples: [[1_000_000, 2_000_000]],
  }),
  classes: Type.Array(
    Type.Object({
      class: Type.Integer(),
      from: Type.Number({ description: 'Belongs to it.' }),
      to: Type.Number({ description: 'Belongs to the next one; in the last class to this one.' }),
      count: Type.Integer({ description: 'How many areas.' }),
    }),
  ),
  fit: Type.Number({ description: 'Goodness of variance fit: 1 where classes say all.' }),
  geometry: nullable(
    Type.Object({
      url: Type.String({
        description: 'The shapes, to be kept for good.',
        examples: ['/api/v1/geo/prefecture.geojson?v=0123456789abcdef'],
      }),
      tiles: nullable(Type.String({ description: 'The same as vector tiles.' })),
      layer: nullable(Type.String({ description: 'The layer within them.' })),
      credit: Type.String({ description: 'To be shown wherever the shapes are.' }),
    }),
  ),
})
export type MapValues = Static<typeof MapValues>
