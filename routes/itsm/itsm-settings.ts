import { IfMatch, ref } from '../../schemas/common.ts'
import { ItsmSettings, NewItsmSettings } from '../../schemas/itsm/settings.ts'
import type { Routes } from '../../src/fastify.ts'
import { getItsmSettings, setItsmSettings } from '../../src/itsm/settings.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['itsm']

export const itsmSettings: Routes = async (app) => {
  app.get(
    '',
    {
      config: { permission: 'sla.read' },
      schema: {
        operationId: 'getItsmSettings',
        summary: 'Get the settings of the service desk',
        tags,
        response: { 200: ref(ItsmSettings) },
      },
    },
    async (_request, reply) => {
      const settings = await getItsmSettings(app.db)
      return reply.header('etag', etagOf(settings)).send(settings)
    },
  )

  app.put(
    '',
    {
      config: { permission: 'sla.manage' },
      schema: {
        operationId: 'setItsmSettings',
        summary: 'Set the settings of the service desk',
        tags,
        headers: IfMatch,
        body: ref(NewItsmSettings),
        response: { 200: ref(ItsmSettings) },
      },
    },
    async ({ caller, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const settings = await setItsmSettings(app.db, caller, body, version)
      return reply.header('etag', etagOf(settings)).send(settings)
    },
  )
}
