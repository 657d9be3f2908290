import { IdParams, ref } from '../../schemas/common.ts'
import {
  QualityPage,
  QualityQuery,
  StartQuery,
  Sync,
  SyncQuery,
  SyncRunDetail,
  SyncStart,
} from '../../schemas/statistics/sync.ts'
import type { Routes } from '../../src/fastify.ts'
import { getPublicRun, listQuality } from '../../src/statistics/runs/list.ts'
import { decideRun } from '../../src/statistics/runs/quarantine.ts'
import { requestSync } from '../../src/statistics/sync/start.ts'
import { getSync } from '../../src/statistics/sync/status.ts'
import { open } from './open.ts'

const tags = ['statistics']

const decisions = [
  'run_not_found',
  'run_not_quarantined',
  'run_not_acceptable',
  'run_incomplete',
] as const

export const sync: Routes = async (app) => {
  const { db } = app

  app.get(
    '/sync',
    {
      config: open(),
      schema: {
        operationId: 'getSync',
        summary: 'Show how figures are kept up to date: sources, success, runs',
        tags,
        querystring: SyncQuery,
        response: { 200: ref(Sync) },
      },
    },
    (request) => getSync(app, request.query),
  )

  app.get(
    '/sync/:id',
    {
      config: open('run_not_found'),
      schema: {
        operationId: 'getSyncRun',
        summary: 'Get one run that has ended',
        tags,
        params: IdParams,
        response: { 200: ref(SyncRunDetail) },
      },
    },
    (request) => getPublicRun(db, request.params.id),
  )

  app.get(
    '/quality',
    {
      config: open(),
      schema: {
        operationId: 'listQuality',
        summary: 'List what the checks found, of the newest run first',
        tags,
        querystring: QualityQuery,
        response: { 200: ref(QualityPage) },
      },
    },
    (request) => listQuality(db, request.query),
  )

  app.post(
    '/sync',
    {
      config: { permission: 'statistics.manage', failures: ['sync_disabled'] },
      schema: {
        operationId: 'startSync',
        summary: 'Look for new figures now',
        description:
          'Safe to send again: a source that is due or under way is answered with the run that there is.',
        tags,
        querystring: StartQuery,
        response: { 202: ref(SyncStart) },
      },
    },
    async (request, reply) =>
      reply.code(202).send(await requestSync(app, request.caller, request.query)),
  )

  app.post(
    '/sync/:id/accept',
    {
      config: { permission: 'statistics.manage', failures: decisions },
      schema: {
        operationId: 'acceptSyncRun',
        summary: 'Publish figures that were kept back',
        tags,
        params: IdParams,
        response: { 200: ref(SyncRunDetail) },
      },
    },
    (request) => decideRun(db, request.caller, request.params.id, 'accepted'),
  )

  app.post(
    '/sync/:id/reject',
    {
      config: {
        permission: 'statistics.manage',
        failures: ['run_not_found', 'run_not_quarantined'],
      },
      schema: {
        operationId: 'rejectSyncRun',
        summary: 'Drop figures that were kept back',
        tags,
        params: IdParams,
        response: { 200: ref(SyncRunDetail) },
      },
    },
    (request) => decideRun(db, request.caller, request.params.id, 'rejected'),
  )
}
