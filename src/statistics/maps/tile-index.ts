import GeoJSONVT from 'geojson-vt'
import { fromGeojsonVt } from 'vt-pbf'
import type { Place } from './places.ts'

/** Gives a Mapbox vector tile (version 2 of its specification), or nothing where nothing is drawn. */
export type TileIndex = (z: number, x: number, y: number) => Uint8Array

export const maxZoom = 14

const extent = 4096
const buffer = 64

/** The index keeps every tile that it has cut; past this many it begins anew. */
const maxKept = 4000

/**
 * Cuts places into tiles, each when it is first asked for. The index is made with the first of them:
 * some 30 ms for the prefectures, with nothing cut in advance.
 */
export function createTileIndex(layer: string, features: readonly Place[]): TileIndex {
  let index: GeoJSONVT | undefined
  return (z, x, y) => {
    if (!index || index.tileCoords.length > maxKept) {
      const collection = { type: 'FeatureCollection' as const, features: [...features] }
      index = new GeoJSONVT(collection, { maxZoom, extent, buffer })
    }
    const tile = index.getTile(z, x, y)
    if (!tile || tile.features.length === 0) return new Uint8Array()
    return fromGeojsonVt({ [layer]: tile }, { version: 2, extent })
  }
}
