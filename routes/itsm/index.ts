import type { Routes } from '../../src/fastify.ts'
import { incidentFiles } from './incident-files.ts'

export const itsm: Routes = async (app) => {
  app.register(incidentFiles, { prefix: '/incidents' })
}
