import type { Routes } from '../../src/fastify.ts'
import { incidentSla } from './incident-sla.ts'
import { slaPolicies } from './sla.ts'
import { slaCalendars } from './sla-calendars.ts'

export const itsm: Routes = async (app) => {
  app.register(incidentSla, { prefix: '/incidents' })
  app.register(slaPolicies, { prefix: '/sla/policies' })
  app.register(slaCalendars, { prefix: '/sla' })
}
