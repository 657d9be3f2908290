import type { Routes } from '../../src/fastify.ts'
import { changeRates } from './change-rates.ts'
import { dashboard } from './dashboard.ts'
import { metrics } from './metrics.ts'

export const itsm: Routes = async (app) => {
  app.register(metrics, { prefix: '/itsm/metrics' })
  app.register(dashboard, { prefix: '/dashboard' })
  app.register(changeRates, { prefix: '/changes/rates' })
}
