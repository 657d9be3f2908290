import type { Routes } from '../../src/fastify.ts'
import { incidentFiles } from './incident-files.ts'
import { incidentImports } from './incident-imports.ts'

export const itsm: Routes = async (app) => {
  app.register(incidentFiles, { prefix: '/incidents' })
  app.register(incidentImports, { prefix: '/incidents' })
}
