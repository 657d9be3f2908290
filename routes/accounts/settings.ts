import {
  NewSettings,
  Settings,
  SettingsHistory,
  SettingsHistoryQuery,
  SettingsVersionParams,
} from '../../schemas/accounts/settings.ts'
import { IfMatch, ref } from '../../schemas/common.ts'
import {
  getSettings,
  listSettingsHistory,
  restoreSettings,
  setSettings,
} from '../../src/accounts/settings.ts'
import type { Routes } from '../../src/fastify.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['user_accounts']

export const settings: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'account.read' },
      schema: {
        operationId: 'getSettings',
        summary: 'Get one’s settings',
        tags,
        response: { 200: ref(Settings) },
      },
    },
    async (request, reply) => {
      const saved = await getSettings(db, request.caller)
      return reply.header('etag', etagOf(saved)).send(saved)
    },
  )

  app.put(
    '',
    {
      config: { permission: 'account.write' },
      schema: {
        operationId: 'setSettings',
        summary: 'Save one’s settings as a new version',
        tags,
        headers: IfMatch,
        body: ref(NewSettings),
        response: { 200: ref(Settings) },
      },
    },
    async ({ caller, body, headers }, reply) => {
      const saved = await setSettings(db, caller, body.settings, versionIn(headers['if-match']))
      return reply.header('etag', etagOf(saved)).send(saved)
    },
  )

  app.get(
    '/history',
    {
      config: { permission: 'account.read' },
      schema: {
        operationId: 'listSettingsHistory',
        summary: 'List the saved versions, newest first; the latest hundred are kept',
        tags,
        querystring: SettingsHistoryQuery,
        response: { 200: ref(SettingsHistory) },
      },
    },
    (request) => listSettingsHistory(db, request.caller, request.query),
  )

  app.post(
    '/restore/:version',
    {
      config: { permission: 'account.write', failures: ['settings_version_not_found'] },
      schema: {
        operationId: 'restoreSettings',
        summary: 'Save an earlier version again, as a new one',
        tags,
        params: SettingsVersionParams,
        response: { 200: ref(Settings) },
      },
    },
    async (request, reply) => {
      const saved = await restoreSettings(db, request.caller, request.params.version)
      return reply.header('etag', etagOf(saved)).send(saved)
    },
  )
}
