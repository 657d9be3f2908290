import { someOf } from '../peers/ground.ts'
import { type Area, api } from './ground.ts'

const areas = Array.from({ length: 47 }, (_, n) => `${String(n + 1).padStart(2, '0')}000`)
const indicators = ['total', 'share', 'density']

const paths: Record<string, () => string> = {
  'GET /population?area=': () => `/population?area=${someOf(areas)}`,
  'GET /population/forecast?area=': () => `/population/forecast?area=${someOf(areas)}`,
  'GET /comparison?area=': () =>
    `/comparison?area=${someOf(areas)},${someOf(areas)}&indicator=A1101`,
  'GET /livability/ranking': () => '/livability/ranking',
  'GET /livability/{area}': () => `/livability/${someOf(areas)}`,
  'GET /kpi': () => '/kpi',
  'GET /map/{indicator}': () => `/map/${someOf(indicators)}`,
  'GET /tiles/…mvt': () =>
    `/tiles/prefectures/5/${27 + Math.floor(Math.random() * 3)}/${11 + Math.floor(Math.random() * 2)}.mvt`,
  'GET /statistics/observations': () =>
    `/statistics/observations?indicator=A1101&area=${someOf(areas)}`,
}

/** Open to everybody; answers are kept by the version of the data. */
export const statistics: Area = async () =>
  Object.entries(paths).map(([name, path]) => ({ name, asked: () => ({ path: api + path() }) }))
