import { ref } from '../../schemas/common.ts'
import { ServiceLevels, ServiceLevelsQuery } from '../../schemas/service-levels.ts'
import type { Routes } from '../../src/fastify.ts'
import { getServiceLevels } from '../../src/system/slo.ts'

export const slo: Routes = async (app) => {
  app.get(
    '',
    {
      config: { permission: 'slo.read' },
      schema: {
        operationId: 'getServiceLevels',
        summary: 'Say how well the service did',
        description:
          'Availability, what is left of the error budget and how fast it burns, latency, the sync of the statistics and jobs, from what all instances wrote down every twenty seconds: nothing is lost with a restart, and at most twenty seconds with a crash.',
        tags: ['admin'],
        querystring: ServiceLevelsQuery,
        response: { 200: ref(ServiceLevels) },
      },
    },
    (request) => getServiceLevels(app.db, request.query),
  )
}
