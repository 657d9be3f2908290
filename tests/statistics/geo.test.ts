import { gunzipSync } from 'node:zlib'
import type { LightMyRequestResponse } from 'fastify'
import type { App } from '../../src/fastify.ts'
import { type Polygon, signedArea } from '../../src/statistics/maps/dissolve.ts'
import { type Place, polygonsOf } from '../../src/statistics/maps/places.ts'
import { describe, expect, test } from '../support/statistics.ts'

const get = (app: App, path: string, headers = {}) =>
  app.inject({ url: encodeURI(`/api/v1/geo/${path}`), headers })

const placesOf = (response: LightMyRequestResponse): Place[] => response.json().features

const areaOf = (polygons: Polygon[]) =>
  polygons.flat().reduce((sum, ring) => sum + signedArea(ring), 0)

describe('GET /api/v1/geo/:level.geojson', () => {
  test('gives the 47 prefectures as RFC 7946 wants them, with whose they are', async ({ app }) => {
    const response = await get(app, 'prefecture.geojson')
    expect(response.headers['content-type']).toBe('application/geo+json')
    expect(response.json()).toMatchObject({
      type: 'FeatureCollection',
      credit: '「国土数値情報（行政区域データ）」（国土交通省）を加工して作成',
    })
    const places = placesOf(response)
    expect(places.map(({ properties }) => properties.code)).toEqual(
      Array.from({ length: 47 }, (_, n) => `${String(n + 1).padStart(2, '0')}000`),
    )
    expect(places[12]).toMatchObject({
      id: 13000,
      properties: { code: '13000', name: '東京都', name_en: 'Tokyo' },
    })
    for (const { geometry } of places) {
      for (const [shell = [], ...holes] of polygonsOf(geometry)) {
        expect(shell[0]).toEqual(shell.at(-1))
        expect(signedArea(shell)).toBeGreaterThan(0)
        for (const hole of holes) expect(signedArea(hole)).toBeLessThan(0)
        for (const [longitude, latitude] of shell) {
          expect(longitude > 122 && longitude < 154 && latitude > 20 && latitude < 46).toBe(true)
        }
      }
    }
  })

  test('gives the municipalities of a prefecture by code or name, each with figures to join', async ({
    app,
  }) => {
    const counts = { '13000': 62, '14000': 33, 香川県: 17 }
    for (const [parent, count] of Object.entries(counts)) {
      const places = placesOf(await get(app, `municipality.geojson?parent=${parent}`))
      expect(places).toHaveLength(count)
      expect(new Set(places.map(({ id }) => id)).size).toBe(count)
      const url = `/api/v1/map/A1101?level=municipality&parent=${encodeURI(parent)}`
      const { values } = (await app.inject(url)).json()
      expect(places.map(({ properties }) => properties.code)).toEqual(Object.keys(values).sort())
    }
    expect(placesOf(await get(app, 'municipality.geojson'))).toHaveLength(112)
  })

  test('makes a city of its wards: as large as they are, and without their borders', async ({
    app,
  }) => {
    const cities = placesOf(await get(app, 'municipality.geojson?parent=14000'))
    for (const [city, count] of Object.entries({ '14100': 18, '14130': 7, '14150': 3 })) {
      const wards = placesOf(await get(app, `ward.geojson?parent=${city}`))
      expect(wards).toHaveLength(count)
      const whole = cities.find(({ properties }) => properties.code === city) as Place
      const ofWards = wards.flatMap(({ geometry }) => polygonsOf(geometry))
      const together = polygonsOf(whole.geometry)
      expect(areaOf(together)).toBeCloseTo(areaOf(ofWards), 12)
      expect(together.length).toBeLessThan(count)
      const points = (polygons: Polygon[]) => polygons.flat(2).length
      expect(points(together)).toBeLessThan(points(ofWards))
    }
  })

  test('holds for good at the address that a map names, and for a day at any other', async ({
    app,
  }) => {
    const { geometry } = (await app.inject('/api/v1/map/A1101')).json()
    const lasting = await app.inject(geometry.url)
    expect(lasting.statusCode).toBe(200)
    expect(lasting.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    for (const path of ['prefecture.geojson', 'prefecture.geojson?v=yesterday']) {
      const daily = await get(app, path)
      expect(daily.headers['cache-control']).toMatch(/^public, max-age=86400\b/)
      expect(daily.headers.etag).toBe(lasting.headers.etag)
      expect(daily.body).toBe(lasting.body)
    }
  })

  test('comes compressed to whoever takes that, with a tag of its own and its true length', async ({
    app,
  }) => {
    const plain = await get(app, 'prefecture.geojson')
    const packed = await get(app, 'prefecture.geojson', { 'accept-encoding': 'br;q=1, gzip;q=0.8' })
    expect(packed.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(packed.rawPayload)).toEqual(plain.rawPayload)
    expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 3)
    for (const each of [plain, packed]) {
      expect(Number(each.headers['content-length'])).toBe(each.rawPayload.length)
      expect(each.headers.vary).toMatch(/\bAccept-Encoding\b/)
    }
    expect(packed.headers.etag).not.toBe(plain.headers.etag)
    const refused = await get(app, 'prefecture.geojson', { 'accept-encoding': 'gzip;q=0' })
    expect(refused.headers['content-encoding']).toBeUndefined()
  })

  test('is not sent twice, and answers HEAD with what GET would say', async ({ app }) => {
    const url = '/api/v1/geo/prefecture.geojson'
    const { headers } = await app.inject(url)
    const again = await app.inject({ url, headers: { 'if-none-match': String(headers.etag) } })
    expect(again.statusCode).toBe(304)
    expect(again.body).toBe('')
    expect(again.headers['cache-control']).toBe(headers['cache-control'])
    const head = await app.inject({ method: 'HEAD', url })
    expect(head.statusCode).toBe(200)
    expect(head.body).toBe('')
    expect(head.headers['content-length']).toBe(headers['content-length'])
    expect(head.headers.etag).toBe(headers.etag)
  })

  test.for([
    ['nation.geojson', 404, 'geometry_not_found'],
    ['municipality.geojson?parent=01000', 404, 'geometry_not_found'],
    ['prefecture.geojson?parent=13000', 404, 'geometry_not_found'],
    ['municipality.geojson?parent=Atlantis', 404, 'area_not_found'],
    ['municipality.geojson?parent=府中市', 409, 'area_ambiguous'],
    ['planet.geojson', 422, 'invalid_request'],
    ['prefecture', 404, 'route_not_found'],
  ] as const)('refuses %s with %i %s', async ([path, status, code], { app }) => {
    const problem = (await get(app, path)).json()
    expect(problem).toMatchObject({ status, code })
    if (code === 'geometry_not_found') expect(problem.detail).toMatch('13000, 14000, 37000')
  })
})
