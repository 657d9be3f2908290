import { mediaTypes } from '../../../schemas/statistics/answers.ts'
import type { GeoParams, GeoQuery, TileParams, TileQuery } from '../../../schemas/statistics/geo.ts'
import { failure, invalid } from '../../failure.ts'
import type { Catalogue } from '../catalogue.ts'
import { featuresOf } from '../formats.ts'
import type { Packed } from './packed.ts'
import type { Place } from './places.ts'
import { type Atlas, shapesCredit } from './shapes.ts'

const levels = ['prefecture', 'municipality', 'ward'] as const
const layers = { prefecture: 'prefectures', municipality: 'municipalities' } as const

/**
 * The shapes of a level, or of those within an area. Failures: `geometry_not_found`, `area_not_found`,
 * `area_ambiguous`.
 */
export function getGeometry(
  catalogue: Catalogue,
  atlas: Atlas,
  { level }: GeoParams,
  { parent, v }: GeoQuery,
): Packed {
  const within = parent === undefined ? undefined : catalogue.resolveArea(parent).code
  const codes = requireShapes(catalogue, atlas, level, within)
  return {
    key: [atlas.version, level, within].filter(Boolean).join('-'),
    type: mediaTypes.geojson,
    isLasting: v === atlas.version,
    make: () => {
      const places = codes.map((code) => atlas.places.get(code) as Place)
      return Buffer.from(JSON.stringify(featuresOf(places, { credit: shapesCredit })))
    },
  }
}

/** One vector tile of a layer; empty where nothing is drawn. Failures: `invalid_request`. */
export function getTile(atlas: Atlas, { layer, z, x, y }: TileParams, { v }: TileQuery): Packed {
  const limit = 2 ** z - 1
  const beyond = Object.entries({ x, y }).filter(([, place]) => place > limit)
  if (beyond.length > 0) {
    throw invalid(...beyond.map(([field]) => ({ field, rule: 'maximum', limit }) as const))
  }
  return {
    key: [atlas.version, layer, z, x, y].join('-'),
    type: 'application/vnd.mapbox-vector-tile',
    isLasting: v === atlas.version,
    make: () => atlas[layer](z, x, y),
  }
}

export function requireShapes(
  catalogue: Catalogue,
  atlas: Atlas,
  level: GeoParams['level'],
  parent?: string,
): string[] {
  const codes = atlas.codesOf(level, parent)
  if (codes.length > 0) return codes
  const available = levels.flatMap((each) => {
    const parents = atlas.codesOf(each).map((code) => catalogue.areas.get(code)?.parent_code)
    return `${each} (parent: ${[...new Set(parents)].join(', ')})`
  })
  throw failure('geometry_not_found', { level, parent: parent ?? '-', available })
}

/** Where the shapes of these areas are, at addresses that hold for good. */
export function linksTo(atlas: Atlas, level: (typeof levels)[number], parent?: string) {
  if (atlas.codesOf(level, parent).length === 0) return null
  const query = new URLSearchParams({ ...(parent && { parent }), v: atlas.version })
  const layer = level === 'ward' ? null : layers[level]
  return {
    url: `/api/v1/geo/${level}.geojson?${query}`,
    tiles: layer && `/api/v1/tiles/${layer}/{z}/{x}/{y}.mvt?v=${atlas.version}`,
    layer,
    credit: shapesCredit,
  }
}
