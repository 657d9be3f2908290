import type { Routes } from '../../src/fastify.ts'
import { comparison } from './comparison.ts'
import { geo } from './geo.ts'
import { imports } from './import.ts'
import { kpi } from './kpi.ts'
import { livability } from './livability.ts'
import { map } from './map.ts'
import { policy } from './policy.ts'
import { population } from './population.ts'
import { statistics as figures } from './statistics.ts'
import { sync } from './sync.ts'
import { tiles } from './tiles.ts'

/** Under `/api/v1`, and under `/api` as the first client asked. */
export const statistics: Routes = async (app) => {
  app.register(population, { prefix: '/population' })
  app.register(comparison, { prefix: '/comparison' })
  app.register(livability, { prefix: '/livability' })
  app.register(kpi, { prefix: '/kpi' })
  app.register(policy, { prefix: '/policy' })
  app.register(geo, { prefix: '/geo' })
  app.register(map, { prefix: '/map' })
  app.register(tiles, { prefix: '/tiles' })
  app.register(figures, { prefix: '/statistics' })
  app.register(sync, { prefix: '/statistics' })
  app.register(imports, { prefix: '/statistics' })
}
