import { newId } from '../../../src/values.ts'
import { type Area, nothing } from './cases.ts'

const figures: Area = {
  furnish: nothing,
  cases: {
    'GET /population': { answers: 200 },
    'GET /population/pyramid': { answers: 200 },
    'GET /population/trends': { answers: 200 },
    'GET /population/forecast': { answers: 200 },
    'GET /comparison': {
      answers: 200,
      query: () => ({ area: '13000,27000', indicator: 'A1101' }),
    },
    'GET /livability': { answers: 200 },
    'GET /livability/ranking': { answers: 200 },
    'POST /livability/score': { answers: 200, body: () => ({}) },
    'GET /statistics/indicators': { answers: 200 },
    'GET /statistics/areas': { answers: 200 },
    'GET /statistics/observations': {
      answers: 200,
      query: () => ({ indicator: 'A1101', area: '13000' }),
    },
    'GET /statistics/summary': { answers: 200, query: () => ({ indicator: 'A1101' }) },
    'GET /statistics/revisions': { answers: 200 },
    'GET /statistics/sync': { answers: 200 },
    'GET /statistics/quality': { answers: 200 },
    'POST /statistics/sync': { answers: 409 },
    // Whoever is let in is told that it is no table.
    'POST /statistics/import': { answers: 415 },
  },
}

const places: Area = {
  furnish: async () => ({ area: '13000', level: 'prefecture', indicator: 'total' }),
  cases: {
    'GET /livability/similar/{area}': { answers: 200 },
    'GET /livability/{area}': { answers: 200 },
    'GET /geo/{level}.geojson': { answers: 200, unknown: { level: 422 } },
    'GET /map/{indicator}': { answers: 200 },
  },
}

const tiles: Area = {
  furnish: async () => ({ layer: 'prefectures', z: '5', x: '28', y: '12' }),
  cases: {
    'GET /tiles/{layer}/{z}/{x}/{y}.mvt': {
      answers: 200,
      unknown: { layer: 422, z: 422, x: 422, y: 422 },
      hasNoParent: true,
    },
  },
}

const definition = () => ({ name_ja: '出生率', indicator: '#A05203' })

const kpi: Area = {
  furnish: async ({ people }) => ({
    id: (await people.SystemAdmin.post('/api/v1/kpi', definition())).json().id,
  }),
  cases: {
    'GET /kpi': { answers: 200, isShared: true },
    'POST /kpi': { answers: 201, body: definition },
    'GET /kpi/{id}': { answers: 200 },
    'PATCH /kpi/{id}': { answers: 200, body: () => ({ name_ja: '別' }) },
    'DELETE /kpi/{id}': { answers: 204 },
  },
}

const support = () => ({
  name_ja: '子育て支援の拡充',
  areas: ['46000'],
  indicator: '#A05203',
  direction: 'up',
  starts_on: '2015-04-01',
})

const policy: Area = {
  furnish: async ({ people }) => ({
    id: (await people.SystemAdmin.post('/api/v1/policy', support())).json().id,
  }),
  cases: {
    'GET /policy': { answers: 200, isShared: true },
    'POST /policy': { answers: 201, body: support },
    'GET /policy/{id}': { answers: 200 },
    'GET /policy/{id}/effect': { answers: 200 },
    'PATCH /policy/{id}': { answers: 200, body: () => ({ name_ja: '別' }) },
    'DELETE /policy/{id}': { answers: 204 },
  },
}

/** There has been no run: whoever is let in finds none. */
const runs: Area = {
  furnish: async () => ({ id: newId() }),
  cases: {
    'GET /statistics/sync/{id}': { answers: 404 },
    'POST /statistics/sync/{id}/accept': { answers: 404 },
    'POST /statistics/sync/{id}/reject': { answers: 404 },
  },
}

export const statistics = [figures, places, tiles, kpi, policy, runs]
