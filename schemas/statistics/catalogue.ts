import { type Static, Type } from '@sinclair/typebox'
import { nullable, oneOf, ref } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { AreaLevel, namesIn } from './answers.ts'

const code = Type.String({ examples: ['A1101'] })

export const Indicator = Type.Object(
  {
    code,
    name_ja: Type.String({ examples: ['総人口'] }),
    name_en: Type.String({ examples: ['Total population'] }),
    unit: Type.String({ examples: ['人'] }),
    kind: oneOf('count', 'rate', 'share', 'value'),
    category: Type.String({ examples: ['population'] }),
    aggregation: Type.Unsafe<'sum' | 'none'>({
      ...oneOf('sum', 'none'),
      description: 'Whether areas may be added up.',
    }),
    decimals: Type.Integer({ description: 'How many make sense to show.' }),
    family: nullable(Type.String({ description: 'Indicators that belong together: `age5`.' })),
    formula: nullable(
      Type.String({ description: 'How it is worked out; null if it is observed.' }),
    ),
    direction: nullable(oneOf('up', 'down')),
    available: Type.Array(
      Type.Object({
        level: AreaLevel,
        source: Type.String({ examples: ['census'] }),
        areas: Type.Integer({ examples: [47] }),
        figures: Type.Integer({ examples: [987] }),
        first_year: Type.Integer({ examples: [1920] }),
        last_year: Type.Integer({ examples: [2020] }),
        vintage: Type.String({ description: 'The newest.', examples: ['2021'] }),
      }),
    ),
  },
  { $id: 'Indicator' },
)
export type Indicator = Static<typeof Indicator>

export const IndicatorQuery = Type.Object({
  ...pageQuery({ limit: 200 }).properties,
  q: Type.Optional(
    Type.String({ maxLength: 100, description: 'Part of a code or a name in either language.' }),
  ),
  category: Type.Optional(Type.String({ maxLength: 50, description: 'Only of this category.' })),
  family: Type.Optional(Type.String({ maxLength: 50, description: 'Only of this family.' })),
  level: Type.Optional(
    Type.Unsafe<Static<typeof AreaLevel>>({
      ...AreaLevel,
      description: 'Only what areas of this level have.',
    }),
  ),
})
export type IndicatorQuery = Static<typeof IndicatorQuery>

export const IndicatorPage = pageOf('indicators', ref(Indicator), { $id: 'IndicatorPage' })

export const Area = Type.Object(
  {
    code: Type.String({ examples: ['40231'] }),
    level: AreaLevel,
    parent_code: nullable(Type.String({ examples: ['40000'] })),
    name_ja: Type.String({ examples: ['那珂川市'] }),
    name_en: nullable(Type.String()),
    region_ja: nullable(Type.String({ examples: ['九州・沖縄'] })),
    latitude: nullable(Type.Number({ description: 'Of its capital, WGS 84.' })),
    longitude: nullable(Type.Number()),
    valid_until: nullable(
      Type.String({
        description: 'From this day on it is another area.',
        examples: ['2018-10-01'],
      }),
    ),
    successor_code: nullable(Type.String({ description: 'What it became.' })),
    predecessor_codes: Type.Array(Type.String(), {
      description: 'What it was before.',
      examples: [['40305']],
    }),
  },
  { $id: 'Area' },
)
export type Area = Static<typeof Area>

export const AreaQuery = Type.Object({
  ...pageQuery({ limit: 2000, max: 5000 }).properties,
  level: Type.Optional(
    Type.Unsafe<Static<typeof AreaLevel>>({ ...AreaLevel, description: 'Only of this level.' }),
  ),
  parent: Type.Optional(
    Type.String({ maxLength: 60, description: 'Only within this area, by code or name.' }),
  ),
  q: Type.Optional(
    Type.String({ maxLength: 60, description: 'Part of a name in either language, or a code.' }),
  ),
  on: Type.Optional(
    Type.String({ format: 'date', description: 'As they were on this day; today’s if none.' }),
  ),
})
export type AreaQuery = Static<typeof AreaQuery>

export const AreaPage = pageOf('areas', ref(Area), { $id: 'AreaPage' })

export const indicatorsIn = (max: number) =>
  namesIn('Codes or Japanese names; see `/statistics/indicators`.', max)
