import { gunzipSync } from 'node:zlib'
import { VectorTile } from '@mapbox/vector-tile'
import { PbfReader } from 'pbf'
import type { App } from '../../src/fastify.ts'
import { type Place, polygonsOf } from '../../src/statistics/maps/places.ts'
import { describe, expect, test } from '../support/statistics.ts'

const get = (app: App, path: string, headers = {}) =>
  app.inject({ url: `/api/v1/tiles/${path}`, headers })

const layersOf = (bytes: Uint8Array) => new VectorTile(new PbfReader(bytes)).layers

describe('GET /api/v1/tiles/:layer/:z/:x/:y.mvt', () => {
  test('gives a tile of version 2 with the codes, names and shapes of its areas', async ({
    app,
  }) => {
    const response = await get(app, 'prefectures/7/113/50.mvt')
    expect(response.headers['content-type']).toBe('application/vnd.mapbox-vector-tile')
    const layers = layersOf(response.rawPayload)
    expect(Object.keys(layers)).toEqual(['prefectures'])
    const layer = layers.prefectures as NonNullable<(typeof layers)[string]>
    expect(layer).toMatchObject({ version: 2, extent: 4096 })
    const features = Array.from({ length: layer.length }, (_, n) => layer.feature(n))
    const tokyo = features.find(({ id }) => id === 13000)
    expect(tokyo?.properties).toMatchObject({ code: '13000', name: '東京都', name_en: 'Tokyo' })
    for (const feature of features) {
      expect(feature.type).toBe(3)
      expect(feature.toGeoJSON(113, 50, 7).geometry.type).toMatch(/^(Multi)?Polygon$/)
      for (const { x, y } of feature.loadGeometry().flat()) {
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(-64)
        expect(Math.max(x, y)).toBeLessThanOrEqual(4096 + 64)
      }
    }
    // The capital of Tokyo is in it, where it is.
    const [west, south, east, north] = bounds(tokyo?.toGeoJSON(113, 50, 7).geometry)
    expect(west < 139.69 && 139.69 < east && south < 35.69 && 35.69 < north).toBe(true)
  })

  test.for([
    ['prefectures', 5, 47],
    ['municipalities', 9, 112],
  ] as const)('has all %s in the tiles of zoom %i together', async ([layer, z, count], { app }) => {
    const level = layer === 'prefectures' ? 'prefecture' : 'municipality'
    const { features } = (await app.inject(`/api/v1/geo/${level}.geojson`)).json()
    const tiles = new Set<string>()
    for (const { geometry } of features as Place[]) {
      for (const [longitude, latitude] of polygonsOf(geometry).flat(2)) {
        const { x, y } = tileAt(longitude, latitude, z)
        tiles.add(`${layer}/${z}/${x}/${y}.mvt`)
      }
    }
    const ids = new Set<number>()
    for (const tile of tiles) {
      const found = layersOf((await get(app, tile)).rawPayload)[layer]
      for (let n = 0; n < (found?.length ?? 0); n += 1) ids.add(found?.feature(n).id ?? 0)
    }
    expect(ids.size).toBe(count)
    expect(ids).toEqual(new Set(features.map(({ id }: { id: number }) => id)))
  })

  test('cuts the deepest tile as well as the whole world', async ({ app }) => {
    const { x, y } = tileAt(139.69, 35.69, 14)
    const deep = layersOf((await get(app, `prefectures/14/${x}/${y}.mvt`)).rawPayload).prefectures
    expect(deep?.length).toBe(1)
    expect(deep?.feature(0).id).toBe(13000)
    const world = layersOf((await get(app, 'prefectures/0/0/0.mvt')).rawPayload).prefectures
    expect(world?.length).toBeGreaterThan(40)
  })

  test('is empty at sea and off Japan', async ({ app }) => {
    for (const path of ['prefectures/3/0/0.mvt', 'municipalities/14/0/16383.mvt']) {
      const response = await get(app, path, { 'accept-encoding': 'gzip' })
      expect(response.statusCode).toBe(204)
      expect(response.body).toBe('')
      expect(response.headers['content-encoding']).toBeUndefined()
      expect(response.headers.etag).toBeDefined()
    }
  })

  test('is compressed, tagged and kept as the shapes are', async ({ app }) => {
    const path = 'prefectures/5/28/12.mvt'
    const plain = await get(app, path)
    const packed = await get(app, path, { 'accept-encoding': 'gzip' })
    expect(gunzipSync(packed.rawPayload)).toEqual(plain.rawPayload)
    expect(packed.headers['content-encoding']).toBe('gzip')
    expect(packed.headers.vary).toMatch('Accept-Encoding')
    expect(plain.headers['cache-control']).toMatch(/^public, max-age=86400\b/)
    const tag = { 'if-none-match': String(plain.headers.etag) }
    expect((await get(app, path, tag)).statusCode).toBe(304)
    const { geometry } = (await app.inject('/api/v1/map/density')).json()
    const url = geometry.tiles.replace('{z}/{x}/{y}', '5/28/12')
    const lasting = await app.inject(url)
    expect(lasting.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(lasting.rawPayload).toEqual(plain.rawPayload)
  })

  test.for([
    ['prefectures/3/8/0.mvt', 422, ['x']],
    ['prefectures/3/8/8.mvt', 422, ['x', 'y']],
    ['prefectures/0/0/1.mvt', 422, ['y']],
    ['prefectures/15/0/0.mvt', 422, ['z']],
    ['prefectures/3/-1/0.mvt', 422, ['x']],
    ['prefectures/3/0/a.mvt', 422, ['y']],
    ['roads/3/0/0.mvt', 422, ['layer']],
    ['prefectures/3/0/0.png', 404, undefined],
  ] as const)('refuses %s with %i', async ([path, status, fields], { app }) => {
    const problem = (await get(app, path)).json()
    expect(problem.status).toBe(status)
    expect(problem.errors?.map(({ field }: { field: string }) => field)).toEqual(fields)
  })
})

/** The tile of a place (Web Mercator). */
function tileAt(longitude: number, latitude: number, z: number) {
  const sine = Math.sin((latitude * Math.PI) / 180)
  const y = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)
  return { x: Math.floor(((longitude + 180) / 360) * 2 ** z), y: Math.floor(y * 2 ** z) }
}

function bounds(geometry: unknown): [number, number, number, number] {
  const { coordinates } = geometry as { coordinates: [] }
  const points = coordinates.flat(3 as 1) as number[]
  const of = (n: number) => points.filter((_, place) => place % 2 === n)
  return [Math.min(...of(0)), Math.min(...of(1)), Math.max(...of(0)), Math.max(...of(1))]
}
