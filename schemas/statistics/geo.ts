import { type Static, Type } from '@sinclair/typebox'
import { oneOf, ref } from '../common.ts'
import { AreaLevel, mediaTypes } from './answers.ts'
import { Features } from './shapes.ts'

const version = {
  v: Type.Optional(
    Type.String({
      maxLength: 64,
      description:
        'The version that the links in map answers name. With it the answer holds for good (`immutable`), without it for a day.',
    }),
  ),
}

export const GeoParams = Type.Object({
  level: Type.Unsafe<Static<typeof AreaLevel>>({
    ...AreaLevel,
    description: 'There are shapes of prefectures, and of municipalities and wards of some.',
  }),
})
export type GeoParams = Static<typeof GeoParams>

export const parent = Type.Optional(
  Type.String({
    maxLength: 60,
    description: 'Only those within this area, by code or name: `13000`.',
  }),
)

export const GeoQuery = Type.Object({ parent, ...version })
export type GeoQuery = Static<typeof GeoQuery>

export const geometryFile = {
  description: 'The shapes; compressed where `Accept-Encoding` has gzip',
  content: { [mediaTypes.geojson]: { schema: ref(Features) } },
}

const Layer = oneOf('prefectures', 'municipalities')

export const TileParams = Type.Object({
  layer: Type.Unsafe<Static<typeof Layer>>({
    ...Layer,
    description: 'Also the name of the layer within the tile.',
  }),
  z: Type.Integer({ minimum: 0, maximum: 14, description: 'The zoom.' }),
  x: Type.Integer({ minimum: 0, description: 'The column, from the west; below 2^z.' }),
  y: Type.Integer({ minimum: 0, description: 'The row, from the north; below 2^z.' }),
})
export type TileParams = Static<typeof TileParams>

export const TileQuery = Type.Object(version)
export type TileQuery = Static<typeof TileQuery>
