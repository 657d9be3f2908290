import { type Static, Type } from '@sinclair/typebox'
import { nullable, oneOf, ref } from '../common.ts'
import { Meta } from './meta.ts'

export const Chart = Type.Object(
  {
    labels: Type.Array(Type.String(), { examples: [['2010', '2015', '2020']] }),
    datasets: Type.Array(
      Type.Object(
        {
          id: Type.String({
            description: 'Stays the same from answer to answer.',
            examples: ['A1101:13000'],
          }),
          label: Type.String({ examples: ['東京都'] }),
          unit: Type.String({ examples: ['人'] }),
          data: Type.Array(nullable(Type.Number()), {
            description: 'One for each label; null is a gap.',
          }),
        },
        { additionalProperties: true },
      ),
    ),
    meta: ref(Meta),
  },
  {
    $id: 'StatisticsChart',
    description: 'What `new Chart(canvas, { type, data })` takes as data.',
  },
)
export type Chart = Static<typeof Chart>

export const JsonStat = Type.Object(
  {
    version: Type.Literal('2.0'),
    class: Type.Literal('dataset'),
    label: Type.String(),
    source: Type.String(),
    updated: Type.Optional(Type.String()),
    id: Type.Array(Type.String()),
    size: Type.Array(Type.Integer()),
    role: Type.Object({
      time: Type.Array(Type.String()),
      geo: Type.Array(Type.String()),
      metric: Type.Array(Type.String()),
    }),
    dimension: Type.Record(
      Type.String(),
      Type.Object({
        label: Type.String(),
        category: Type.Object({
          index: Type.Array(Type.String()),
          label: Type.Record(Type.String(), Type.String()),
          unit: Type.Optional(Type.Record(Type.String(), Type.Object({ label: Type.String() }))),
        }),
      }),
    ),
    value: Type.Array(nullable(Type.Number()), { description: 'Row-major over `id`.' }),
    status: Type.Record(Type.String(), Type.String(), {
      description: 'Of each place in `value` that is not final: its mark or its status.',
    }),
    extension: Type.Object({ meta: ref(Meta) }),
  },
  { $id: 'JsonStat', description: 'A dataset of JSON-stat 2.0.' },
)
export type JsonStat = Static<typeof JsonStat>

export const Geometry = Type.Object(
  {
    type: oneOf('Polygon', 'MultiPolygon'),
    coordinates: Type.Array(Type.Unknown()),
  },
  {
    $id: 'Geometry',
    description: 'WGS 84, longitude before latitude, outer rings counter-clockwise.',
  },
)

export const Features = Type.Object(
  {
    type: Type.Literal('FeatureCollection'),
    features: Type.Array(
      Type.Object({
        type: Type.Literal('Feature'),
        id: Type.Integer({ description: 'The code as a number, as map libraries want it.' }),
        properties: Type.Object(
          { code: Type.String({ examples: ['13000'] }), name: Type.String() },
          { additionalProperties: true },
        ),
        geometry: Type.Union([ref(Geometry), Type.Null()]),
      }),
    ),
    credit: Type.Optional(
      Type.String({
        description: 'To be shown wherever the shapes are.',
        examples: ['「国土数値情報（行政区域データ）」（国土交通省）を加工して作成'],
      }),
    ),
    meta: Type.Optional(ref(Meta)),
  },
  { $id: 'FeatureCollection', description: 'RFC 7946.' },
)
export type Features = Static<typeof Features>
