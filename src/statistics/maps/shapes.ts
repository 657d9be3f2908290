import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { openSeed } from '../../../db/seeds/index.ts'
import type { AreaLevel, AreaRow } from '../../../db/tables/statistics.ts'
import { groupBy } from '../../values.ts'
import type { Catalogue } from '../catalogue.ts'
import { dissolve } from './dissolve.ts'
import { type Place, placeOf, polygonsOf, type Shape } from './places.ts'
import { createTileIndex, type TileIndex } from './tile-index.ts'

export type Atlas = {
  /** Of the shapes and the names: another one where anything is drawn or called otherwise. */
  version: string
  places: ReadonlyMap<string, Place>
  /** Codes of a level that have a shape, in order. */
  codesOf: (level: AreaLevel, parent?: string) => string[]
  prefectures: TileIndex
  municipalities: TileIndex
}

/** The areas' shapes: read when first asked for, and kept, for there are two hundred of them. */
export type Shapes = { read: (catalogue: Catalogue) => Promise<Atlas> }

declare module '../../fastify.ts' {
  interface Deps {
    shapes: Shapes
  }
}

/** To be shown wherever the shapes are. */
export const shapesCredit = '「国土数値情報（行政区域データ）」（国土交通省）を加工して作成'

const seeds = ['prefecture', 'municipality'].map((name) => `statistics/${name}-shapes.ndjson.gz`)

export function createShapes(): Shapes {
  let reading: Promise<ReadonlyMap<string, Shape>> | undefined
  let known: { catalogue: Catalogue; atlas: Atlas } | undefined
  return {
    async read(catalogue) {
      reading ??= readShapes().catch((error) => {
        reading = undefined
        throw error
      })
      const shapes = await reading
      if (known?.catalogue !== catalogue) {
        const atlas = atlasOf(catalogue, shapes)
        // The same version keeps its tiles.
        const isSame = known?.atlas.version === atlas.version
        known = { catalogue, atlas: known && isSame ? known.atlas : atlas }
      }
      return known.atlas
    },
  }
}

async function readShapes(): Promise<Map<string, Shape>> {
  const shapes = new Map<string, Shape>()
  for (const seed of seeds) {
    for await (const line of createInterface({ input: openSeed(seed) })) {
      const { code, geometry } = JSON.parse(line) as { code: string; geometry: Shape }
      shapes.set(code, geometry)
    }
  }
  return shapes
}

function atlasOf(catalogue: Catalogue, drawn: ReadonlyMap<string, Shape>): Atlas {
  const areas = [...catalogue.areas.values()]
  const shapes = new Map([...drawn, ...citiesOf(areas, drawn)])
  const there = areas.filter(({ code, valid_until }) => shapes.has(code) && !valid_until)
  const places = new Map(
    there.map((area) => [area.code, placeOf(area, shapes.get(area.code) as Shape)]),
  )
  const codesOf = (level: AreaLevel, parent?: string) =>
    catalogue.codesOf(level, parent).filter((code) => places.has(code))
  const layerOf = (level: AreaLevel) => codesOf(level).map((code) => places.get(code) as Place)
  return {
    version: createHash('sha256')
      .update(JSON.stringify([...places.values()]))
      .digest('base64url')
      .slice(0, 16),
    places,
    codesOf,
    prefectures: createTileIndex('prefectures', layerOf('prefecture')),
    municipalities: createTileIndex('municipalities', layerOf('municipality')),
  }
}

/** Cities of which only the wards are drawn: what the wards are together. */
function citiesOf(areas: readonly AreaRow[], drawn: ReadonlyMap<string, Shape>) {
  const wards = areas.filter(({ code, level }) => level === 'ward' && drawn.has(code))
  return [...groupBy(wards, ({ parent_code }) => parent_code ?? '')]
    .filter(([city]) => !drawn.has(city))
    .map(([city, parts]): [string, Shape] => {
      const polygons = parts.flatMap(({ code }) => polygonsOf(drawn.get(code) as Shape))
      return [city, { type: 'MultiPolygon', coordinates: dissolve(polygons) }]
    })
}
